// A cluster's mode is for life. Azure would answer most changes of it by making another cluster, and the others would
// leave pods without network in between; so the cluster that is there is asked before anything is done to it.
import {
  getManagedCluster,
  type GetManagedClusterResult,
} from "@pulumi/azure-native/containerservice/getManagedCluster";
import * as pulumi from "@pulumi/pulumi";
import { CalicoMode, KubeProxy } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import { ArgumentError, type Finding } from "../validate/findings";
import type { Place } from "./names";

const kubeProxyTag = "aks-calico-ebpf-kube-proxy";

/** Tags of a cluster without kube-proxy, for us and for policies: AKS's stable API does not tell. */
export const kubeProxyTagged = (
  tags: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>,
  word: "Absent" | "Removed",
) => pulumi.output(tags).apply((given) => ({ ...given, [kubeProxyTag]: word }));

const path = 'the path in docs/modes.md, "Changing the mode of a living cluster"';

/**
 * The cluster's name, once it is sure that there is no cluster of that name, or one of the same mode. In a preview that
 * does not know the name yet nothing is asked.
 * @throws ArgumentError where the mode is another; ResourceError where Azure does not tell
 */
export function nameOfSameMode(
  subject: string,
  plan: AksClusterPlan,
  where: Place,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return pulumi
    .all([where.resourceGroupName, where.clusterName])
    .apply(async ([resourceGroupName, resourceName]) => {
      const live = await read(resourceGroupName, resourceName, parent);
      const findings = live === undefined ? notYet(plan, resourceName) : changes(plan, live);
      if (findings.length > 0) throw new ArgumentError(subject, findings);
      return resourceName;
    });
}

async function read(
  resourceGroupName: string,
  resourceName: string,
  parent: pulumi.Resource,
): Promise<GetManagedClusterResult | undefined> {
  try {
    return await getManagedCluster({ resourceGroupName, resourceName }, { parent });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isNotThere(message)) return undefined;
    throw new pulumi.ResourceError(
      `Azure does not tell whether the cluster ${resourceName} is there in the resource group ${resourceGroupName}, ` +
        `so its mode cannot be compared with the program's: ${message}\n` +
        "The identity that runs Pulumi needs to read it, as the role Contributor on the resource group does.",
      parent,
      true,
    );
  }
}

/** In the words of either of azure-native's clients. A 404 of another code, such as the subscription's, is an error. */
function isNotThere(message: string): boolean {
  if (/\b(ResourceNotFound|ResourceGroupNotFound)\b|\b(Code="|ERROR CODE: )NotFound\b/.test(message))
    return true;
  const hasCode = /\b(Code=|ERROR CODE: )"?\w*[A-Z]\w*/.test(message);
  return !hasCode && /\b(404 Not Found|RESPONSE 404|Status(Code)?[=: ]+404)\b/.test(message);
}

/** It has nothing that could have been removed. */
function notYet({ kubeProxyRemoved }: AksClusterPlan, name: string): Finding[] {
  if (!kubeProxyRemoved) return [];
  const why = "AKS would make it with kube-proxy, which is removed from a living cluster only";
  return [
    { path: "kubeProxy", wrong: `is Removed, and there is no cluster ${name} yet`, why, write: "Absent" },
  ];
}

/**
 * How kube-proxy leaves a living cluster (azure-aks-docs, configure-kube-proxy). Not by an update of ours:
 * only preview versions of the API can say it, and Pulumi deletes a cluster whose type changes to the one that has them.
 * The stable API leaves it as it is (terraform-azurerm-avm-res-containerservice-managedcluster, variables.tf,
 * kube_proxy_config: to be enabled again before it is left out).
 */
const kubeProxyCommand =
  `az aks update --kube-proxy-config FILE with {"enabled": false} in it (Azure CLI with the extension aks-preview; ` +
  "the feature Microsoft.ContainerService/KubeProxyConfigurationPreview)";

function changes(plan: AksClusterPlan, live: GetManagedClusterResult): Finding[] {
  const { networkPlugin, networkPolicy } = live.networkProfile ?? {};
  const found = modeOf(networkPlugin, networkPolicy);
  const network = `networkPlugin ${networkPlugin ?? "none"} and networkPolicy ${networkPolicy ?? "none"}`;
  if (found !== plan.mode) {
    return [
      {
        path: "mode",
        wrong: `is ${plan.mode}, and the cluster ${live.name} has ${network}, which ${found === undefined ? "no mode has" : `is ${found}`}`,
        why: "a living cluster keeps its mode: its network is chosen at birth, and two Calicos must not meet in it",
        write: found === undefined ? `another cluster's name, or ${path}` : `${found}, or follow ${path}`,
      },
    ];
  }
  const absent = live.tags?.[kubeProxyTag] === KubeProxy.Absent;
  if (absent === !plan.hasKubeProxy) return [];
  return [
    {
      path: "kubeProxy",
      wrong: absent
        ? `is not Absent, and the cluster ${live.name} was made without kube-proxy`
        : `is Absent, and the cluster ${live.name} was made with kube-proxy`,
      why: "Pulumi would delete the cluster and make another one, because the two are different types to it",
      write: absent
        ? `Absent, or follow ${path}`
        : `Disable or Keep; or Removed with pulumi up --refresh, after ${kubeProxyCommand}, see ${path}`,
    },
  ];
}

function modeOf(
  networkPlugin: string | undefined,
  networkPolicy: string | undefined,
): CalicoMode | undefined {
  const policy = networkPolicy ?? "none";
  if (networkPlugin === "none" && policy === "none") return CalicoMode.CalicoCni;
  if (networkPlugin !== "azure") return undefined;
  if (policy === "calico") return CalicoMode.AzureManaged;
  return policy === "none" ? CalicoMode.SelfManaged : undefined;
}
