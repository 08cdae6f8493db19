// A provider in memory that does what its resources' inputs say: waits, fails, is not ready, must be replaced.
import {
  type CheckFailure,
  type ConfiguredProvider,
  InitializationError,
  type Operation,
  type Props,
  type Provider,
  type State,
  UNKNOWN,
} from "../../rehearsal/engine/provider";

/**
 * Inputs that steer it:
 * - `delayMs`: how long create, update and delete take; `hang`: until Ctrl-C (create, update);
 * - `fail`: verb that fails; `notReady`: created or updated, but never ready;
 * - `fixed`: cannot be changed in place; `bearsName`: nor can two exist at once.
 */
export class FakeProvider implements Provider {
  readonly pkg = "fake";
  /** What exists, by id. */
  readonly world = new Map<string, Props>();
  /** `create a`, `create a done`, ... in the order in which they happened. */
  readonly log: string[] = [];
  readonly configs: Props[] = [];
  mostAtOnce = 0;
  timeouts: Record<string, number | undefined> = {};
  diffConfig?: Provider["diffConfig"];
  recoverable = true;
  /** The cloud does not answer when it is asked what a killed run has left. */
  silent = false;
  private atOnce = 0;
  private count = 0;
  private names = 0;

  secretOutputs(type: string): readonly string[] {
    return type === "fake:index:Vault" ? ["generated"] : [];
  }

  async configure(inputs: Props): Promise<ConfiguredProvider> {
    this.configs.push(inputs);
    if (inputs.broken === true) throw new Error("cannot reach the fake cloud");
    const created = (op: Operation, id: string, inputs: Props): State => {
      this.world.set(id, { ...inputs, madeFor: op.urn });
      return { id, outputs: { ...inputs, generated: `generated-${id}` } };
    };
    return {
      check: async (op, olds, news) => ({
        // Like an auto-name: made up once, then kept.
        inputs: { size: 1, autoName: olds?.autoName ?? `${op.name}-${++this.names}`, ...news },
        failures: news.value === "wrong" ? [{ property: "value", reason: "must not be wrong" }] : [],
      }),
      diff: async (_op, _id, olds, _outputs, news) => {
        const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
        const changed = [...keys].filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
        const replace = changed.filter((key) => key === "fixed");
        return { changed, replace, deleteBeforeReplace: news.bearsName === true };
      },
      create: (op, news) => {
        if (news.bearsName && [...this.world.values()].some((one) => one.madeFor === op.urn)) {
          throw new Error(`${op.name} already exists`);
        }
        return this.does("create", op, news, () => created(op, `${op.name}-${++this.count}`, news));
      },
      update: (op, id, _oldInputs, _oldOutputs, news) =>
        this.does("update", op, news, () => created(op, id, news)),
      read: async (op, id, _inputs, outputs) => {
        this.log.push(`read ${op.name}`);
        const live = this.world.get(id);
        return live && { id, outputs: { ...outputs, value: live.value ?? null } };
      },
      delete: (op, id, props) =>
        this.does("delete", op, props, () => {
          this.world.delete(id);
          return { id, outputs: {} };
        }).then(() => undefined),
      invoke: async (token, args): Promise<{ result: Props; failures: CheckFailure[] }> => {
        this.log.push(`invoke ${token}`);
        if (JSON.stringify(args).includes(UNKNOWN)) throw new Error("asked with unknown arguments");
        if (args.fail === true) throw new Error("the fake cloud says no");
        if (args.refuse === true)
          return { result: {}, failures: [{ property: "refuse", reason: "not today" }] };
        return { result: { answer: `to ${String(args.question)}` }, failures: [] };
      },
      ...(this.recoverable && {
        recover: async (op: Operation, inputs: Props) => {
          if (this.silent) throw new Error("the fake cloud does not answer");
          const found = [...this.world].find(([, props]) => props.madeFor === op.urn);
          return found && { id: found[0], outputs: { ...inputs, generated: `generated-${found[0]}` } };
        },
      }),
    };
  }

  private async does(verb: string, op: Operation, inputs: Props, effect: () => State): Promise<State> {
    this.log.push(`${verb} ${op.name}`);
    this.timeouts[`${verb} ${op.name}`] = op.timeoutSeconds;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      op.status(`waiting for ${op.name}`);
      if (typeof inputs.delayMs === "number")
        await new Promise((r) => setTimeout(r, inputs.delayMs as number));
      if (inputs.hang === true && verb !== "delete") {
        await new Promise((_, reject) =>
          op.signal.addEventListener("abort", () => reject(new Error("cancelled by the user"))),
        );
      }
      if (inputs.fail === verb)
        throw new Error(`${verb} of ${op.name} failed, value was ${String(inputs.value)}`);
      const state = effect();
      if (inputs.notReady === true && verb !== "delete")
        throw new InitializationError(state, ["not ready yet"]);
      this.log.push(`${verb} ${op.name} done`);
      return state;
    } finally {
      this.atOnce--;
    }
  }
}
