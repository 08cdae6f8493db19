// One `up` or `preview`: turns each registration of the program into steps, as pkg/resource/deploy's step
// generator does. The program itself orders them: it registers a resource only when all its inputs are there.
import { randomUUID } from "node:crypto";
import { aliasUrns } from "./aliases";
import { type AnalyzedResource, type Analyzer, analyze } from "./analyzer";
import { type Context, Failed } from "./context";
import { replaceFirst } from "./deleteBeforeReplace";
import type { Goal } from "./goal";
import { adoptInterrupted } from "./interrupted";
import { covers, withIgnoredChanges } from "./propertyPath";
import { type Diff, type Props, UNKNOWN } from "./provider";
import type { Providers } from "./providers";
import { messageOf, Refusal } from "./refusal";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { Steps } from "./steps";
import {
  isDefaultProvider,
  isProviderType,
  makeUrn,
  packageOf,
  providedPackage,
  providerType,
  referencedUrn,
  STACK_TYPE,
} from "./urn";
import { equal, forProvider, withSecretKeys, withSecretsOf } from "./values";

export interface Identity {
  stack: string;
  project: string;
  /** Configuration by `namespace:key`; a default provider gets those of its package. */
  config: Record<string, string>;
  secretKeys: readonly string[];
}

export class Deployment {
  /** URNs that the program has registered. */
  readonly seen = new Set<string>();
  /** New URN -> the old one that it was found under. */
  readonly renamed = new Map<string, string>();
  private readonly defaults = new Map<string, Promise<Resource>>();
  private readonly componentProviders = new Map<string, Map<string, string>>();
  private readonly underWay = new Set<Promise<unknown>>();
  readonly steps: Steps;

  constructor(
    readonly context: Context,
    readonly snapshot: Snapshot,
    readonly providers: Providers,
    readonly identity: Identity,
    private readonly analyzers: readonly Analyzer[] = [],
  ) {
    this.steps = new Steps(context, snapshot, providers);
  }

  /** Resolves when nothing that was begun is still running. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled([...this.underWay]);
  }

  /** @throws Failed once the failure has been reported. */
  register(goal: Goal): Promise<Resource> {
    const work = this.reported(goal);
    this.underWay.add(work);
    const done = () => this.underWay.delete(work);
    work.then(done, done);
    return work;
  }

  private async reported(goal: Goal): Promise<Resource> {
    const { stack, project } = this.identity;
    const urn = makeUrn(stack, project, goal.parent, goal.type, goal.name);
    try {
      if (this.context.stopping) throw new Failed();
      return await this.registered(urn, goal);
    } catch (error) {
      if (error instanceof Failed) throw error;
      throw this.context.fail(messageOf(error), urn);
    }
  }

  private async registered(urn: string, goal: Goal): Promise<Resource> {
    if (this.seen.has(urn)) {
      throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    }
    this.seen.add(urn);
    const old = this.findOld(urn, goal);
    const wanted = this.wanted(urn, goal);
    if (old && old.custom !== goal.custom) {
      throw new Refusal(
        `${urn} changed between a resource and a component`,
        "the two have nothing in common that could be updated",
        "give it another name",
      );
    }
    if (!goal.custom) {
      this.componentProviders.set(urn, goal.providers);
      await this.analyzed(wanted);
      return this.steps.recordOnly(wanted, old);
    }
    if (isProviderType(goal.type)) return this.registerProvider(wanted, goal, old);
    wanted.provider = await this.providerFor(goal);
    return this.registerCustom(wanted, goal, old);
  }

  private findOld(urn: string, goal: Goal): Resource | undefined {
    const find = (name: string) => this.snapshot.olds.find((one) => one.urn === name && !one.delete);
    const found = find(urn);
    if (found) return found;
    for (const alias of aliasUrns(urn, goal, this.identity, this.renamed)) {
      const old = find(alias);
      if (!old || this.seen.has(alias)) continue;
      this.renamed.set(urn, alias);
      this.snapshot.rename(alias, urn);
      return old;
    }
    return undefined;
  }

