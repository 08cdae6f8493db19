// @pulumi/random without its plugin: real random values, made once and kept in the state.
import { isDeepStrictEqual } from "node:util";
import type { ConfiguredProvider, Props, Provider } from "../plugin/provider";
import { Refusal } from "../system/refusal";
import { checkKind, type Kind, kinds } from "./kinds";

function kindOf(type: string): Kind {
  const found = /^random:index\/random\w+:(\w+)$/.exec(type);
  if (found && Object.hasOwn(kinds, found[1])) return kinds[found[1]];
  throw new Refusal(
    `the rehearsal cannot make resources of type ${type}`,
    `of @pulumi/random it knows ${Object.keys(kinds).join(", ")}`,
    "use one of these, or run this program with the real plugin",
  );
}

const random: ConfiguredProvider = {
  async check({ type }, _olds, news) {
    const kind = kindOf(type);
    const inputs: Props = { ...kind.defaults, ...news };
    // `number` is the old name of `numeric`; whichever is given stands for both.
    if (kind.defaults && "numeric" in kind.defaults)
      inputs.number = inputs.numeric = news.numeric ?? news.number ?? true;
    return { inputs, failures: checkKind(kind, inputs) };
  },

  /** A random value never changes in place: any other input asks for another value. */
  async diff(_op, _id, oldInputs, _old, news) {
    const keys = Object.keys({ ...oldInputs, ...news });
    const changed = keys.filter((key) => !isDeepStrictEqual(oldInputs[key], news[key]));
    return { changed, replace: changed, deleteBeforeReplace: false };
  },

  async create(op, news) {
    if (op.type.endsWith(":RandomPassword")) op.log("warning", "the rehearsal does not compute `bcryptHash`");
    return kindOf(op.type).make(news);
  },

  async update({ type }) {
    throw new Error(`${type} is never updated in place`);
  },

  /** There is nothing but the state to read, and so nothing to import. */
  async read(_op, id, _inputs, outputs) {
    return Object.keys(outputs).length > 0 ? { id, outputs } : undefined;
  },

  async delete() {},

  async invoke(token) {
    throw new Refusal(
      `the rehearsal does not know the function ${token}`,
      "@pulumi/random has none",
      "leave the call out",
    );
  },
};

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
    configure: async () => random,
  };
}
