import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import { isPlain } from "../validate/findings";
import { isOlderThanZones } from "../validate/machineSizes";

/**
 * Warns of pools that ask for zones with machines that are in none, where both are known when the program runs. No
 * refusal: what a zone has is Azure's to say, and a subscription may have been given more than others.
 */
export function warnOfZones(subject: string, plan: AksClusterPlan, resource: pulumi.Resource): void {
  for (const { name, vmSize, zones } of [plan.systemPool, ...plan.userPools]) {
    if (!isPlain(vmSize) || !isPlain(zones) || !isOlderThanZones(vmSize as string)) continue;
    const wanted = (zones ?? []) as string[];
    if (wanted.length === 0) continue;
    pulumi.log.warn(
      `${subject}: the pool ${name} asks for the zones ${wanted.join(", ")}, and ${String(vmSize)} is of a generation that is ` +
        "older than zones: Azure will most likely refuse it. Write a newer size, such as Standard_D4ds_v5, or leave zones out.",
      resource,
    );
  }
}
