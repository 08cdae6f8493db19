// What AKS asks of a cluster's inline pools together.
import { UNKNOWN, type Json, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, isObject, list, text } from "../values";
import { checkPool, checkVersion } from "./pool";

export function* checkPools(body: Props): Generator<Problem> {
  const path = "properties.agentPoolProfiles";
  const given = at(body, path);
  if (given === UNKNOWN) return;
  const pools = (list(body, path) ?? []).filter((pool): pool is Props => isObject(pool));
  // AKS's words: Azure/ARO-HCP#629, ansible-collections/azure#166 and Azure/AKS#1568.
  if (given === undefined) return yield missing(path, "Write at least one pool with mode: System.");
  const modes = pools.map((pool): Json | undefined => at(pool, "mode"));
  if (!modes.includes("System") && !modes.includes(UNKNOWN) && !(given as Json[]).includes(UNKNOWN))
    yield invalid(path, "Must define at least one system pool.", 'Set mode: "System" on one of the pools.');
  const seen = new Set<string>();
  for (const [i, pool] of (given as Json[]).entries()) {
    if (!isObject(pool)) continue;
    const name = text(pool, "name");
    if (name !== undefined && seen.has(name))
      yield invalid(
        `${path}[${i}].name`,
        `Agent pool name '${name}' is not unique.`,
        "Name each pool differently.",
      );
    if (name !== undefined) seen.add(name);
    yield* checkPool(pool, `${path}[${i}].`, name);
    yield* checkVersion(at(pool, "orchestratorVersion"), `${path}[${i}].orchestratorVersion`);
    if (at(pool, "osType") === "Windows") yield* checkWindows(body);
  }
  yield* checkOutbound(body, pools);
}

/** Azure/AKS#1101, #2839; learn.microsoft.com/azure/aks/create-node-pools ("Limitations": windowsProfile). */
function* checkWindows(body: Props): Generator<Problem> {
  const plugin = at(body, "properties.networkProfile.networkPlugin");
  if (plugin !== "azure" && plugin !== UNKNOWN)
    yield invalid(
      "properties.networkProfile.networkPlugin",
      "Windows agent pools can only be added to AKS clusters using Azure-CNI.",
      "Set networkPlugin: azure, or take the Windows pool out.",
    );
  if (absent(body, "properties.windowsProfile"))
    yield missing(
      "properties.windowsProfile",
      "Set adminUsername and adminPassword in it, or take the pool out.",
    );
}

/** learn.microsoft.com/azure/aks/egress-outboundtype: these two need a network that is yours. */
function* checkOutbound(body: Props, pools: Props[]): Generator<Problem> {
  const type = at(body, "properties.networkProfile.outboundType");
  if (type !== "userDefinedRouting" && type !== "userAssignedNATGateway") return;
  for (const [i, pool] of pools.entries())
    if (absent(pool, "vnetSubnetID"))
      yield invalid(
        "properties.networkProfile.outboundType",
        `Outbound type ${type} requires a subnet of your own for pool ${i}.`,
        "Set vnetSubnetID on every pool, or outboundType: loadBalancer.",
      );
}
