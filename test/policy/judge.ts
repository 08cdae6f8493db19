// Asks one policy of the served pack about a resource or a stack, in the messages that the engine sends
// (pulumi/pulumi, pkg/resource/deploy/step_generator.go). One question at a time: the pack has one configuration.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import * as rpc from "@pulumi/pulumi/proto/analyzer_pb";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { packFolder, type ServedPack, servedPack, struct } from "./served";

export { packFolder };

/** What the engine sends for a string that it does not know yet. */
export const unknown = unknownValue;

/** A value that the program has marked as secret. */
export const secret = <T>(value: T) => ({ [specialSigKey]: specialSecretSig, value });

const { unknownCheckingProxy } = createRequire(path.join(packFolder, "package.json"))("@pulumi/policy");

/** Properties as the SDK hands them to a policy, for functions that policies share. The SDK is the pack's own copy. */
export function asPolicySees<T extends object>(props: T): T {
  return unknownCheckingProxy(props);
}

export interface Declared {
  type: string;
  name?: string;
  props?: object;
  /** What a policy that also looks at inputs is shown before; default `props`, and null for nothing. */
  inputs?: object | null;
  /** Name of the provider resource. */
  provider?: string;
  /** Names of resources. */
  dependsOn?: string[];
  /** Names of resources, by the property that came from them. */
  propertyDependencies?: Record<string, string[]>;
  /** Name of a resource; default the stack. */
  parent?: string;
}

export interface Violation {
  message: string;
  /** Name of the resource. */
  resource?: string;
}

interface Policy {
  readonly name: string;
}

const stackType = "pulumi:pulumi:Stack";

/** Makes the URNs of each question its own: a policy that remembers must not know those of another. */
let questions = 0;

/** A stack's resources by name; every dependency must be declared before its user. */
function registered(declared: readonly Declared[]): Map<string, rpc.AnalyzerResource> {
  const stack = `stack${++questions}`;
  const isRoot = ({ type }: Declared) => type === stackType;
  const root = declared.find(isRoot) ?? { type: stackType, name: `project-${stack}` };
  const resources = new Map<string, rpc.AnalyzerResource>();
  for (const one of [root, ...declared.filter((other) => other !== root)]) {
    const { type, name = type, props = {}, dependsOn = [], propertyDependencies = {} } = one;
    const known = (other: string) => {
      const found = resources.get(other);
      assert.ok(found, `${name} depends on ${other}, which the test does not declare`);
      return found;
    };
    const urns = (names: string[]) => names.map((other) => known(other).getUrn());
    const parent = one === root ? undefined : known(one.parent ?? root.name ?? root.type);
    const parentUrn = parent?.getUrn() ?? "";
    const types = parent && parent.getType() !== stackType ? [parentUrn.split("::")[2], type] : [type];
    const resource = new rpc.AnalyzerResource()
      .setType(type)
      .setName(name)
      .setUrn(`urn:pulumi:${stack}::project::${types.join("$")}::${name}`)
      .setProperties(struct(props))
      .setParent(parentUrn)
      .setOptions(new rpc.AnalyzerResourceOptions().setParent(parentUrn))
      .setDependenciesList(urns(dependsOn));
    for (const [property, others] of Object.entries(propertyDependencies)) {
      const list = new rpc.AnalyzerPropertyDependencies().setUrnsList(urns(others));
      resource.getPropertydependenciesMap().set(property, list);
    }
    if (one.provider) {
      const provider = known(one.provider);
      resource.setProvider(
        new rpc.AnalyzerProviderResource()
          .setType(provider.getType())
          .setName(provider.getName())
          .setUrn(provider.getUrn())
          .setProperties(provider.getProperties()),
      );
    }
    resources.set(name, resource);
  }
  return resources;
}

/** What the engine asks about a resource before it is made. */
function request(resource: rpc.AnalyzerResource, inputs: object): rpc.AnalyzeRequest {
  return new rpc.AnalyzeRequest()
    .setType(resource.getType())
    .setName(resource.getName())
    .setUrn(resource.getUrn())
    .setProperties(struct(inputs))
    .setOptions(resource.getOptions())
    .setProvider(resource.getProvider());
}

