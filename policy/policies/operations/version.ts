import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools, aksCluster, AnyResource, same, Settings } from "../../aksCluster";
import { listOfTexts, textsSchema, wrongKnob } from "../../knobs";
import { isOlder, mayEqual, numbers } from "./versions";

/** The oldest that AKS supported when this was written (azure-aks-docs, supported-kubernetes-versions). */
const oldest = "1.34";

/** Where a resource writes a Kubernetes version. */
function places(resource: AnyResource): { settings: Settings; subject: string; property: string }[] {
  const pools = agentPools(resource).map((pool) => ({
    settings: pool,
    subject: pool.title,
    property: "orchestratorVersion",
  }));
  const cluster = aksCluster(resource);
  // These channels move a living cluster on, whatever the program says.
  const channel = cluster && cluster.get("autoUpgradeProfile", "upgradeChannel");
  if (!cluster || same(channel, "rapid") || same(channel, "stable")) return pools;
  return [{ settings: cluster, subject: "The cluster", property: "kubernetesVersion" }, ...pools];
}

/**
 * Kubernetes is of a version that AKS supports, or that the team allows. Left out is right: AKS then takes its default.
 *
 * @severity high
 * @frameworks PSRule Azure.AKS.Version, Azure Policy fb893a29-21bb-418c-a157-e99480ec364c
 * @topics upgrades, vulnerability
 * @link https://learn.microsoft.com/azure/aks/supported-kubernetes-versions
 */
export const version: ResourceValidationPolicy = {
  name: "aks-version",
  displayName: "AKS: a supported version of Kubernetes",
  description: "An AKS cluster and its pools must run a version of Kubernetes that is supported and allowed.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aks", "baseline", "operations", "Azure.AKS.Version"],
  remediationSteps:
    'Write `kubernetesVersion: "1.35"` on the ManagedCluster and the same as `orchestratorVersion` on its pools, or ' +
    "leave both out. What may be written is in the knobs `minimumVersion` and `allowedVersions`.",
  url: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
  configSchema: {
    properties: {
      minimumVersion: {
        type: "string",
        default: oldest,
        description: "Oldest version, such as 1.34 or 1.34.2.",
      },
      allowedVersions: textsSchema(
        "Versions that may be written, such as 1.35 for all its patches; empty: all.",
      ),
    },
  },
  validateResource: (args, reportViolation) => {
    const written = places(args);
    if (written.length === 0) return;
    const { minimumVersion = oldest } = args.getConfig<{ minimumVersion?: string }>();
    const minimum = numbers(minimumVersion);
    if (!minimum) {
      throw wrongKnob("minimumVersion", minimumVersion, `"${oldest}"`);
    }
    const allowed = listOfTexts(args.getConfig(), "allowedVersions", "1.35");
    for (const { settings, subject, property } of written) {
      const value = numbers(settings.get(property));
      if (!value) continue;
      const shown = `${subject} wants Kubernetes ${settings.get(property)}`;
      if (isOlder(value, minimum)) {
        reportViolation(
          `${shown}, older than ${minimumVersion}: AKS no longer fixes its holes, and its Calico is older than what ` +
            `this pack was made for. Write \`${settings.path(property)}: "${minimumVersion}"\` or newer, or leave it out.`,
        );
      } else if (allowed.length > 0 && !allowed.some((one) => mayEqual(numbers(one) || [], value))) {
        reportViolation(
          `${shown}, which is not among the versions that this team allows: ${allowed.join(", ")}. Write one of them ` +
            `as \`${settings.path(property)}\`, or add it to the policy's allowedVersions.`,
        );
      }
    }
  },
};
