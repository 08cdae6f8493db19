// What preview versions of the AKS API add to a cluster, as far as the rehearsal can show it, and which versions there
// are. The SDK's mappers are those of a stable version: what stands here is taken out of a body before they see it.
import type { Json, Props } from "../plugin/provider";
import { invalid, type Problem } from "./arm";
import { checkValue } from "./schema";
import { sdk } from "./sdk";
import { at, hasUnknown, isObject, number } from "./values";

/** Versions whose bodies hold all that the SDK's (2025-10-01) know: the list in azure-native 3.28's ManagedCluster. */
const stable = ["2025-09-01", "2025-10-01", "2026-01-01", "2026-02-01", "2026-03-01"];
const preview = "2025-10-02 2026-01-02 2026-02-02 2026-03-02 2026-04-02 2026-05-02"
  .split(" ")
  .map((date) => `${date}-preview`);

export const knownVersions: readonly string[] = [...stable, ...preview];
/** Stands for a version that is not known yet: it has everything. */
export const newestVersion = preview.at(-1)!;

export interface PreviewMember {
  /** Path in the ARM body. */
  readonly path: string;
  /** Name of the model that describes it. */
  readonly model: string;
  /** API versions that have it. */
  readonly versions: readonly string[];
  /** Feature flag of Microsoft.ContainerService that the subscription must have registered. */
  readonly feature: string;
  /** What AKS asks of it beyond its shape. @param names inputs with the names in the cluster's id */
  rule(value: Props, body: Props, names: Props): Iterable<Problem>;
}

export const previewMembers: readonly PreviewMember[] = [
  {
    // learn.microsoft.com/azure/aks/configure-kube-proxy ("2022-08-02-preview or later"; no stable version has it);
    // its shape: azure-rest-api-specs, managedClusters.json of 2026-03-02-preview.
    path: "properties.networkProfile.kubeProxyConfig",
    model: "KubeProxyConfig",
    versions: preview,
    feature: "KubeProxyConfigurationPreview",
    rule: checkKubeProxy,
  },
];

function* checkKubeProxy(value: Props, body: Props, names: Props): Generator<Problem> {
  const path = "properties.networkProfile.kubeProxyConfig";
  const net = (name: string): Json | undefined => at(body, `properties.networkProfile.${name}`);
  const cilium = net("networkDataplane") === "cilium";
  const plugin = net("networkPlugin");
  // AKS's words: Azure/AKS#4563. Without a plugin AKS takes one of its own.
  if (value.enabled === false && plugin !== "none" && !hasUnknown(plugin) && !cilium)
    yield {
      target: `${path}.enabled`,
      code: "KubeProxyConfigDisabledBYOCNIOnly",
      message:
        `Preflight validation check for resource(s) for container service ${String(names.resourceName)} in resource group ` +
        `${String(names.resourceGroupName)} failed. Message: Disabling kube-proxy is only allowed for bring your own (BYO) ` +
        "CNI clusters. For more information, please check https://aka.ms/byo-cni. Details: ",
      advice: "Set networkPlugin: none and bring a CNI, or leave kubeProxyConfig out.",
    };
  // The codes of the next two: Microsoft's troubleshooting article on nftables in AKS (May 2026); the words are inferred.
  if (value.enabled === true && cilium)
    yield {
      target: `${path}.enabled`,
      code: "CiliumDataplaneRequiresKubeProxyConfigDisabled",
      message: "Network dataplane 'cilium' replaces kube-proxy.",
      advice: "Leave kubeProxyConfig out, or networkDataplane.",
    };
  if (isObject(value.ipvsConfig) && value.mode !== "IPVS" && !hasUnknown(value.mode))
    yield {
      target: `${path}.ipvsConfig`,
      code: "KubeProxyConfigFieldUnsupported",
      message: "ipvsConfig may only be specified if mode is set to IPVS.",
      advice: "Leave ipvsConfig out, or set mode: IPVS.",
    };
  for (const name of ["tcpTimeoutSeconds", "tcpFinTimeoutSeconds", "udpTimeoutSeconds"]) {
    const seconds = number(value, `ipvsConfig.${name}`);
    if (seconds !== undefined && (seconds <= 0 || !Number.isInteger(seconds)))
      yield invalid(
        `${path}.ipvsConfig.${name}`,
        `${name} ${seconds} is invalid.`,
        "Write a positive integer.",
      );
  }
}

export interface Split {
  /** The body as a stable version of the API would take it. */
  readonly body: Props;
  /** What was taken out: members that the asked version has. */
  readonly taken: readonly { readonly member: PreviewMember; readonly value: Json }[];
}

/** Takes what only `version` has out of a body; what it does not have stays, for the shape check to name. */
export function takePreviews(body: Props, version: string | undefined): Split {
  const rest = structuredClone(body);
  const taken: { member: PreviewMember; value: Json }[] = [];
  for (const member of previewMembers) {
    const value = has(member, version) ? cut(rest, member.path) : undefined;
    if (value !== undefined) taken.push({ member, value });
  }
  return { body: rest, taken };
}

/** A GET in a version that does not have a member does not show it. @param version undefined = a stable one */
export function inVersion(response: Props, version: string | undefined): Props {
  const shown = structuredClone(response);
  for (const member of previewMembers) if (!has(member, version)) cut(shown, member.path);
  return shown;
}

const has = (member: PreviewMember, version: string | undefined): boolean =>
  version !== undefined && member.versions.includes(version);

/** Removes the member at a path and gives its value; nulls count as absent, as azure-native does not send them. */
function cut(body: Props, path: string): Json | undefined {
  const last = path.lastIndexOf(".");
  const parent = at(body, path.slice(0, last));
  const name = path.slice(last + 1);
  if (!isObject(parent)) return undefined;
  const value = parent[name] ?? undefined;
  delete parent[name];
  return value;
}

export function* checkPreviews({ body, taken }: Split, names: Props): Generator<Problem> {
  for (const { member, value } of taken) {
    const shape = [...checkValue({ type: sdk().models[member.model].type }, value, member.path)];
    yield* shape;
    if (shape.length === 0 && isObject(value)) yield* member.rule(value, body, names);
  }
}

/** Says where a member is to be had that the asked version of the API does not know. */
export function withVersions(problem: Problem): Problem {
  const member = previewMembers.find(({ path }) => path === problem.target);
  if (!member || problem.code !== "InvalidRequestContent") return problem;
  return {
    ...problem,
    advice:
      `Only preview versions of the API have it (${member.versions.join(", ")}, with the feature ` +
      `Microsoft.ContainerService/${member.feature} registered): declare the cluster as azure-native:resources:Resource ` +
      "with one of them as apiVersion, or take the member out.",
  };
}
