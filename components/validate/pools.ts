import * as pulumi from "@pulumi/pulumi";
import type { AutoscalingArgs, NodePoolArgs, SystemPoolArgs, UserPoolArgs } from "../nodePoolArgs";
import { NetworkMode, type OsDiskType, type OsSku } from "../enums";
import { type ArgumentReader, describe } from "./findings";
import { ephemeralDisk } from "./machineSizes";
import { poolName } from "./names";
import { poolHints, poolProperties, poolRules } from "./poolRules";
import { readAutoscaling, readCount } from "./poolSize";
import { yesOrNo } from "./rules";

/** A pool with every default in place. */
export interface PoolPlan {
  name: string;
  mode: "System" | "User";
  vmSize: pulumi.Input<string>;
  count: pulumi.Input<number>;
  /** Whether the program says the number. */
  countGiven: boolean;
  autoscaling?: AutoscalingArgs;
  zones?: pulumi.Input<pulumi.Input<string>[]>;
  osSku?: pulumi.Input<OsSku>;
  maxPods?: pulumi.Input<number>;
  osDiskSizeGb?: pulumi.Input<number>;
  osDiskType?: pulumi.Input<OsDiskType>;
  encryptionAtHost?: pulumi.Input<boolean>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  taints?: pulumi.Input<pulumi.Input<string>[]>;
  subnetId?: pulumi.Input<string>;
}

export function readSystemPool(
  reader: ArgumentReader,
  args: SystemPoolArgs | undefined,
  mode: NetworkMode | undefined,
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
  mode: NetworkMode | undefined,
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
  network: NetworkMode | undefined,
): PoolPlan {
  const refusal = poolName(name);
  if (refusal !== undefined) reader.refuse(`${path}.name`, refusal);
  const read = <K extends keyof NodePoolArgs>(key: K) =>
    reader.value<any>(`${path}.${key}`, given[key] as pulumi.Input<any>, poolRules[key]!) as NodePoolArgs[K];
  const fewest = mode === "System" ? 1 : 0;
  const autoscaling = readAutoscaling(reader, `${path}.autoscaling`, given.autoscaling, fewest);
  const vmSize = read("vmSize") ?? "Standard_D4ds_v5";
  return {
    name: name ?? "",
    mode,
    vmSize,
    count: readCount(reader, `${path}.count`, given.count, autoscaling, fewest),
    countGiven: given.count !== undefined,
    autoscaling,
    zones: read("zones"),
    osSku: read("osSku"),
    maxPods: read("maxPods") ?? (network === NetworkMode.Flat ? undefined : 110),
    osDiskSizeGb: read("osDiskSizeGb"),
    osDiskType: readOsDiskType(reader, `${path}.osDiskType`, read("osDiskType"), vmSize, given.osDiskSizeGb),
    encryptionAtHost: read("encryptionAtHost"),
    labels: read("labels"),
    taints: read("taints"),
    subnetId: read("subnetId"),
  };
}

function readOsDiskType(
  reader: ArgumentReader,
  path: string,
  given: pulumi.Input<OsDiskType> | undefined,
  vmSize: pulumi.Input<string>,
  size: pulumi.Input<number> | undefined,
): pulumi.Input<OsDiskType> | undefined {
  if (given === undefined) return undefined;
  return reader.together<OsDiskType>([path], [given, vmSize, size], ([type, machine, gigabytes]) =>
    ephemeralDisk(machine, type, gigabytes),
  );
}
