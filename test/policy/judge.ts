// Runs one policy in this process on properties as the policy SDK hands them over: wrapped so that touching a value
// that a preview does not know throws. The SDK is the pack's own copy, as when the engine runs the pack.
import { createRequire } from "node:module";
import path from "node:path";

export const packFolder = path.join(__dirname, "..", "..", "policy");
const { unknownCheckingProxy } = createRequire(path.join(packFolder, "package.json"))("@pulumi/policy/proxy");

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
    parent,
  } of declared) {
    const known = (other: string) => {
      if (!resources.has(other))
        throw new Error(`${name} depends on ${other}, which the test does not declare`);
      return resources.get(other);
    };
    const urn = `${runs}-${name}`;
    if (policy.validateResource && inputs) {
      await policy.validateResource({ type, name, urn, props: unknownCheckingProxy(inputs) });
    }
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
      propertyDependencies: {},
    });
  }
  const violations: Violation[] = [];
  const args = { resources: [...resources.values()], getConfig: () => config };
  await policy.validateStack(args, (message: string, urn?: string) =>
    violations.push({ message, resource: urn?.replace(/^\d+-/, "") }),
  );
  return violations;
}