  private wanted(urn: string, goal: Goal): Resource {
    const parent = goal.parent === "" ? undefined : this.snapshot.find(goal.parent);
    const deletedWith = goal.deletedWith || parent?.deletedWith;
    return {
      urn,
      custom: goal.custom,
      type: goal.type,
      inputs: goal.inputs,
      outputs: {},
      parent: goal.parent || undefined,
      // These three come down from the parent (pkg/resource/deploy/source_eval.go, inheritFromParent).
      protect: goal.protect ?? parent?.protect,
      retainOnDelete: goal.retainOnDelete ?? parent?.retainOnDelete,
      deletedWith: deletedWith === urn ? undefined : deletedWith,
      dependencies: [...goal.dependencies].sort(),
      propertyDependencies: goal.custom
        ? Object.fromEntries(
            Object.entries(goal.propertyDependencies).map(([k, urns]) => [k, [...urns].sort()]),
          )
        : undefined,
      additionalSecretOutputs: goal.additionalSecretOutputs,
      aliases: goal.aliases.filter((alias) => typeof alias === "string"),
      customTimeouts: Object.values(goal.customTimeouts).some(Boolean)
        ? defined(goal.customTimeouts)
        : undefined,
      ignoreChanges: goal.ignoreChanges,
      hideDiff: goal.hideDiffs,
      replaceOnChanges: goal.replaceOnChanges,
    };
  }

  private async analyzed(wanted: Resource): Promise<void> {
    await analyze(this.context, this.analyzers, "resource", [analyzable(wanted)]);
  }

  /** Shows the whole stack to the analyzers. */
  async analyzeStack(): Promise<void> {
    await analyze(this.context, this.analyzers, "stack", this.snapshot.news.map(analyzable));
  }

  private async registerProvider(wanted: Resource, goal: Goal, old?: Resource): Promise<Resource> {
    const provider = this.providers.of(providedPackage(goal.type), wanted.urn);
    const version = goal.version === "" ? {} : { version: goal.version };
    const url: Props = goal.pluginDownloadUrl === "" ? {} : { pluginDownloadURL: goal.pluginDownloadUrl };
    const inputs = withSecretKeys(goal.inputs, provider.secretOutputs(goal.type));
    wanted.inputs = { ...inputs, __internal: url, ...version };
    const { __internal: _, ...outputs } = wanted.inputs;
    wanted.outputs = outputs;
    wanted.id = old?.id ?? (this.context.dryRun ? UNKNOWN : randomUUID());
    this.context.keepSecret(wanted.inputs);
    await this.analyzed(wanted);
    // An update in place keeps the id, so that nothing that was made with the provider is replaced.
    return this.steps.recordOnly(wanted, old, () => this.providers.configure(wanted));
  }

  /** The provider reference of a resource or call: given, of a component above it, or the package's default. */
  async providerFor(
    goal: Pick<Goal, "type" | "name" | "parent" | "provider" | "version" | "pluginDownloadUrl">,
  ) {
    if (goal.provider !== "") {
      const resource = this.snapshot.find(referencedUrn(goal.provider));
      if (!resource) throw new Error(`unknown provider ${goal.provider}`);
      return `${resource.urn}::${resource.id}`;
    }
    const pkg = packageOf(goal.type);
    for (let urn: string | undefined = goal.parent; urn; urn = this.snapshot.find(urn)?.parent) {
      const given = this.componentProviders.get(urn)?.get(pkg);
      if (given) return given;
    }
    const resource = await this.defaultProvider(pkg, goal);
    return `${resource.urn}::${resource.id}`;
  }

  private defaultProvider(pkg: string, goal: { type: string; version: string; pluginDownloadUrl: string }) {
    const { config, secretKeys } = this.identity;
    const disabled: string[] = JSON.parse(config["pulumi:disable-default-providers"] ?? "[]");
    if (disabled.includes(pkg) || disabled.includes("*")) {
      throw new Error(
        `Default provider for '${pkg}' disabled. '${goal.type}' must use an explicit provider.`,
      );
    }
    this.providers.of(pkg, goal.type);
    const name = goal.version === "" ? "default" : `default_${goal.version.replace(/[^A-Za-z0-9]/g, "_")}`;
    const key = `${pkg}/${name}`;
    let made = this.defaults.get(key);
    if (!made) {
      const mine = Object.entries(config).filter(([full]) => full.startsWith(`${pkg}:`));
      const inputs = Object.fromEntries(mine.map(([full, value]) => [full.slice(pkg.length + 1), value]));
      const secrets = secretKeys
        .filter((full) => full.startsWith(`${pkg}:`))
        .map((full) => full.slice(pkg.length + 1));
      made = this.register({
        ...emptyGoal,
        type: providerType(pkg),
        name,
        inputs: withSecretKeys(inputs, secrets),
        version: goal.version,
        pluginDownloadUrl: goal.pluginDownloadUrl,
      });
      this.defaults.set(key, made);
    }
    return made;
  }

