// docs/troubleshooting.md and docs/messages.md against the code that they describe: a layer that is added, renamed or
// taken out, and a message that is reworded, fail here until the pages follow.
import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import { CalicoEbpfDataplane } from "../../components";
import type { CalicoEbpfDataplaneArgs } from "../../components/dataplaneArgs";
import { CalicoMode, Dataplane, KubeProxy, WorkloadKind } from "../../components/enums";
import { faultKinds } from "../../rehearsal/faults";
import { Refusal } from "../../rehearsal/refusal";
import { type Message, messagesIn, plain, telling } from "./messages";
import { codeIn, firstCells, quotesIn, readPage } from "./pages";
import { record } from "./record";

const troubleshooting = readPage("docs/troubleshooting.md");
const pages = [troubleshooting, readPage("docs/messages.md")];
// What policies say is in policy/README.md, held true by test/policy/readme.test.ts.
const found = messagesIn(["components", "rehearsal", "tools"]);
const messages = found.filter(({ unread }) => !unread);

/** Everything that stands in the shape of a refusal. */
const illustrated = new Refusal("what is wrong", "the reason", "what to do").message.split("\n");

/** Lines around a message that the code puts together of parts that are no message alone. */
const shapes = new Set(["an argument is refused", "… arguments are refused", "why:   …", "write: …"]);

/** Whether the quote's fixed parts stand in the (plain) message, in order. */
function quotes(quote: string, message: string): boolean {
  let at = 0;
  return quote
    .split("…")
    .map(plain)
    .every((part) => {
      const place = message.indexOf(part, at);
      at = place + part.length;
      return place >= 0;
    });
}

const shown = ({ file, text }: Message) => `${file}: ${text}`;

async function layersOf(args: Partial<CalicoEbpfDataplaneArgs>): Promise<string[]> {
  const program = () => {
    const provider = new Provider("cluster", { kubeconfig: "{}" });
    return new CalicoEbpfDataplane("net", { apiServerHost: "aks.example.net", ...args }, { provider });
  };
  // The Installation as the mode must find it: AKS holds its own.
  const labels =
    args.mode === CalicoMode.AzureManaged ? { "addonmanager.kubernetes.io/mode": "Reconcile" } : {};
  const state = (_type: string, _name: string, inputs: any) => ({
    ...inputs,
    metadata: { ...inputs.metadata, generation: 1, labels },
  });
  const { resources } = await record(program, { state });
  return resources
    .filter(({ type, name }) => type.startsWith("kubernetes:") && name.startsWith("net-"))
    .map(({ name }) => name.replace(/^net-/, "").replace(/^restart-.*/, "restart-KIND-NAMESPACE-WORKLOAD"));
}

/** Every layer that any arguments declare. */
async function allLayers(): Promise<string[]> {
  const more: Partial<CalicoEbpfDataplaneArgs> = {
    rollout: { maxUnavailable: 2 },
    felixMetrics: {},
    defaultDeny: {},
    restartWorkloads: Object.values(WorkloadKind).map((kind) => ({ kind, namespace: "shop", name: "web" })),
  };
  const cases: Partial<CalicoEbpfDataplaneArgs>[] = [];
  for (const dataplane of Object.values(Dataplane)) {
    for (const kubeProxy of [KubeProxy.Disable, KubeProxy.Keep]) {
      for (const calico of [undefined, { existing: true }]) {
        const podCidr = calico ? undefined : "10.244.0.0/16";
        cases.push(
          { mode: CalicoMode.SelfManaged, dataplane, kubeProxy, calico },
          { mode: CalicoMode.CalicoCni, dataplane, kubeProxy, calico, podCidr },
        );
      }
      cases.push({ mode: CalicoMode.AzureManaged, dataplane, kubeProxy });
    }
  }
  cases.push({ mode: CalicoMode.CalicoCni, kubeProxy: KubeProxy.Absent, podCidr: "10.244.0.0/16" });
  const declared = new Set<string>();
  for (const args of cases) {
    for (const layer of await layersOf({ ...more, ...args })) declared.add(layer);
  }
  return [...declared].sort();
}

describe("docs/troubleshooting.md", () => {
  let declared: string[];
  before(async () => {
    declared = await allLayers();
  });

  it("has a section and a row for each layer of each mode, and for nothing else", () => {
    const namedIn = (texts: string[]) =>
      texts.flatMap((text) => [...text.matchAll(/`NAME-([A-Za-z-]+)`/g)].map(([, suffix]) => suffix)).sort();
    const headings = troubleshooting.split("\n").filter((line) => line.startsWith("### "));
    assert.deepEqual(namedIn(headings), declared);
    assert.deepEqual(namedIn(firstCells(troubleshooting, /^layer$/)), declared);
  });

  it("and the other pages name no layer that there is not", () => {
    const known = [...declared, "cluster", "resources"];
    const named = ["docs/troubleshooting.md", "docs/modes.md", "docs/rollback.md", "README.md"].flatMap(
      (file) => [...readPage(file).matchAll(/`NAME-([A-Za-z-]+)`/g)].map(([, suffix]) => ({ file, suffix })),
    );
    assert.ok(named.length > 50);
    assert.deepEqual(
      named.filter(({ suffix }) => !known.includes(suffix)),
      [],
    );
  });

  it("shows what each fault of the rehearsal is like", () => {
    const rows = firstCells(troubleshooting, /^fault$/).map(plain);
    assert.deepEqual(rows.sort(), Object.keys(faultKinds).sort());
  });

  it("has a row for each of Helm's failures on which the rehearsal has advice", () => {
    const source = readPage("rehearsal/engine/kubernetes/release/failures.ts");
    const advised = [...source.matchAll(/when: \/(.+)\/,/g)].map(([, words]) => words);
    assert.ok(advised.length > 4, String(advised));
    const rows = firstCells(troubleshooting, /^what Helm says$/).map((row) => row.replaceAll("…", ""));
    assert.deepEqual(
      advised.filter((words) => !rows.some((row) => new RegExp(words).test(row))),
      [],
    );
  });

  it("shows refusals in the shape that they have", () => {
    assert.ok(
      troubleshooting.includes(`\`\`\`text\n${illustrated.join("\n")}\n\`\`\``),
      illustrated.join("\n"),
    );
  });
});

describe("docs/messages.md and docs/troubleshooting.md", () => {
  const code = pages.map(codeIn).join("\n");

  it("name every message that the code can print", () => {
    assert.ok(messages.length > 500, `only ${messages.length} messages found in the sources`);
    const missing = messages.filter(({ text }) => {
      const part = telling(text);
      return part !== undefined && !code.includes(part);
    });
    assert.deepEqual(missing.map(shown), [], "these want a row in docs/messages.md");
  });

  it("quote only messages that the code prints", () => {
    const quoted = pages
      .flatMap(quotesIn)
      .filter((quote) => !illustrated.includes(quote) && !shapes.has(quote.trim()));
    assert.ok(quoted.length > 400, `only ${quoted.length} quotes found in the pages`);
    const texts = messages.map(({ text }) => plain(text));
    const unknown = quoted.filter((quote) => !texts.some((text) => quotes(quote, text)));
    assert.deepEqual(unknown, [], "nothing in the sources prints these");
  });

  it("miss nothing because it is thrown in a way that the test cannot read", () => {
    const unread = found.filter((one) => one.unread);
    assert.deepEqual(unread.map(shown), [], "test/unit/messages.ts must learn what these print");
  });
});
