import { installation, installsCalico } from "../../calicoObjects";
import { Dataplane, stackPolicy } from "../../stack";
import { Unknown } from "../../unknown";
import { benchmark } from "../security/benchmark";

/** Whether AKS brings an engine for network policies; `Unknown` where a preview cannot say. */
function hasEngine({ cluster }: Dataplane): boolean | typeof Unknown {
  const values = ["networkPolicy", "networkDataplane"].map((field) =>
    cluster!.written.get("networkProfile", field),
  );
  if (values.includes(Unknown)) return Unknown;
  const [policy, dataplane] = values.map((value) => String(value).toLowerCase());
  return !["undefined", "", "none"].includes(policy) || dataplane === "cilium";
}

/** Calico that the stack installs, or that it patches and that is therefore there. */
function hasCalico({ objects }: Dataplane): boolean {
  return objects.some((object) => installsCalico(object) || installation(object) !== undefined);
}

/**
 * A cluster enforces network policies: by AKS's add-on, or by a Calico of one's own, which others' rules do not see.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark NS-1, Checkov CKV_AZURE_7, PSRule Azure.AKS.NetworkPolicy
 * @topics network, kubernetes
 * @link https://learn.microsoft.com/azure/aks/use-network-policies
 */
export const networkPolicy = stackPolicy(
  {
    name: "aks-network-policy",
    displayName: "AKS: network policies are enforced",
    description: "An AKS cluster must have an engine for network policies: AKS's, or a Calico of its own.",
    enforcementLevel: "mandatory",
    severity: "medium",
    framework: benchmark("NS-1"),
    tags: ["aks", "baseline", "network", "CKV_AZURE_7", "Azure.AKS.NetworkPolicy"],
    remediationSteps:
      'Write `networkPolicy: "calico"` in the cluster\'s networkProfile, or install Calico yourself with an ' +
      "operator.tigera.io/v1 Installation `default` in this stack.",
    url: "https://learn.microsoft.com/azure/aks/use-network-policies",
  },
  (stack, reportViolation) => {
    if (stack.hasUnrenderedManifests) return;
    /** Calico that leads to no cluster of this stack may be meant for one of them. */
    let elsewhere = stack.dataplanes.filter((one) => !one.cluster && hasCalico(one)).length;
    for (const dataplane of stack.dataplanes) {
      const { cluster, title } = dataplane;
      if (!cluster || hasEngine(dataplane) !== false || hasCalico(dataplane)) continue;
      if (elsewhere-- > 0) continue;
      reportViolation(
        `Nothing enforces network policies on ${title}: ${cluster.written.path("networkProfile.networkPolicy")} is not ` +
          "set, and the stack installs no Calico there. Kubernetes takes NetworkPolicy objects all the same and lets every " +
          'pod talk to every other. Write `networkPolicy: "calico"`, or install Calico: AKS cannot change it on every ' +
          "living cluster.",
        cluster.resource.urn,
      );
    }
  },
);
