// What each value of a pool must satisfy by itself.
import type { NodePoolArgs } from "../nodePoolArgs";
import { OsDiskType, OsSku } from "../enums";
import type { Rule } from "./findings";
import { azureId, listOf, matching, oneOf, recordOf, wholeNumber, yesOrNo } from "./rules";

export const poolProperties: Record<keyof NodePoolArgs, string> = {
  vmSize: "",
  count: "",
  autoscaling: "",
  zones: "",
  osSku: "",
  maxPods: "",
  osDiskSizeGb: "",
  osDiskType: "",
  encryptionAtHost: "",
  labels: "",
  taints: "",
  subnetId: "",
};

const noWindows = "Calico's eBPF data plane runs on Linux nodes only, and a cluster must not mix data planes";
/** Why a word that people try in a pool is none. */
export const poolHints: Record<string, string> = {
  osType: `pools are Linux: ${noWindows}`,
  mode: "the system pool is `systemPool`, and all others are user pools",
  nodeLabels: "it is called labels",
  nodeTaints: "it is called taints",
  osSKU: "it is called osSku",
  osDiskSizeGB: "it is called osDiskSizeGb",
  enableEncryptionAtHost: "it is called encryptionAtHost",
  vnetSubnetID: "it is called subnetId",
  enableAutoScaling: "it is called autoscaling, an object with min and max",
  minCount: "it is called autoscaling.min",
  maxCount: "it is called autoscaling.max",
  availabilityZones: "it is called zones",
};

const labelName = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const taint =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?(=([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?)?:(NoSchedule|PreferNoSchedule|NoExecute)$/;

const osSku = oneOf(OsSku, (word) => {
  if (/windows/i.test(word)) return noWindows;
  if (/18\.?04|16\.?04|mariner/i.test(word)) {
    return "its kernel is older than 5.10, or it is retired; Felix would silently fall back to iptables there";
  }
  return undefined;
});

export const poolRules: Partial<Record<keyof NodePoolArgs, Rule<unknown>>> = {
  vmSize: matching(
    /^(Standard|Basic)_[A-Za-z0-9_-]+$/,
    "it is not the name of a machine size",
    "a size of the region, such as Standard_D4ds_v5",
  ),
  zones: listOf(
    matching(/^[1-9]$/, "a zone is named by its number, as a text", '"1", "2" or "3"'),
    "zones are a list",
  ),
  osSku,
  maxPods: wholeNumber(10, 250, "AKS takes 10 to 250 pods on a node with Azure CNI"),
  osDiskSizeGb: wholeNumber(30, 2048, "AKS takes disks of 30 to 2048 GB"),
  osDiskType: oneOf(OsDiskType),
  encryptionAtHost: yesOrNo(),
  labels: recordOf(
    matching(
      labelName,
      "it is not the name of a Kubernetes label",
      "an optional prefix and a name, such as example.com/tier",
    ),
    matching(
      labelValue,
      "it is not the value of a Kubernetes label",
      "at most 63 letters, digits, '-', '_' and '.'",
    ),
    "labels have names",
  ),
  taints: listOf(
    matching(taint, "it is not a taint", "KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule or NoExecute"),
    "taints are a list",
  ),
  subnetId: azureId("Microsoft.Network/virtualNetworks/subnets"),
};
