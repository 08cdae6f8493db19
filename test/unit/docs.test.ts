// Pages against the code that they describe: a layer, a fault or a folder that is added, renamed or taken out fails here
// until the page follows.
import assert from "node:assert/strict";
import type { CalicoEbpfDataplaneArgs } from "../../components/dataplaneArgs";
import { CalicoMode, Dataplane, KubeProxy, WorkloadKind } from "../../components/enums";
import { faultKinds } from "../../rehearsal/faults";
import { trackedFiles } from "../clone";
import { byAks, declare, layersOf, live } from "./declare";
import { firstCells, readPage } from "./pages";

const troubleshooting = readPage("docs/troubleshooting.md");

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
    const state = live(args.mode === CalicoMode.AzureManaged ? byAks : {});
    for (const layer of layersOf(await declare({ ...more, ...args }, { state })))
      declared.add(layer.replace(/^restart-.*/, "restart-KIND-NAMESPACE-WORKLOAD"));
  }
  return [...declared].sort();
}

describe("docs/troubleshooting.md", () => {
  let declared: string[];
  before(async () => {
    declared = await allLayers();
  });

  it("has a row for each layer of each mode, and for nothing else", () => {
    const rows = firstCells(troubleshooting, /^layer$/).join(" ");
    const named = [...rows.matchAll(/`NAME-([A-Za-z-]+)`/g)].map(([, suffix]) => suffix);
    assert.deepEqual(named.sort(), declared);
  });

  it("and the other pages name no layer that there is not", () => {
    const known = [...declared, "cluster", "resources", "made-as", "rollout-id"];
    const named = ["docs/troubleshooting.md", "docs/modes.md", "docs/rollback.md", "docs/azure.md"].flatMap(
      (file) => [...readPage(file).matchAll(/`NAME-([A-Za-z-]+)`/g)].map(([, suffix]) => ({ file, suffix })),
    );
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter(({ suffix }) => !known.includes(suffix)),
      [],
    );
  });

  it("shows what each fault of the rehearsal is like", () => {
    const rows = firstCells(troubleshooting, /^fault$/).map((cell) => cell.replaceAll("`", ""));
    assert.deepEqual(rows.sort(), Object.keys(faultKinds).sort());
  });
});

describe("CONTRIBUTING.md", () => {
  const contributing = readPage("CONTRIBUTING.md");

  it("has a row for each folder, and for nothing else", () => {
    const files = trackedFiles().join("\n");
    const folders = new Set([...files.matchAll(/^([^/\n]+\/)/gm)].map(([, folder]) => `\`${folder}\``));
    assert.deepEqual(firstCells(contributing, /^folder$/).sort(), [...folders].sort());
    const tests = new Set([...files.matchAll(/^(test\/[^/\n]+)\//gm)].map(([, folder]) => folder));
    const named = firstCells(contributing, /^tests$/).flatMap((cell) => cell.split(", "));
    assert.deepEqual(named.map((name) => name.replaceAll("`", "")).sort(), [...tests].sort());
  });

  it("breaks what is there", () => {
    const [, from, file] = /sed -i 's\/(.*)\/.*\/' (\S+)$/m.exec(contributing)!;
    assert.ok(readPage(file).includes(from), from);
  });
});
