// One `up` or `preview`: turns each registration of the program into steps, as pkg/resource/deploy's step
// generator does. The program itself orders them: it registers a resource only when all its inputs are there.
import { aliasUrns } from "./aliases";
import { type Analyzer, Policies } from "./analyzer";
import { type Context, Failed } from "./context";
import { registerCustom } from "./customResources";
import type { Goal } from "./goal";
import type { Props } from "./provider";
import { ProviderResources } from "./providerResources";
import type { Providers } from "./providers";
import { messageOf, Refusal } from "../refusal";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { Steps } from "./steps";
import { isProviderType, makeUrn, STACK_TYPE } from "./urn";
import { equal } from "./values";

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
  readonly providerResources = new ProviderResources(this);
  private readonly underWay = new Set<Promise<unknown>>();
  readonly steps: Steps;
  private readonly policies: Policies;
  /** The option of the program, by URN: the state does not keep it. */
  private readonly deleteBeforeReplace = new Map<string, boolean | undefined>();

  constructor(
    readonly context: Context,
    readonly snapshot: Snapshot,
    readonly providers: Providers,
    readonly identity: Identity,
    analyzers: readonly Analyzer[] = [],
  ) {
    this.policies = new Policies(context, snapshot, analyzers, identity);
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
    this.deleteBeforeReplace.set(urn, goal.deleteBeforeReplace);
    if (old && old.custom !== goal.custom) {
      throw new Refusal(
        `${urn} changed between a resource and a component`,
        "the two have nothing in common that could be updated",
        "give it another name",
      );
    }
    if (!goal.custom) {
      this.providerResources.handDown(urn, goal.providers);
      await this.analyzed(wanted);
      return this.steps.recordOnly(wanted, old);
    }
    if (isProviderType(goal.type)) return this.providerResources.register(wanted, goal, old);
    wanted.provider = await this.providerResources.referenceFor(goal);
    return registerCustom(this, wanted, goal, old);
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

  /** Shows one resource to the analyzers, which may change its inputs. @throws Failed where one forbids it. */
  analyzed(wanted: Resource): Promise<void> {
    return this.policies.resource(wanted, this.deleteBeforeReplace.get(wanted.urn));
  }

  /** Shows the whole stack to the analyzers. */
  analyzeStack(): Promise<void> {
    return this.policies.stack();
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
