// The steps that change one resource, each recorded in the state before it begins and after it ends.
import { Failed, type Context } from "./context";
import { type ConfiguredProvider, InitializationError, type State } from "./provider";
import type { Providers } from "./providers";
import type { Snapshot } from "./snapshot";
import type { OperationType, Resource } from "./state";
import { isDefaultProvider } from "./urn";
import { equal, forProvider, withSecretKeys, withSecretsOf } from "./values";

export interface Replacement {
  /** The resource that the new one takes the place of. */
  replaced: Resource;
  /** It has been deleted already. */
  gone?: boolean;
  /** What forced the replacement. */
  keys?: string[];
}

export class Steps {
  constructor(
    private readonly context: Context,
    private readonly snapshot: Snapshot,
    private readonly providers: Providers,
  ) {}

  private count(change: "create" | "update" | "same" | "replace", resource: Resource): void {
    // Default providers are the engine's own business; the CLI does not count them either.
    if (!isDefaultProvider(resource.urn)) this.context.changes[change]++;
  }

  /** The new resource takes the old one's place in the state. */
  private async commit(resource: Resource, old?: Resource): Promise<void> {
    if (old) this.snapshot.removeOld(old);
    this.snapshot.news.push(resource);
    await this.snapshot.save();
  }

  private adopt(resource: Resource, { id, outputs }: State): void {
    const secretKeys = [
      ...(resource.additionalSecretOutputs ?? []),
      ...this.providers.secretOutputs(resource.type),
    ];
    resource.id = id;
    resource.outputs = withSecretKeys(withSecretsOf(outputs, resource.inputs), secretKeys);
    this.context.keepSecret(resource.outputs);
  }

  /** Components, providers, and resources in which nothing changed: only the state is touched. */
  async recordOnly(wanted: Resource, old?: Resource, ready?: () => Promise<unknown>): Promise<Resource> {
    const changed = old ? !equal(old.inputs, wanted.inputs) && !wanted.provider : false;
    const op = !old ? "create" : changed ? "update" : "same";
    if (old) {
      wanted.id = old.id;
      wanted.created = old.created;
      wanted.modified = old.modified;
      // A component's outputs are replaced when it reports new ones; a provider's follow its inputs.
      if (wanted.provider || !wanted.custom) wanted.outputs = old.outputs;
      if (wanted.provider && op === "same") wanted.outputs = this.markedAgain(wanted);
    }
    this.count(op, wanted);
    await this.context.step(op, wanted, async () => {
      await ready?.();
      if (op !== "same" && wanted.custom) wanted.modified = new Date().toISOString();
      if (!old && wanted.custom) wanted.created = wanted.modified;
      await this.commit(wanted, old);
    });
    return wanted;
  }

  /** A provider whose new settings lead elsewhere: what was made with the old one keeps it until it is deleted. */
  async replaceProvider(
    wanted: Resource,
    old: Resource,
    keys: string[],
    ready: () => Promise<unknown>,
  ): Promise<Resource> {
    this.count("replace", wanted);
    const work = async () => {
      await ready();
      wanted.created = wanted.modified = new Date().toISOString();
      old.delete = true;
      await this.commit(wanted);
    };
    await this.context.step("create-replacement", wanted, work, keys);
    return wanted;
  }

  /** Secrets that the program has declared since the outputs were recorded. */
  private markedAgain({ outputs, inputs, additionalSecretOutputs }: Resource) {
    return withSecretKeys(withSecretsOf(outputs, inputs), additionalSecretOutputs ?? []);
  }

  create(wanted: Resource, provider: ConfiguredProvider, replacement?: Replacement): Promise<Resource> {
    const { replaced, gone, keys } = replacement ?? {};
    const op = replacement ? "create-replacement" : "create";
    return this.changing(op, "creating", wanted, gone ? replaced : undefined, keys, async () => {
      this.count(replacement ? "replace" : "create", wanted);
      if (this.context.dryRun) {
        const operation = this.context.operation(wanted, wanted.customTimeouts?.create);
        const planned = provider.planned?.(operation, forProvider(wanted.inputs));
        wanted.outputs = planned ? withSecretsOf(planned, wanted.inputs) : wanted.inputs;
        if (replaced && !gone) replaced.delete = true;
        return undefined;
      }
      const operation = this.context.operation(wanted, wanted.customTimeouts?.create);
      const made = () => {
        wanted.created = wanted.modified = new Date().toISOString();
        // The old one goes at the end of the program, when nothing uses it any more.
        if (replaced && !gone) replaced.delete = true;
      };
      return { work: () => provider.create(operation, forProvider(wanted.inputs)), made };
    });
  }

  update(
    wanted: Resource,
    provider: ConfiguredProvider,
    old: Resource,
    changed: string[],
  ): Promise<Resource> {
    return this.changing("update", "updating", wanted, old, changed, async () => {
      this.count("update", wanted);
      wanted.id = old.id;
      wanted.created = old.created;
      if (this.context.dryRun) {
        // What the update will bring is not known: the program sees unknowns wherever an output is not an input.
        wanted.outputs = wanted.inputs;
        return undefined;
      }
      const operation = this.context.operation(wanted, wanted.customTimeouts?.update);
      const made = () => (wanted.modified = new Date().toISOString());
      const [inputs, outputs] = [forProvider(old.inputs), forProvider(old.outputs)];
      return {
        work: () => provider.update(operation, old.id!, inputs, outputs, forProvider(wanted.inputs)),
        made,
      };
    });
  }

  private async changing(
    op: "create" | "update" | "create-replacement",
    type: OperationType,
    wanted: Resource,
    old: Resource | undefined,
    changed: string[] | undefined,
    plan: () => Promise<{ work(): Promise<State>; made(): void } | undefined>,
  ): Promise<Resource> {
    await this.context.limited(() =>
      this.context.step(
        op,
        wanted,
        async () => {
          const planned = await plan();
          if (!planned) return this.commit(wanted, old);
          await this.perform(type, wanted, old, planned.work, planned.made);
        },
        changed,
      ),
    );
    return wanted;
  }

  private async perform(
    type: OperationType,
    wanted: Resource,
    old: Resource | undefined,
    work: () => Promise<State>,
    made: () => void,
  ): Promise<void> {
    const pending = await this.snapshot.begin(type, { ...wanted, id: wanted.id ?? old?.id });
    if (this.context.stopping) {
      this.snapshot.end(pending);
      await this.snapshot.save();
      throw new Failed();
    }
    try {
      this.adopt(wanted, await work());
      made();
      wanted.initErrors = undefined;
      this.snapshot.end(pending);
      await this.commit(wanted, old);
    } catch (error) {
      if (error instanceof InitializationError) {
        this.adopt(wanted, error.state);
        made();
        wanted.initErrors = error.reasons.map((reason) => this.context.redact(reason));
        this.snapshot.end(pending);
        await this.commit(wanted, old);
      } else if (!this.context.cancelled) {
        this.snapshot.end(pending);
        await this.snapshot.save();
      }
      // Otherwise it was interrupted: what became of it is not known, and the pending operation says so.
      throw error;
    }
  }
}
