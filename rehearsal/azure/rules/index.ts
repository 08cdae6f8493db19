// Everything that is checked of one resource without looking at what Azure already holds: its names, its shape, the rules
// of data/rules.yaml, and those that compare members with each other.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { wrongValue, type Problem } from "../arm";
import { checkGeneric, hiddenIn, withVersions } from "../previews";
import { checkShape } from "../schema";
import { catalogue, madeType, type ResourceType } from "../types";
import { isObject, text } from "../values";
import { checkCluster, checkCollectionRule, checkLocalDisk } from "./compared";
import { checkRules } from "./table";

/** @param inputs azure-native's inputs, with names; @param body the ARM body made of them. */
export function* checkResource(type: ResourceType, inputs: Props, body: Props): Generator<Problem> {
  const made = madeType(type);
  yield* checkNames(made, inputs);
  if (type.generic) checkGeneric(inputs);
  const version = type.generic ? (inputs.apiVersion ?? UNKNOWN) : undefined;
  const shape = checkShape(made, body, hiddenIn(version)).map(withVersions);
  yield* shape;
  // A rule about a member that is misspelt or mistyped would only confuse.
  const wrong = shape.map((problem) => problem.target);
  for (const problem of rulesOf(made.model, inputs, body))
    if (!wrong.some((path) => problem.target === path || problem.target.startsWith(`${path}.`)))
      yield problem;
}

function* rulesOf(model: string, inputs: Props, body: Props): Generator<Problem> {
  const properties: Props = isObject(body.properties) ? body.properties : {};
  const resource = { ...inputs, ...body };
  // A pool's name is a member of an inline one and stands in the id of a resource.
  if (model === "AgentPool") resource.properties = { ...properties, name: inputs.agentPoolName };
  yield* checkRules(model, resource);
  if (model === "ManagedCluster") yield* checkCluster(body, inputs);
  if (model === "AgentPool") yield* checkLocalDisk(properties, "properties");
  if (model === "DataCollectionRule") yield* checkCollectionRule(body);
}

/** Its own name and those of what it stands in. */
function* checkNames(type: ResourceType, inputs: Props): Generator<Problem> {
  for (const name of type.names) {
    const value = text(inputs, name);
    const owner = (one: ResourceType) => one.names.at(-1) === name && type.path.startsWith(one.path);
    const [pattern, words] = catalogue.find((one) => owner(one) && one.named)?.named ?? [];
    if (value !== undefined && pattern && !new RegExp(pattern).test(value))
      yield wrongValue(name, value, `Write ${words}.`);
  }
}
