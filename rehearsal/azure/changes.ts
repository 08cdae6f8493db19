// What AKS does not let one change on a resource that exists. (What azure-native turns into a replacement before Azure
// sees it stands in data/types.yaml.)
import type { Json, Props } from "../plugin/provider";
import { hasKubeProxy } from "./aks";
import { refusal, unchangeable, type Problem } from "./arm";
import { at, equal, list, normalizedLocation, text } from "./values";

/**
 * learn.microsoft.com/azure/aks/create-node-pools ("Limitations": size, maximum pods); the full list is the one that
 * terraform-provider-azurerm keeps as ForceNew or rotates pools for (kubernetes_cluster_node_pool_resource.go).
 */
const fixedInPool =
  `vmSize osType osDiskSizeGB osDiskType kubeletDiskType vnetSubnetID podSubnetID maxPods type
  availabilityZones enableEncryptionAtHost enableUltraSSD enableNodePublicIP nodePublicIPPrefixID
  proximityPlacementGroupID hostGroupID scaleSetPriority scaleSetEvictionPolicy gpuInstanceProfile`.split(
    /\s+/,
  );

/**
 * The first line is create-only; azure-native replaces a typed cluster for it before AKS is asked (replacement.go), a
 * generic one not. enableRBAC, private cluster and its zone: managedClusters.json and
 * learn.microsoft.com/azure/aks/private-clusters (only a cluster with API Server VNet integration, which is not modelled
 * here, can be made private later).
 */
const fixedInCluster =
  `dnsPrefix fqdnSubdomain nodeResourceGroup diskEncryptionSetID networkProfile.serviceCidr
  networkProfile.dnsServiceIP networkProfile.networkMode
  enableRBAC apiServerAccessProfile.enablePrivateCluster apiServerAccessProfile.privateDNSZone
  networkProfile.loadBalancerSku`.split(/\s+/);

const replace = "Put the old value back, or replace the cluster (replaceOnChanges).";

export function* checkChange(model: string, before: Props, after: Props): Generator<Problem> {
  if (model === "ManagedCluster") yield* clusterChange(before, after);
  if (model === "AgentPool") yield* poolChange(before.properties, after.properties, "properties");
}

function* poolChange(before: Json | undefined, after: Json, path: string): Generator<Problem> {
  const advice = "Declare another pool with the new value and take this one out, or put the old value back.";
  for (const name of before === undefined ? [] : fixedInPool)
    if (at(after, name) !== undefined && !equal(at(before, name), at(after, name)))
      yield unchangeable(`${path}.${name}`, advice);
}

function* clusterChange(before: Props, after: Props): Generator<Problem> {
  for (const name of fixedInCluster.map((one) => `properties.${one}`)) {
    const wanted = at(after, name);
    if (wanted !== undefined && wanted !== (at(before, name) ?? false)) yield unchangeable(name, replace);
  }
  yield* networkChange(before, after);
  // Neither can be turned off again: learn.microsoft.com/azure/aks/use-oidc-issuer and
  // entra-id-control-plane-authentication.
  for (const name of ["properties.oidcIssuerProfile.enabled", "properties.aadProfile.managed"])
    if (at(before, name) === true && at(after, name) !== true)
      yield unchangeable(name, "It cannot be turned off again: set it back to true.");
  const target = "properties.kubernetesVersion";
  const [old, wanted] = [text(before, target), text(after, target)];
  if (old && wanted && older(wanted, old))
    yield {
      target,
      code: "OperationNotAllowed",
      message: `Downgrading Kubernetes version ${old} to ${wanted} is not allowed.`,
      advice: "Put the old version back.",
    };
  const pools = list(before, "properties.agentPoolProfiles");
  for (const [i, pool] of list(after, "properties.agentPoolProfiles").entries()) {
    const same = pools.find((other) => at(other, "name") === at(pool, "name"));
    yield* poolChange(same, pool, `properties.agentPoolProfiles[${i}]`);
  }
}

/**
 * learn.microsoft.com/azure/aks/upgrade-aks-ipam-and-dataplane: from kubenet, and to overlay (with a pod CIDR then), and
 * that is all; use-byo-cni names no way from or to a plugin of one's own.
 */
function* networkChange(before: Props, after: Props): Generator<Problem> {
  const net = (body: Props, name: string) => text(body, `properties.networkProfile.${name}`);
  const toOverlay =
    net(after, "networkPluginMode") === "overlay" && net(before, "networkPluginMode") !== "overlay";
  for (const name of ["networkPlugin", "podCidr"]) {
    const [old, wanted] = [net(before, name), net(after, name)];
    if (wanted === undefined || wanted === old) continue;
    if (toOverlay && (name === "podCidr" || (old === "kubenet" && wanted === "azure"))) continue;
    yield unchangeable(`properties.networkProfile.${name}`, replace);
  }
}

/** ARM's words, for any type: MicrosoftDocs/azure-docs#70422. */
export function checkLocation(before: Props, after: Props): void {
  const [old, wanted] = [before, after].map((body) => text(body, "location"));
  if (!old || !wanted || normalizedLocation(old) === normalizedLocation(wanted)) return;
  const group = String(before.id).split("/")[4];
  const message = `The resource '${String(before.name)}' already exists in location '${old}' in resource group '${group}'. A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`;
  const advice = "Put the old location back, or give the resource another name.";
  throw refusal(409, "InvalidResourceLocation", message, advice);
}

/** @throws Error for a change that AKS makes on a living cluster and the control plane on this machine cannot show */
export function checkShown(before: Props, after: Props): void {
  const policy = (body: Props) => text(body, "properties.networkProfile.networkPolicy") ?? "none";
  const changed = [
    ...(hasKubeProxy(before) !== hasKubeProxy(after) ? ["kubeProxyConfig.enabled"] : []),
    ...(policy(before) !== policy(after) ? ["networkPolicy"] : []),
  ];
  if (changed.length > 0)
    throw new Error(
      `The rehearsal cannot change networkProfile.${changed.join(" and networkProfile.")} of a cluster that runs, as AKS would: ` +
        "what AKS brings is put there when the cluster is made. Put the old value back, or rehearse it on a new cluster.",
    );
}

function older(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const differs = left.findIndex((part, i) => right[i] !== undefined && part !== right[i]);
  return differs >= 0 && left[differs] < right[differs];
}