/** What a policy says, without its description, which the SDK puts before that. */
const said = (one: rpc.AnalyzeDiagnostic) => one.getMessage().replace(`${one.getDescription()}\n`, "");

const alone = (declared: Declared) =>
  request([...registered([declared]).values()].at(-1)!, declared.props ?? {});

/** The messages that a resource policy reports for a resource; `config` is what its knobs are set to. */
export async function judge(
  policy: Policy,
  type: string,
  props: object,
  config: object = {},
  name = "resource",
): Promise<string[]> {
  const pack = await servedPack();
  await pack.configure(policy.name, config);
  const answer: rpc.AnalyzeResponse = await pack.ask("analyze", alone({ type, name, props }));
  return answer.getDiagnosticsList().map(said);
}

/** What a policy turns a resource's properties into, as the engine gets it; undefined where it leaves them alone. */
export async function remediate(
  policy: Policy,
  type: string,
  props: object,
  config: object = {},
): Promise<any> {
  const pack = await servedPack();
  await pack.configure(policy.name, config, rpc.EnforcementLevel.REMEDIATE);
  const answer: rpc.RemediateResponse = await pack.ask("remediate", alone({ type, props }));
  const [remediation] = answer.getRemediationsList();
  // The SDK's word for a policy that has touched what a preview does not know.
  assert.equal(remediation?.getDiagnostic() ?? "", "");
  return remediation?.getProperties()?.toJavaScript();
}

/** What a stack policy reports for a stack, in a preview or an update. */
export async function judgeStack(
  policy: Policy,
  declared: readonly Declared[],
  config: object = {},
  { update }: { update?: boolean } = {},
): Promise<Violation[]> {
  const pack = await servedPack(update);
  await pack.configure(policy.name, config);
  return whole(pack, declared);
}

/** Shows every resource, and then the stack. */
export async function whole(pack: ServedPack, declared: readonly Declared[]): Promise<Violation[]> {
  const resources = registered(declared);
  const shown = declared.map(async ({ type, name = type, props = {}, inputs = props }) => {
    if (inputs === null) return [];
    const noted: rpc.AnalyzeResponse = await pack.ask("analyze", request(resources.get(name)!, inputs));
    return noted.getDiagnosticsList().map((one): Violation => ({ message: said(one), resource: name }));
  });
  const found = (await Promise.all(shown)).flat();
  const stack = new rpc.AnalyzeStackRequest().setResourcesList([...resources.values()]);
  const answer: rpc.AnalyzeResponse = await pack.ask("analyzeStack", stack);
  const names = new Map([...resources].map(([name, resource]) => [resource.getUrn(), name]));
  for (const one of answer.getDiagnosticsList())
    found.push({ message: said(one), resource: names.get(one.getUrn()) });
  return found;
}

/**
 * What a policy could not judge in a preview, by the pack's own word for it: what is not known, and of which resource.
 * It reports nothing itself.
 */
export async function notJudged(
  { name }: Policy,
  declared: readonly Declared[],
  config: object = {},
): Promise<[what: string, of: string][]> {
  const pack = await servedPack();
  await pack.configure(name, config, rpc.EnforcementLevel.MANDATORY, ["pack-not-judged"]);
  const found = (await whole(pack, declared)).filter(({ resource }) => resource !== undefined);
  return found.flatMap(({ message }) => {
    const [, list] = /^Not known in this preview, and not judged: (.*)\. Run /s.exec(message)!;
    return list.split("; ").flatMap((one): [string, string][] => {
      const [, what, of, policies] = /^(.*) of (\S+?)(?: \(([\w, -]+)\))?$/s.exec(one)!;
      // What no policy is named for concerns all of them.
      return (policies ?? name).split(", ").includes(name) ? [[what, of]] : [];
    });
  });
}
