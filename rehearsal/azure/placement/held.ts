// Whether Azure holds what a request refers to: every id of a resource in it.
import type { Json, Props } from "../../plugin/provider";
import { gone, type Problem } from "../arm";
import type { Store } from "../store";
import { parentOf, typeOfId } from "../types";
import { isObject, join, list, normalizedLocation, sameId, text } from "../values";

/** Tells the user something that stays. */
export type Note = (message: string) => void;

const idInGroup = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(?=\/|$)/i;

/** The ids in a request by path; of identities, which are keys of a map, by the map's. */
export function* idsIn(value: Json | undefined, path = ""): Generator<[string, string]> {
  if (typeof value === "string" && idInGroup.test(value)) yield [path, value];
  if (Array.isArray(value)) for (const [i, entry] of value.entries()) yield* idsIn(entry, `${path}[${i}]`);
  // An add-on that is off goes nowhere.
  if (!isObject(value) || value.enabled === false) return;
  for (const [key, entry] of Object.entries(value))
    if (idInGroup.test(key)) yield [path, key];
    else if (key !== "tags") yield* idsIn(entry, join(path, key));
}

/** The subnets that a cluster or a pool puts its nodes into, by path. */
export const nodeSubnets = (body: Props): [string, string][] =>
  [...idsIn(body)].filter(([path]) => path.endsWith("vnetSubnetID"));

/** @param resource body of a request, with the names in its id */
export function* checkReferences(store: Store, own: string, resource: Props, note: Note): Generator<Problem> {
  for (const [target, id] of idsIn(resource)) {
    // A network may name the ids that its subnets will have.
    if (sameId(id.slice(0, own.length), own)) continue;
    yield* checkHeld(store, id, target, note);
    const there = store.get(id);
    const region = there && oneRegion[`${typeOfId(own)!.model} ${typeOfId(id)!.model}`];
    if (region) yield* checkRegion(there.response, resource, target, ...region);
  }
}

/** @returns the problem where the resource is certainly missing; notes it where that cannot be known */
function* checkHeld(store: Store, id: string, target: string, note: Note): Generator<Problem> {
  if (store.get(id) || inlineSubnet(store, id)) return;
  // Where not even the resource group is the rehearsal's, or nothing here could have made it, it may well exist in Azure.
  if (!typeOfId(id) || !store.get(idInGroup.exec(id)![0]))
    return note(`${id} is outside the rehearsal: whether it exists is not checked.`);
  if (target.endsWith("vnetSubnetID"))
    return yield {
      target: "properties.agentPoolProfiles.vnetSubnetID",
      code: "SubnetNotFound",
      message: `The subnet '${id}' was not found.`,
      advice: "Use the Subnet resource's `id`, so that the cluster waits for it.",
    };
  const [problem] = gone(id, (other) => store.get(other) !== undefined).problems;
  yield { ...problem, target, advice: "Take it from the resource's output, so that this one waits for it." };
}

/** Models of which the first refers to the second, and both stand in one region. */
const oneRegion: Record<string, [other: string, own: string, code?: string]> = {
  // learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys: "in the same region as your AKS cluster"
  "ManagedCluster DiskEncryptionSet": ["disk encryption set", "cluster"],
  // learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-overview: a rule is made in the region of
  // the workspace that it sends to, as the Azure CLI does (azure-cli, addonconfiguration.py). The words are inferred.
  "DataCollectionRule Workspace": ["workspace", "data collection rule", "InvalidPayload"],
};

export function* checkRegion(
  there: Props,
  here: Props,
  target: string,
  other: string,
  own: string,
  code = "InvalidParameter",
): Generator<Problem> {
  if (normalizedLocation(String(there.location)) === normalizedLocation(String(here.location))) return;
  const message = `The ${other} is in ${String(there.location)}, the ${own} in ${String(here.location)}.`;
  yield { target, code, message, advice: "Put both in one region." };
}

/** A subnet that was declared with its network. */
export const inlineSubnet = (store: Store, id: string): Props | undefined =>
  list(store.get(parentOf(id))?.response, "properties.subnets").find((one) =>
    sameId(text(one, "id") ?? "", id),
  ) as Props | undefined;
