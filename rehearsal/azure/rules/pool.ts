// What AKS asks of a node pool beyond its shape. The same rules hold for an inline pool and for an AgentPool resource.
import { UNKNOWN, type Json, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, isObject, list, number, text } from "../values";
import { checkDisks } from "./disks";

const docs = "learn.microsoft.com/azure/aks";

/** @param pool the pool's members; @param path where they stand, with the dot: "properties.agentPoolProfiles[0]." */
export function* checkPool(pool: Props, path: string, name: string | undefined): Generator<Problem> {
  yield* checkCounts(pool, path);
  yield* checkKind(pool, path, name);
  yield* checkDisks(pool, path);
  // docs/use-labels, docs/use-node-taints: Kubernetes' own syntax of keys, values and effects (`docs`: see above).
  for (const [i, taint] of (list(pool, "nodeTaints") ?? []).entries())
    if (typeof taint === "string" && taint !== UNKNOWN && !taintPattern.test(taint))
      yield invalid(
        `${path}nodeTaints[${i}]`,
        `The value of parameter ${path}nodeTaints[${i}] is invalid: "${taint}".`,
        'Write "key=value:Effect" or "key:Effect" with effect NoSchedule, PreferNoSchedule or NoExecute.',
      );
  const labels = at(pool, "nodeLabels");
  for (const [key, value] of isObject(labels) ? Object.entries(labels) : [])
    if (!labelKey.test(key) || (typeof value === "string" && value !== UNKNOWN && !labelValue.test(value)))
      yield invalid(
        `${path}nodeLabels.${key}`,
        `The value of parameter ${path}nodeLabels.${key} is invalid: ${JSON.stringify(value)}.`,
        "A label is `[prefix/]name` with a value of at most 63 letters, digits, `-`, `_`, `.`, as Kubernetes has it.",
      );
  // docs/reliability-availability-zones-configure; that no region has more than three is inferred.
  for (const [i, zone] of (list(pool, "availabilityZones") ?? []).entries())
    if (typeof zone === "string" && zone !== UNKNOWN && !/^[123]$/.test(zone))
      yield invalid(
        `${path}availabilityZones[${i}]`,
        `The value of parameter ${path}availabilityZones[${i}] is invalid: "${zone}".`,
        'Write "1", "2" or "3".',
      );
}

const labelName = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
const labelKey = new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${labelName}$`);
const labelValue = new RegExp(`^(${labelName})?$`);
const taintPattern = new RegExp(
  `^([a-z0-9][-a-z0-9.]{0,252}/)?${labelName}(=(${labelName})?)?:(NoSchedule|PreferNoSchedule|NoExecute)$`,
);

/**
 * Counts: azure-rest-api-specs, managedClusters.json ("0 to 1000 for user pools and 1 to 1000 for system pools";
 * docs/use-system-pools wants two nodes for a system pool in production).
 * maxPods: docs/concepts-network-ip-address-planning.
 */
function* checkCounts(pool: Props, path: string): Generator<Problem> {
  const system = at(pool, "mode") === "System";
  const least = system ? 1 : 0;
  for (const name of ["count", "minCount", "maxCount"]) {
    const value = number(pool, name);
    if (value !== undefined && (value < least || value > 1000 || !Number.isInteger(value)))
      yield invalid(
        `${path}${name}`,
        `The value of parameter ${path}${name} is invalid: ${value}.`,
        `Write a whole number from ${least} to 1000 (${system ? "a system pool needs a node" : "of a user pool"}).`,
      );
  }
  const [count, min, max] = ["count", "minCount", "maxCount"].map((name) => number(pool, name));
  if (at(pool, "enableAutoScaling") === true) {
    // pulumi/pulumi-azure-native#2943: the count is asked for although the autoscaler sets it.
    for (const name of ["count", "minCount", "maxCount"])
      if (absent(pool, name)) yield missing(`${path}${name}`, `With enableAutoScaling, set \`${name}\`.`);
    if (min !== undefined && max !== undefined && min > max)
      yield invalid(`${path}minCount`, `minCount ${min} is greater than maxCount ${max}.`, "Swap the two.");
    else if (count !== undefined && (count < (min ?? 0) || count > (max ?? 1000)))
      yield invalid(
        `${path}count`,
        `The value of parameter ${path}count is invalid: ${count} is not between minCount and maxCount.`,
        `Write a number from ${min} to ${max}.`,
      );
  } else if (at(pool, "enableAutoScaling") !== UNKNOWN) {
    for (const name of ["minCount", "maxCount"])
      if (number(pool, name) !== undefined)
        yield invalid(
          `${path}${name}`,
          `${name} can only be set when enableAutoScaling is true.`,
          `Set enableAutoScaling: true, or leave ${name} out.`,
        );
  }
  const pods = number(pool, "maxPods");
  if (pods !== undefined && (pods < 10 || pods > 250))
    yield invalid(
      `${path}maxPods`,
      `The value of parameter ${path}maxPods is invalid: ${pods}.`,
      "Write a number from 10 to 250.",
    );
}

