// Workspaces that clusters and diagnostic settings write to.
import type { Props } from "../../plugin/provider";
import { ArmError, invalid, type Problem } from "../arm";
import { workspaceOf } from "../rules/addons";
import type { Store } from "../store";
import { at, isObject, list, normalizedLocation, sameId, text } from "../values";
import { checkHeld, existence, notThere, outside, type Note } from "./held";

export function* checkClusterLogs(store: Store, body: Props, note: Note): Generator<Problem> {
  const addon = "properties.addonProfiles.omsagent";
  if (at(body, `${addon}.enabled`) === true)
    yield* checkHeld(
      store,
      workspaceOf(at(body, `${addon}.config`)),
      `${addon}.config.logAnalyticsWorkspaceResourceID`,
      note,
    );
  const defender = "properties.securityProfile.defender.logAnalyticsWorkspaceResourceId";
  yield* checkHeld(store, text(body, defender), defender, note);
}

/** @throws ArmError where the resource that an extension extends is missing */
function extended(store: Store, inputs: Props, note: Note): string {
  const owner = String(inputs.resourceUri);
  const found = existence(store, owner);
  if (found === "missing") throw new ArmError([notThere(store, owner, "resourceUri")], 404);
  if (found === "unknown") note(outside(owner));
  return owner;
}

/** @throws ArmError where the resource or the rule is missing */
export function checkAssociated(store: Store, inputs: Props, body: Props, note: Note): void {
  extended(store, inputs, note);
  const path = "properties.dataCollectionRuleId";
  const problems = [...checkHeld(store, text(body, path), path, note)];
  if (problems.length > 0) throw new ArmError(problems);
}

/**
 * learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-overview: a rule is made in the region of
 * the workspace that it sends to, as the Azure CLI does (azure-cli, addonconfiguration.py). The words are inferred.
 */
export function* checkRuleDestinations(store: Store, body: Props, note: Note): Generator<Problem> {
  for (const [i, destination] of (list(body, "properties.destinations.logAnalytics") ?? []).entries()) {
    const path = `properties.destinations.logAnalytics[${i}].workspaceResourceId`;
    const id = text(destination, "workspaceResourceId");
    yield* checkHeld(store, id, path, note);
    const workspace = id === undefined ? undefined : store.get(id)?.response;
    const [own, wanted] = [String(workspace?.location), String(body.location)];
    if (workspace && normalizedLocation(own) !== normalizedLocation(wanted))
      yield {
        ...invalid(
          path,
          `The workspace is in ${own}, the data collection rule in ${wanted}.`,
          `Make the rule in ${own}.`,
        ),
        code: "InvalidPayload",
      };
  }
}

/** @throws ArmError where the resource or the workspace is missing, or the workspace takes the category already */
export function checkSetting(store: Store, id: string, inputs: Props, body: Props, note: Note): void {
  const owner = extended(store, inputs, note);
  const workspace = text(body, "properties.workspaceId");
  const problems = [...checkHeld(store, workspace, "properties.workspaceId", note)];
  if (problems.length > 0) throw new ArmError(problems);
  const clash = workspace === undefined ? undefined : usedTwice(store, id, owner, workspace, body);
  if (clash) throw new ArmError([clash], 409);
}

/** Its words: Azure/Enterprise-Scale, known issues of the diagnostics initiative. */
function usedTwice(store: Store, id: string, owner: string, sink: string, body: Props): Problem | undefined {
  const mine = categories(body);
  for (const other of store.ofType("Microsoft.Insights/diagnosticSettings")) {
    if (sameId(other.id, id) || !other.id.toLowerCase().startsWith(`${owner.toLowerCase()}/providers/`))
      continue;
    if (!sameId(text(other.response, "properties.workspaceId") ?? "", sink)) continue;
    const twice = categories(other.response).find((one) => mine.includes(one));
    if (twice !== undefined)
      return {
        target: "",
        code: "Conflict",
        message: `Data sink '${sink}' is already used in diagnostic setting '${String(other.response.name)}' for category '${twice}'. Data sinks can't be reused in different settings on the same category for the same resource.`,
        advice: "Take the category out of one of the two, or send it to another workspace.",
      };
  }
  return undefined;
}

const categories = (body: Props): string[] =>
  ["logs", "metrics"]
    .flatMap((kind) => list(body, `properties.${kind}`) ?? [])
    .filter((entry) => isObject(entry) && entry.enabled === true)
    .map((entry) => text(entry, "category") ?? text(entry, "categoryGroup") ?? "");
