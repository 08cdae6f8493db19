// What a living pool cannot become. azure-native deletes a user pool with its nodes to change some of it
// (pulumi-azure-native, provider/pkg/gen/replacement.go); the rest AKS refuses, minutes after the update has begun
// (azure-aks-docs, manage-node-pools; kubernetes-sigs/cluster-api-provider-azure, azuremanagedmachinepool_webhook.go,
// ValidateUpdate; hashicorp/terraform-provider-azurerm, kubernetes_cluster_node_pool_resource.go, what it rotates pools for).
import type { Finding } from "../validate/findings";
import { valueAt, differs, shown, unknown } from "./liveValues";

const deletesNodes = ["vmSize", "gpuInstanceProfile", "networkProfile.nodePublicIPTags"];
/** What AKS fills in: leaving it out means "as it is", and it is in every answer. */
const filledIn = [
  ...deletesNodes,
  ...["type", "osType", "maxPods", "osDiskSizeGB", "osDiskType", "kubeletDiskType", "workloadRuntime"],
  ...["podIPAllocationMode", "spotMaxPrice", "scaleSetEvictionPolicy", "kubeletConfig", "linuxOSConfig"],
];
/** What is off, none or this where neither side says it. */
const unsaid: Record<string, unknown> = {
  availabilityZones: [],
  vnetSubnetID: undefined,
  podSubnetID: undefined,
  scaleSetPriority: "Regular",
  enableEncryptionAtHost: false,
  enableUltraSSD: false,
  enableNodePublicIP: false,
  nodePublicIPPrefixID: undefined,
  "creationData.sourceResourceId": undefined,
  capacityReservationGroupID: undefined,
  proximityPlacementGroupID: undefined,
  hostGroupID: undefined,
};
export const fixedOfPool = [...filledIn, ...Object.keys(unsaid)];

/** @param body as it is asked for, resolved; @param live as Azure has it */
export const fixedChanges = (path: string, body: object, live: { name?: string }): Finding[] =>
  fixedOfPool.flatMap((property) => {
    const [value, has] = [valueAt(body, property), valueAt(live, property)].map(
      (one) => one ?? unsaid[property],
    );
    if (value === unknown || !differs(property, value, has)) return [];
    if (filledIn.includes(property) && (value === undefined || has === undefined)) return [];
    const deleted = deletesNodes.includes(property) && path !== "systemPool";
    return {
      path: property === "vmSize" ? `${path}.vmSize` : `${path}.profile.${property}`,
      wrong: `asks for ${property} ${shown(value)}, and the pool ${live.name} has ${shown(has)}`,
      why: deleted
        ? "Pulumi would delete the pool with its nodes, and only then make it anew"
        : "AKS takes it only when a pool is made, and would refuse the update after minutes",
      write: `what it has, or ${path === "systemPool" ? rotated : `${rotated}, or another name`}: ${newFirst}`,
    };
  });

/** Pulumi makes what is new before it deletes, and AKS drains nodes that it deletes (Azure/AKS#3996, #2090). */
const newFirst = "the new pool is made first, then the old one drained and deleted";
const rotated = "rotation: true in the pool";
