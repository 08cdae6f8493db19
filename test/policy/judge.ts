// Runs one policy in this process on properties as the policy SDK hands them over: wrapped so that touching a value
// that a preview does not know throws. The SDK is the pack's own copy, as when the engine runs the pack.
import { createRequire } from "node:module";
import path from "node:path";
import { collector } from "../../policy/collector";

export const packFolder = path.join(__dirname, "..", "..", "policy");
const requireOfPack = createRequire(path.join(packFolder, "package.json"));
const { unknownCheckingProxy } = requireOfPack("@pulumi/policy/proxy");
const { secretsPreservingProxy } = requireOfPack("@pulumi/policy/secret");
const { serializeProperties } = requireOfPack("@pulumi/policy/deserialize");
export const { Secret } = requireOfPack("@pulumi/policy/policy");

/** What the engine sends for a string that it does not know yet (sdk/go/common/resource/plugin/rpc.go). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Properties as the SDK hands them to a policy. */
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
  parent?: string;
}

export interface Violation {
  message: string;
  /** Name of the resource. */
  resource?: string;
}

/** Makes the URNs of each stack its own: a policy that remembers must not know those of another. */
let runs = 0;

/** The messages that a resource policy reports for a resource; `config` is what its knobs are set to. */
export async function judge(
  policy: any,
  type: string,
  props: object,
  config: object = {},
): Promise<string[]> {
  const messages: string[] = [];
  const args = {
    ...{ type, props: unknownCheckingProxy(props), urn: `urn::${type}`, name: "resource", opts: {} },
    getConfig: () => config,
  };
  await policy.validateResource(args, (message: string) => messages.push(message));
  return messages;
}

/** What a policy turns a resource's properties into, as the engine gets it; undefined where it leaves them alone. */
export async function remediate(policy: any, type: string, props: object, config: object = {}): Promise<any> {
  // As the SDK's server wraps them, and copied: remediation writes in place.
  const wrapped = unknownCheckingProxy(secretsPreservingProxy(copy(props)));
  const args = {
    type,
    props: wrapped,
    urn: `urn::${type}`,
    name: "resource",
    opts: {},
    getConfig: () => config,
  };
  const result = await policy.remediateResource(args);
  return result && (await serializeProperties(result));
}

function copy(value: any): any {
  if (Array.isArray(value)) return value.map(copy);
  if (value === null || typeof value !== "object" || value instanceof Secret) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
}

/** What a stack policy reports for a stack; every dependency must be declared before its user. */
export async function judgeStack(
  policy: any,
  declared: Declared[],
  config: object = {},
): Promise<Violation[]> {
  const resources = new Map<string, any>();
  runs++;
  for (const {
    type,
    name = type,
    props = {},
    inputs = props,
    provider,
    dependsOn = [],
    propertyDependencies = {},
    parent,
  } of declared) {
    const known = (other: string) => {
      if (!resources.has(other))
        throw new Error(`${name} depends on ${other}, which the test does not declare`);
      return resources.get(other);
    };
    const urn = `${runs}-${name}`;
    if (inputs) await (collector as any).validateResource({ urn, props: unknownCheckingProxy(inputs) });
    resources.set(name, {
      type,
      name,
      urn,
      props: unknownCheckingProxy(props),
      opts: {},
      provider: provider
        ? { urn: known(provider).urn, name: provider, type: known(provider).type }
        : undefined,
      parent: parent ? known(parent) : undefined,
      dependencies: dependsOn.map(known),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([property, others]) => [property, others.map(known)]),
      ),
    });
  }
  const violations: Violation[] = [];
  const args = { resources: [...resources.values()], getConfig: () => config };
  await policy.validateStack(args, (message: string, urn?: string) =>
    violations.push({ message, resource: urn?.replace(/^\d+-/, "") }),
  );
  return violations;
}
