// Provider resources: those that the program declares, and the default ones that the engine makes for it.
import { randomUUID } from "node:crypto";
import type { Deployment } from "./deployment";
import type { Goal } from "./goal";
import { type Props, UNKNOWN } from "./provider";
import type { Resource } from "./state";
import { packageOf, providedPackage, providerType, referencedUrn } from "./urn";
import { forProvider, withSecretKeys } from "./values";

type Asked = Pick<Goal, "type" | "name" | "parent" | "provider" | "version" | "pluginDownloadUrl">;

export class ProviderResources {
  private readonly defaults = new Map<string, Promise<Resource>>();
  private readonly ofComponents = new Map<string, ReadonlyMap<string, string>>();

  constructor(private readonly deployment: Deployment) {}

  /** A component hands these providers to its children. */
  handDown(component: string, providers: ReadonlyMap<string, string>): void {
    this.ofComponents.set(component, providers);
  }

  async register(wanted: Resource, goal: Goal, old?: Resource): Promise<Resource> {
    const { providers, context, steps } = this.deployment;
    const provider = providers.of(providedPackage(goal.type), wanted.urn);
    const internal: Props =
      goal.pluginDownloadUrl === "" ? {} : { pluginDownloadURL: goal.pluginDownloadUrl };
    const version: Props = goal.version === "" ? {} : { version: goal.version };
    const settings = withSecretKeys(goal.inputs, provider.secretOutputs(goal.type));
    wanted.inputs = { ...settings, __internal: internal, ...version };
    wanted.outputs = { ...settings, ...version };
    context.keepSecret(wanted.inputs);
    await this.deployment.analyzed(wanted);
    const replace = old ? (provider.diffConfig?.(configOf(old), configOf(wanted)).replace ?? []) : [];
    // An update in place keeps the id, and nothing that was made with the provider is replaced.
    const kept = replace.length > 0 ? undefined : old?.id;
    wanted.id = kept ?? (context.dryRun ? UNKNOWN : randomUUID());
    const ready = () => providers.configure(wanted);
    return replace.length > 0
      ? steps.replaceProvider(wanted, old!, replace, ready)
      : steps.recordOnly(wanted, old, ready);
  }

  /** The provider reference of a resource or call: given, of a component above it, or the package's default. */
  async referenceFor(asked: Asked): Promise<string> {
    const { snapshot } = this.deployment;
    if (asked.provider !== "") {
      const resource = snapshot.find(referencedUrn(asked.provider));
      if (!resource) throw new Error(`unknown provider ${asked.provider}`);
      return `${resource.urn}::${resource.id}`;
    }
    const pkg = packageOf(asked.type);
    for (let urn: string | undefined = asked.parent; urn; urn = snapshot.find(urn)?.parent) {
      const given = this.ofComponents.get(urn)?.get(pkg);
      if (given) return given;
    }
    const resource = await this.defaultOf(pkg, asked);
    return `${resource.urn}::${resource.id}`;
  }

  private defaultOf(pkg: string, asked: Asked): Promise<Resource> {
    const { identity, providers } = this.deployment;
    const { config, secretKeys } = identity;
    const disabled: string[] = JSON.parse(config["pulumi:disable-default-providers"] ?? "[]");
    if (disabled.includes(pkg) || disabled.includes("*")) {
      throw new Error(
        `Default provider for '${pkg}' disabled. '${asked.type}' must use an explicit provider.`,
      );
    }
    providers.of(pkg, asked.type);
    const version = asked.version.replace(/[^A-Za-z0-9]/g, "_");
    const name = version === "" ? "default" : `default_${version}`;
    const known = this.defaults.get(`${pkg}/${name}`);
    if (known) return known;
    const prefix = `${pkg}:`;
    const mine = (keys: readonly string[]) => keys.filter((key) => key.startsWith(prefix));
    const inputs = mine(Object.keys(config)).map((key) => [key.slice(prefix.length), config[key]]);
    const secrets = mine(secretKeys).map((key) => key.slice(prefix.length));
    const made = this.deployment.register({
      ...emptyGoal,
      type: providerType(pkg),
      name,
      inputs: withSecretKeys(Object.fromEntries(inputs), secrets),
      version: asked.version,
      pluginDownloadUrl: asked.pluginDownloadUrl,
    });
    this.defaults.set(`${pkg}/${name}`, made);
    return made;
  }
}

/** What the provider itself is configured with. */
function configOf(resource: Resource): Props {
  const { __internal: _, version: __, ...config } = forProvider(resource.inputs);
  return config;
}

const emptyGoal: Goal = {
  type: "",
  name: "",
  parent: "",
  custom: true,
  inputs: {},
  provider: "",
  providers: new Map(),
  version: "",
  pluginDownloadUrl: "",
  dependencies: [],
  propertyDependencies: {},
  protect: false,
  retainOnDelete: false,
  ignoreChanges: [],
  replaceOnChanges: [],
  hideDiffs: [],
  additionalSecretOutputs: [],
  aliases: [],
  customTimeouts: {},
  deletedWith: "",
};