function* checkKind(pool: Props, path: string, name: string | undefined): Generator<Problem> {
  const system = at(pool, "mode") === "System";
  if (at(pool, "osType") === "Windows") {
    // docs/use-system-pools, "Limitations": names of at most six characters, user pools only.
    if (name !== undefined && name.length > 6)
      yield invalid(
        `${path}name`,
        `Windows agent pool name '${name}' is too long.`,
        "Write at most 6 characters.",
      );
    if (system)
      yield invalid(`${path}mode`, "A system pool must run Linux.", "Set mode: User on the Windows pool.");
  }
  const windowsImage = text(pool, "osSKU")?.startsWith("Windows");
  if (windowsImage !== undefined && at(pool, "osType") !== UNKNOWN)
    if (windowsImage !== (at(pool, "osType") === "Windows"))
      yield invalid(
        `${path}osSKU`,
        `osSKU ${text(pool, "osSKU")} does not go with osType ${text(pool, "osType") ?? "Linux"}.`,
        "Set the osType that the image is for.",
      );
  // docs/use-system-pools, docs/spot-node-pool: never a system pool; price -1 or above 0. That price and eviction policy
  // are refused without Spot is inferred.
  const spot = at(pool, "scaleSetPriority");
  if (spot === "Spot" && system)
    yield invalid(
      `${path}scaleSetPriority`,
      "A Spot pool cannot be a system pool.",
      "Set mode: User, or Regular.",
    );
  if (spot !== "Spot" && spot !== UNKNOWN)
    for (const only of ["spotMaxPrice", "scaleSetEvictionPolicy"])
      if (!absent(pool, only) && at(pool, only) !== UNKNOWN)
        yield invalid(
          `${path}${only}`,
          `${only} can only be set on a Spot pool.`,
          `Set scaleSetPriority: Spot, or leave ${only} out.`,
        );
  const price = number(pool, "spotMaxPrice");
  if (price !== undefined && price !== -1 && price <= 0)
    yield invalid(`${path}spotMaxPrice`, `spotMaxPrice ${price} is invalid.`, "Write -1 or a price above 0.");
  const size = text(pool, "vmSize");
  if (size !== undefined && !/^(Standard|Basic)_[A-Za-z0-9_-]+$/.test(size))
    yield invalid(
      `${path}vmSize`,
      `The VM size ${size} is not supported.`,
      `Sizes read Standard_D2s_v5 (${docs}).`,
    );
}

/** A version such as "1.35" or "1.35.2" (docs/supported-kubernetes-versions). */
export const versionPattern = /^\d+\.\d+(\.\d+)?$/;

export function* checkVersion(value: Json | undefined, path: string): Generator<Problem> {
  if (typeof value === "string" && value !== UNKNOWN && !versionPattern.test(value))
    yield invalid(path, `Version ${value} is not supported in this region.`, 'Write "1.35" or "1.35.2".');
}
