import * as pulumi from "@pulumi/pulumi";
import type { AutoscalingArgs, NodePoolArgs, SystemPoolArgs, UserPoolArgs } from "../aksClusterArgs";
import { NetworkMode, OsSku } from "../enums";
import { type ArgumentReader, describe, type Rule } from "./findings";
import { poolName } from "./names";
import { readAutoscaling, readCount } from "./poolSize";
import { azureId, listOf, matching, oneOf, recordOf, wholeNumber, yesOrNo } from "./rules";

/** A pool with every default in place. */
export interface PoolPlan {
  name: string;
  mode: "System" | "User";
  vmSize: pulumi.Input<string>;
  count: pulumi.Input<number>;
  autoscaling?: AutoscalingArgs;
  zones?: pulumi.Input<pulumi.Input<string>[]>;
  osSku?: pulumi.Input<OsSku>;
  maxPods?: pulumi.Input<number>;
  osDiskSizeGb?: pulumi.Input<number>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  taints?: pulumi.Input<pulumi.Input<string>[]>;
  subnetId?: pulumi.Input<string>;
}

const poolProperties: Record<keyof NodePoolArgs, string> = {
  vmSize: "",
  count: "",
  autoscaling: "",
  zones: "",
  osSku: "",
  maxPods: "",
  osDiskSizeGb: "",
  labels: "",
  taints: "",
  subnetId: "",
};

const noWindows = "Calico's eBPF data plane runs on Linux nodes only, and a cluster must not mix data planes";
const poolHints: Record<string, string> = {
  osType: `pools are Linux: ${noWindows}`,
  mode: "the system pool is `systemPool`, and all others are user pools",
  nodeLabels: "it is called labels",
  nodeTaints: "it is called taints",
  osSKU: "it is called osSku",
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

const rules: Partial<Record<keyof NodePoolArgs, Rule<unknown>>> = {
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

export function readSystemPool(
  reader: ArgumentReader,
  args: SystemPoolArgs | undefined,
  mode: NetworkMode,
  hasUserPools: boolean,
): PoolPlan {
  const properties = { ...poolProperties, name: "", criticalAddonsOnly: "" };
  const given = reader.object<SystemPoolArgs>("systemPool", args, properties, poolHints);
  const critical = given.criticalAddonsOnly ?? hasUserPools;
  const refusal = yesOrNo()(critical);
  if (refusal !== undefined) reader.refuse("systemPool.criticalAddonsOnly", refusal);
  const pool = readPool(reader, "systemPool", given, given.name ?? "system", "System", mode);
  if (critical) {
    const reserved = "CriticalAddonsOnly=true:NoSchedule";
    pool.taints =
      pool.taints === undefined
        ? [reserved]
        : pulumi.output(pool.taints).apply((more) => [...new Set([reserved, ...more])]);
  }
  return pool;
}

export function readUserPools(
  reader: ArgumentReader,
  args: UserPoolArgs[] | undefined,
  systemPool: string,
  mode: NetworkMode,
): PoolPlan[] {
  if (args === undefined || args === null) return [];
  if (!Array.isArray(args)) {
    reader.refuse("userPools", {
      wrong: `is ${describe(args)}`,
      why: "it decides which pools are declared, so it must be a list that is known when the program runs",
      write: "a list of pools",
    });
    return [];
  }
  const taken = new Map([[systemPool, "systemPool"]]);
  return args.map((pool, index) => {
    const path = `userPools[${index}]`;
    const given = reader.object<UserPoolArgs>(path, pool, { ...poolProperties, name: "" }, poolHints);
    const other = taken.get(given.name ?? "");
    if (other !== undefined) {
      reader.refuse(`${path}.name`, {
        wrong: `${describe(given.name)} is also the name of ${other}`,
        why: "pools of a cluster are told apart by their names",
        write: "another name",
      });
    }
    taken.set(given.name ?? "", path);
    return readPool(reader, path, given, given.name, "User", mode);
  });
}

function readPool(
  reader: ArgumentReader,
  path: string,
  given: Partial<NodePoolArgs>,
  name: string | undefined,
  mode: "System" | "User",
  network: NetworkMode,
): PoolPlan {
  const refusal = poolName(name);
  if (refusal !== undefined) reader.refuse(`${path}.name`, refusal);
  const read = <K extends keyof NodePoolArgs>(key: K) =>
    reader.value<any>(`${path}.${key}`, given[key] as pulumi.Input<any>, rules[key]!) as NodePoolArgs[K];
  const fewest = mode === "System" ? 1 : 0;
  const autoscaling = readAutoscaling(reader, `${path}.autoscaling`, given.autoscaling, fewest);
  return {
    name: name ?? "",
    mode,
    vmSize: read("vmSize") ?? "Standard_D4ds_v5",
    count: readCount(reader, `${path}.count`, given.count, autoscaling, fewest),
    autoscaling,
    zones: read("zones"),
    osSku: read("osSku"),
    maxPods: read("maxPods") ?? (network === NetworkMode.Overlay ? 110 : undefined),
    osDiskSizeGb: read("osDiskSizeGb"),
    labels: read("labels"),
    taints: read("taints"),
    subnetId: read("subnetId"),
  };
}
