// Whether Azure holds what a request refers to.
import type { Props } from "../../plugin/provider";
import { gone, invalid, type Problem } from "../arm";
import { monitoringWorkspace, workspaceMember } from "../rules/cluster";
import type { Store } from "../store";
import { parentOf } from "../types";
import { at, each, list, normalizedLocation, sameId, text } from "../values";

/** Tells the user something that stays. */
export type Note = (message: string) => void;

interface Reference {
  readonly at: string;
  /** Both stand in one region: what is referred to, what refers to it, the advice. */
  readonly region?: readonly [string, string, string];
  readonly code?: string;
}

const identities: Reference = { at: "identity.userAssignedIdentities.*" };

/** Model -> members that hold the id of another resource. */
const references: Record<string, readonly Reference[]> = {
  ManagedCluster: [
    { at: "properties.agentPoolProfiles[].vnetSubnetID" },
    identities,
    // learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys: "in the same region as your AKS cluster"
    {
      at: "properties.diskEncryptionSetID",
      region: ["disk encryption set", "cluster", "Put both in one region."],
    },
    { at: workspaceMember },
    { at: "properties.securityProfile.defender.logAnalyticsWorkspaceResourceId" },
  ],
  AgentPool: [{ at: "properties.vnetSubnetID" }],
  // learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-overview: a rule is made in the region of
  // the workspace that it sends to, as the Azure CLI does (azure-cli, addonconfiguration.py). The words are inferred.
  DataCollectionRule: [
    {
      at: "properties.destinations.logAnalytics[].workspaceResourceId",
      region: ["workspace", "data collection rule", "Make the rule in the workspace's region."],
      code: "InvalidPayload",
    },
  ],
  DataCollectionRuleAssociation: [{ at: "resourceUri" }, { at: "properties.dataCollectionRuleId" }],
  DiagnosticSetting: [{ at: "resourceUri" }, { at: "properties.workspaceId" }],
  DiskEncryptionSet: [identities, { at: "properties.activeKey.sourceVault.id" }],
  // Authorization RP through ARM: an extension needs the resource that it extends.
  RoleAssignment: [{ at: "scope" }],
};

/** @param resource body of a request, with the names in its id */
export function* checkReferences(
  store: Store,
  model: string,
  resource: Props,
  note: Note,
): Generator<Problem> {
  for (const reference of references[model] ?? [])
    for (const [path, value] of each(resource, reference.at)) {
      const target = path.replace(/(userAssignedIdentities)\..*$/, "$1");
      const id =
        reference.at === workspaceMember
          ? addonWorkspace(resource)
          : target === path
            ? value
            : path.slice(target.length + 1);
      if (typeof id !== "string") continue;
      yield* checkHeld(store, id, target, note);
      const there = store.get(id)?.response;
      if (there && reference.region) yield* checkRegion(there, resource, target, reference);
    }
}

/** @returns the problem where the resource is certainly missing; notes it where that cannot be known */
function* checkHeld(store: Store, id: string, target: string, note: Note): Generator<Problem> {
  if (store.get(id) || inlineSubnet(store, id)) return;
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0];
  if (group === undefined && target === "scope") return;
  // Where not even the resource group is the rehearsal's, it may well exist in Azure.
  if (group === undefined || !store.get(group))
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

function* checkRegion(
  there: Props,
  here: Props,
  target: string,
  { region, code }: Reference,
): Generator<Problem> {
  const [other, own, advice] = region!;
  if (normalizedLocation(String(there.location)) === normalizedLocation(String(here.location))) return;
  const problem = invalid(
    target,
    `The ${other} is in ${String(there.location)}, the ${own} in ${String(here.location)}.`,
    advice,
  );
  yield { ...problem, code: code ?? problem.code };
}

const addonWorkspace = (body: Props): string | undefined =>
  at(body, "properties.addonProfiles.omsagent.enabled") === true ? monitoringWorkspace(body) : undefined;

/** A subnet that was declared with its network. */
export const inlineSubnet = (store: Store, id: string): Props | undefined =>
  list(store.get(parentOf(id))?.response, "properties.subnets").find((one) =>
    sameId(text(one, "id") ?? "", id),
  ) as Props | undefined;
