// What docs/monitoring.md says is done, line by line, in a cluster with the Prometheus Operator's own CRDs.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { installCrds } from "../../rehearsal/aks/crds";
import { moduleFiles } from "../../rehearsal/programs/goModule";
import { kubectlEnv } from "../kubectl";
import { readPage, root } from "../unit/pages";
import { Bench, firstBuildMs, quiet, spec } from "./support";

const kinds = ["prometheusrules", "servicemonitors"];
const fileOf = (kind: string) => `jsonnet/prometheus-operator/${kind}-crd.json`;
const operator = {
  title: "The Prometheus Operator",
  folder: "prometheus-operator",
  module: "github.com/prometheus-operator/prometheus-operator",
  wanted: kinds.map(fileOf),
};

describe("cluster: what docs/monitoring.md applies", function () {
  this.timeout(60_000);
  const bench = new Bench({ ...spec("watched", 1), calico: false, kubeProxy: false }, {});
  let env: NodeJS.ProcessEnv;
  const kubectl = (args: string[], input?: string) =>
    spawnSync("kubectl", ["-n", "monitoring", "apply", "--server-side", ...args], {
      cwd: root,
      env,
      input,
      encoding: "utf8",
    });
  const namesOf = async (kind: string) => {
    const items = await bench.api.list(`/apis/monitoring.coreos.com/v1/namespaces/monitoring/${kind}`);
    return items.map(({ metadata }) => metadata.name);
  };

  before(async function () {
    this.timeout(firstBuildMs);
    const folder = await moduleFiles(operator, quiet);
    const read = (kind: string) => JSON.parse(fs.readFileSync(path.join(folder, fileOf(kind)), "utf8"));
    await installCrds(bench.api, kinds.map(read));
    await bench.api.create("/api/v1/namespaces", { metadata: { name: "monitoring" } });
    env = await kubectlEnv(await bench.kubeconfig());
  });

  it("is taken as it stands", async () => {
    const [, commands] = /```sh\n(.*?)```/s.exec(readPage("docs/monitoring.md"))!;
    execFileSync("sh", ["-euc", commands], { cwd: root, env, stdio: "pipe" });
    const alerts = ["calico-ebpf-felix", "calico-ebpf-kube-proxy", "calico-ebpf-proof"];
    assert.deepEqual(await namesOf("prometheusrules"), alerts);
    assert.deepEqual(await namesOf("servicemonitors"), ["calico-felix"]);
    const map = await bench.get("/api/v1/namespaces/monitoring/configmaps/calico-ebpf-dashboard");
    assert.deepEqual(map.metadata.labels, { grafana_dashboard: "1" });
    assert.equal(JSON.parse(map.data["dashboard.json"]).uid, "calico-ebpf");
  });

  it("leaves out the parts that are named", () => {
    const [, selector] = /-l '(.*?)'/.exec(readPage("docs/monitoring.md"))!;
    const without = (parts: string) => {
      const chosen = selector.replace("(kube-proxy)", `(${parts})`);
      const { stdout } = kubectl(["--dry-run=server", "-o", "name", "-l", chosen, "-k", "docs/monitoring"]);
      return [...stdout.matchAll(/\/(\S+)/g)].map(([, name]) => name).sort();
    };
    const dashboard = "calico-ebpf-dashboard";
    assert.deepEqual(without("kube-proxy"), [
      dashboard,
      "calico-ebpf-felix",
      "calico-ebpf-proof",
      "calico-felix",
    ]);
    assert.deepEqual(without("kube-proxy,felix"), [dashboard, "calico-ebpf-proof"]);
  });

  for (const [what, from, to, message] of [
    ["a pending time that is none", "for: 10m", "for: ten minutes", /for in body should match/],
    ["an alert that asks nothing", "expr:", "expression:", /expression: field not declared in schema/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      const { status, stderr } = kubectl(
        ["-f", "-"],
        readPage("docs/monitoring/alerts.yaml").replace(from, to),
      );
      assert.notEqual(status, 0);
      assert.match(stderr, message);
    });
  }
});
