// @pulumi/random without its plugin: real random values, made once and kept in the state.
import type { ConfiguredProvider, Diff, Props, Provider, State } from "../plugin/provider";
import { type Kind, kinds } from "./kinds";
import { Refusal } from "../refusal";
import { equal } from "../plugin/values";

function kindOf(type: string): Kind {
  const found = /^random:index\/random\w+:(\w+)$/.exec(type);
  if (found && Object.hasOwn(kinds, found[1])) return kinds[found[1]];
  throw new Refusal(
    `the rehearsal cannot make resources of type ${type}`,
    `of @pulumi/random it knows ${Object.keys(kinds).join(", ")}`,
    "use one of these, or run this program with the real Pulumi CLI",
  );
}

class Random implements ConfiguredProvider {
  async check(op: { type: string }, _olds: Props | undefined, news: Props) {
    const kind = kindOf(op.type);
    const inputs: Props = { ...kind.defaults, ...news };
    // `number` is the old name of `numeric`; whichever is given stands for both.
    if ("numeric" in news && "numeric" in kind.defaults) inputs.number = news.numeric;
    else if ("number" in news && "numeric" in kind.defaults) inputs.numeric = news.number;
    return { inputs, failures: kind.check(inputs) };
  }

  /** A random value never changes in place: any other input asks for another value. */
  async diff(_op: unknown, _id: string, oldInputs: Props, _oldOutputs: Props, news: Props): Promise<Diff> {
    const keys = new Set([...Object.keys(oldInputs), ...Object.keys(news)]);
    const changed = [...keys].filter((key) => !equal(oldInputs[key], news[key]));
    return { changed, replace: changed, deleteBeforeReplace: false };
  }

  async create(
    op: { type: string; log(severity: "warning", message: string): void },
    news: Props,
  ): Promise<State> {
    if (op.type.endsWith(":RandomPassword")) op.log("warning", "the rehearsal does not compute `bcryptHash`");
    return kindOf(op.type).make(news);
  }

  async update(op: { type: string }): Promise<State> {
    throw new Error(`${op.type} is never updated in place`);
  }

  /** There is nothing but the state to read. */
  async read(_op: unknown, id: string, _inputs: Props, outputs: Props): Promise<State> {
    return { id, outputs };
  }

  async delete(): Promise<void> {}

  async invoke(token: string): Promise<never> {
    throw new Refusal(
      `the rehearsal does not know the function ${token}`,
      "@pulumi/random has none",
      "leave the call out",
    );
  }
}

export function randomProvider(): Provider {
  return {
    pkg: "random",
    types: Object.keys(kinds).map((name) => `random:index/r${name.slice(1)}:${name}`),
    secretOutputs: (type) =>
      type.endsWith(":RandomPassword")
        ? ["result", "bcryptHash"]
        : type.endsWith(":RandomBytes")
          ? ["base64", "hex"]
          : [],
    configure: async () => new Random(),
  };
}
