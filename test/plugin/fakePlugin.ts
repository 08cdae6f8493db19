// A plugin whose resources do what their input `does` says.
import { type ConfiguredProvider, InitializationError } from "../../rehearsal/plugin/provider";
import type { Operation, Props, State } from "../../rehearsal/plugin/provider";
import { servePlugin } from "../../rehearsal/plugin/server";

async function make(op: Operation, news: Props): Promise<State> {
  op.status("waiting for the cloud");
  op.log("warning", "slow today");
  const state = { id: "id-1", outputs: { ...news, key: "k", timeout: op.timeoutSeconds ?? null } };
  if (news.does === "fail") throw new Error("The cloud says no.");
  if (news.does === "half") throw new InitializationError(state, ["it does not start", "nor does it stop"]);
  if (news.does === "crash") setTimeout(() => Promise.reject(new Error("something broke in the background")));
  if (news.does === "wait" || news.does === "crash")
    await new Promise((_, reject) => op.signal.addEventListener("abort", () => reject(new Error("stopped"))));
  return state;
}

const configured = (settings: Props): ConfiguredProvider => ({
  check: async (op, olds, inputs) => ({
    inputs: { ...inputs, name: op.name, type: op.type },
    failures: olds ? [{ property: "a", reason: "changed" }] : [],
  }),
  diff: async (_op, _id, _olds, _outputs, { changed, replace }) => ({
    changed: changed as string[],
    replace: replace as string[],
    deleteBeforeReplace: true,
  }),
  create: make,
  update: (op, _id, _olds, _outputs, news) => make(op, news),
  async read(_op, id, inputs, outputs) {
    if (id === "gone") return undefined;
    return Object.keys(inputs).length > 0
      ? { id, outputs }
      : { id, outputs: { live: 1 }, inputs: { from: id } };
  },
  delete: async () => undefined,
  invoke: async (token, args) => ({ token, args, settings }),
});

const text = { type: "string" };
const nested = { properties: { given: text, added: text } };
const properties = {
  number: { type: "number" },
  before: text,
  key: text,
  nested: { $ref: "#/types/fake:index:Nested" },
  list: { type: "array", items: { $ref: "#/types/fake:index:Nested" } },
  map: { type: "object", additionalProperties: text },
  other: text,
  any: { $ref: "pulumi.json#/Any" },
};
const schema = { resources: { "fake:index:Thing": { properties } }, types: { "fake:index:Nested": nested } };

void servePlugin(
  {
    pkg: "fake",
    types: [],
    secretOutputs: () => ["key"],
    stableOutputs: ["before"],
    configure: async (inputs) => configured(inputs),
  },
  { version: "1.2.3", schema: async () => JSON.stringify(schema) },
);