  private async registerCustom(wanted: Resource, goal: Goal, found?: Resource): Promise<Resource> {
    const { context } = this;
    const provider = await this.providers.get(wanted.provider!, wanted.urn);
    const old = await adoptInterrupted(this, wanted, provider, found);
    const given = old ? withIgnoredChanges(goal.inputs, old.inputs, goal.ignoreChanges) : goal.inputs;
    const operation = context.operation(wanted);
    const oldInputs = old && forProvider(old.inputs);
    const checked = await provider.check(operation, oldInputs, forProvider(given));
    if (checked.failures.length > 0) {
      const told = checked.failures.map(({ property, reason }) =>
        property ? `${property}: ${reason}` : reason,
      );
      throw new Error(`${wanted.type} resource '${goal.name}' has a problem: ${told.join("; ")}`);
    }
    wanted.inputs = withSecretsOf(checked.inputs, given);
    context.keepSecret(wanted.inputs);
    await this.analyzed(wanted);
    if (context.stopping) throw new Failed();
    if (!old) return this.steps.create(wanted, provider);
    if (old.pendingReplacement) return this.steps.create(wanted, provider, { replaced: old, gone: true });
    const diff = await this.diff(wanted, goal, old, () =>
      provider.diff(operation, old.id!, oldInputs!, forProvider(old.outputs), forProvider(wanted.inputs)),
    );
    const shown = diff.changed.filter((path) => !goal.hideDiffs.some((hidden) => covers(hidden, path)));
    if (diff.replace.length > 0) {
      if (old.protect) {
        throw new Refusal(
          `unable to replace resource "${wanted.urn}"`,
          `it is protected, and ${diff.replace.join(", ")} can only be changed by a replacement`,
          "remove the `protect` flag in the program and run `up` before this change",
        );
      }
      if (!diff.deleteBeforeReplace)
        return this.steps.create(wanted, provider, { replaced: old, keys: diff.replace });
      await replaceFirst(this, old);
      return this.steps.create(wanted, provider, { replaced: old, gone: true, keys: diff.replace });
    }
    if (diff.changed.length === 0 && !old.initErrors?.length) return this.steps.recordOnly(wanted, old);
    return this.steps.update(wanted, provider, old, shown);
  }

  /** The provider's diff, with the options of the program worked in. */
  private async diff(wanted: Resource, goal: Goal, old: Resource, ask: () => Promise<Diff>): Promise<Diff> {
    const diff = await ask();
    const replace = new Set(diff.replace);
    for (const path of diff.changed) {
      if (goal.replaceOnChanges.some((option) => covers(option, path))) replace.add(path);
    }
    const [before, after] = [referencedUrn(old.provider!), referencedUrn(wanted.provider!)];
    // A default provider of another version is still the same provider; any other change means another place.
    if (before !== after && !(isDefaultProvider(before) && isDefaultProvider(after))) replace.add("provider");
    return {
      changed: [...new Set([...diff.changed, ...replace])],
      replace: [...replace],
      deleteBeforeReplace: goal.deleteBeforeReplace ?? diff.deleteBeforeReplace,
    };
  }

  /** Outputs that a component or the stack reports at its end. */
  async registerOutputs(urn: string, outputs: Props): Promise<void> {
    const resource = this.snapshot.news.find((one) => one.urn === urn && !one.delete);
    if (!resource) throw new Error(`outputs of ${urn}, which was not registered`);
    this.context.keepSecret(outputs);
    if (equal(resource.outputs, outputs)) return;
    resource.outputs = outputs;
    if (resource.type === STACK_TYPE) this.context.stackOutputs = outputs;
    await this.snapshot.save();
  }
}

const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value)) as T;

const analyzable = (resource: Resource): AnalyzedResource => ({
  ...resource,
  name: resource.urn.split("::").at(-1)!,
});

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
