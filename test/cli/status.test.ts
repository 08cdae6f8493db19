// `status` on a cluster of the rehearsal: what it prints, how it ends, what it may not see, and what it waits for.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import type { Report } from "../../cli/status";
import { rolesFor, statusReads } from "../../cli/status/role";
import { variables } from "../../rehearsal/pulumi/run";
import { ok, StayingCluster, startTimeoutMs, type TestStack } from "../rehearsal/harness";
import { accountWith, changed, cli, cliArguments, cliWith, type Ran } from "./command";

const roles = rolesFor("status", statusReads());
const reportOf = ({ stdout }: Ran): Report => JSON.parse(stdout);

describe("aks-calico-ebpf status", function () {
  this.timeout(120_000);
  let cluster: StayingCluster;
  let stack: TestStack;
  let kubeconfig: string;
  const status = (...args: string[]) => cli(kubeconfig, "status", ...args);

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start();
    kubeconfig = cluster.kubeconfigFile;
    stack = await cluster.stack("layers");
  });
  after(() => cluster?.end());

  it("says what is missing before the switch, and nothing red afterwards", async () => {
    const before = await status();
    assert.equal(before.code, 1, before.stderr);
    assert.match(before.stdout, /failed +bpfEnabled is true .*linuxDataplane Iptables/);
    assert.match(before.stdout, /: NOT well\n$/);
    assert.equal((await status("--expect", "iptables")).code, 0);
    ok(await stack.up());
    const after = await status();
    assert.equal(after.code, 0, after.stdout + after.stderr);
    assert.match(after.stdout, /ok +every node proves eBPF +Felix answers on 3 of 3 nodes\n/);
    assert.doesNotMatch(after.stdout, /failed|unknown/);
    assert.match(after.stdout, /: well\n$/);
  });

  it("prints the same as JSON and as JUnit", async () => {
    const { checks, well } = reportOf(await status("-o", "json"));
    assert.equal(well, true);
    const { code, stdout } = await status("-o", "junit", "--expect", "iptables");
    assert.equal(code, 1);
    const cases = [...stdout.matchAll(/<testcase /g)].length;
    assert.ok(cases > 0 && cases <= checks.length, stdout);
    assert.match(stdout, new RegExp(`<testsuite .*tests="${cases}".* failures="2"`));
    assert.match(
      stdout,
      /<testcase [^>]*name="kube-proxy runs everywhere"[^>]*>\s*<failure message="0 of 0 ready/,
    );
  });

  it("is content with the rights that it prints, and ends well with them", async () => {
    const limited = await accountWith(kubeconfig, "reader", roles);
    const ran = await cli(limited, "status");
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  });

  it("without a right: unknown, never ok, and exit code 1", async () => {
    const nobody = await accountWith(kubeconfig, "nobody", "");
    const ran = await cli(nobody, "status", "-o", "json");
    assert.equal(ran.code, 1, ran.stderr);
    const { checks } = reportOf(ran);
    assert.deepEqual([...new Set(checks.map((one) => one.status))], ["unknown"]);
    for (const { seen, advice } of checks) {
      assert.match(seen, /serviceaccount:default:nobody" cannot (get|list) resource/);
      assert.match(advice!, /status --role/);
    }
    const withoutNodes = roles.replace("- nodes\n", "- nothing\n");
    const some = reportOf(
      await cli(await accountWith(kubeconfig, "some", withoutNodes), "status", "-o", "json"),
    );
    const unknown = some.checks.filter((one) => one.status === "unknown").map(({ check }) => check);
    assert.ok(
      unknown.includes("every node proves eBPF") && unknown.length < some.checks.length,
      unknown.join(),
    );
    assert.equal(some.well, false);
  });

  it("ends with 3 where the cluster is not reached or does not know who asks, and with 2 where it is misused", async () => {
    const closed = changed(kubeconfig, "closed.yaml", ({ clusters }) => {
      clusters[0].cluster.server = "https://127.0.0.1:1";
    });
    const stranger = changed(kubeconfig, "stranger.yaml", ({ users }) => (users[0].user = { token: "none" }));
    for (const [file, words, ...args] of [
      [closed, /127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/],
      [stranger, /does not accept these credentials \(401\)/],
      [`${kubeconfig}.none`, /no such file/],
      [kubeconfig, /no context "other"/, "--context", "other"],
    ] as [string, RegExp, ...string[]][]) {
      const ran = await cli(file, "status", ...args);
      assert.equal(ran.code, 3, ran.stdout);
      assert.match(ran.stderr, words);
      assert.match(ran.stderr, /\n {2}do: /);
      assert.doesNotMatch(ran.stderr, /\n\s+at /);
    }
    for (const args of [
      ["--timeout", "soon"],
      ["--timeout", "9s"],
      ["-o", "xml"],
      ["--stack", "none", "--cwd", "/none"],
    ])
      assert.equal((await status(...args)).code, 2, args.join(" "));
  });

  it("--wait ends when the last node answers, and says meanwhile what it waits for", async () => {
    await cluster.clusters.setFaults("stays", ["felix-falls-back"]);
    await stillWrong();
    const waits = status("--wait", "--timeout", "2m");
    const short = await status("--wait", "--timeout", "1s");
    assert.equal(short.code, 1);
    await cluster.clusters.setFaults("stays", []);
    const ran = await waits;
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(
      ran.stderr,
      /waiting, \d+ of 120 s: every node proves eBPF: Felix answers on 2 of 3 nodes, not on aks-/,
    );
  });

  /** kubelet asks twice before a pod is no longer ready. */
  async function stillWrong() {
    for (let tries = 0; (await status()).code === 0; tries++)
      assert.ok(tries < 20, "the fault does not show");
  }

  it("where nobody asks the nodes it is unknown whether they run eBPF, and --probe asks them", async () => {
    ok(await stack.up({ args: { proof: false } }));
    const ran = await status();
    assert.equal(ran.code, 1);
    assert.match(ran.stdout, /unknown +every node proves eBPF .*\n +-> `status --probe` asks them once/);
    assert.match(ran.stdout, /1 unknown: NOT well\n$/);
    const probed = await status("--probe");
    assert.equal(probed.code, 0, probed.stdout);
    assert.match(probed.stdout, /ok +every node proves eBPF +Felix answers on 3 of 3 nodes\n/);
    const prober = await accountWith(kubeconfig, "prober", rolesFor("status", statusReads(true)));
    assert.equal((await cli(prober, "status", "--probe")).code, 0);
    const reader = await cli(path.join(cluster.folder, "reader.yaml"), "status", "--probe");
    assert.match(
      reader.stdout,
      /unknown +every node proves eBPF .*cannot get resource "nodes\/proxy".*\n +-> .*status --role --probe/,
    );
    await cluster.clusters.setFaults("stays", ["felix-falls-back"]);
    assert.match(
      (await status("--probe")).stdout,
      /Felix answers on 2 of 3 nodes, not on aks-\S+ \(Felix does not answer\)/,
    );
    await cluster.clusters.setFaults("stays", []);
    ok(await stack.up());
  });

  it("--watch prints one table after the other until Ctrl-C", async () => {
    const child = spawn(process.execPath, [...cliArguments, "--kubeconfig", kubeconfig, "status", "--watch"]);
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      if (text.split("well\n").length === 3) child.kill("SIGINT");
    });
    assert.deepEqual(await once(child, "close"), [null, "SIGINT"]);
    assert.equal(text.match(/^Calico eBPF on /gm)?.length, 2, text);
  });

  /** As `pulumi stack export` writes it. */
  function exported(): string {
    const file = path.join(cluster.folder, "export.json");
    fs.writeFileSync(file, JSON.stringify({ deployment: { resources: stack.state() } }));
    return file;
  }

  it("--stack takes a stack by its name, and the kubeconfig may come from the environment", async () => {
    const { ready } = stack.cli;
    // Which stack and where is what the command line says.
    const { PULUMI_STACK: _, PULUMI_OPTION_CWD: __, ...env } = variables(ready, "stack");
    const named = ["--stack", ready.stack.name, "--cwd", ready.project.folder];
    const ran = await cliWith({ ...env, KUBECONFIG: kubeconfig }, "status", ...named);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(ran.stdout, /ok +the cluster is as the stack has it +\d+ objects/);
    const nowhere = await cliWith({ ...env, KUBECONFIG: `${kubeconfig}.none` }, "status", ...named);
    assert.equal(nowhere.code, 3, nowhere.stdout + nowhere.stderr);
  });

  it("--stack names the layer that somebody has changed by hand", async () => {
    const file = exported();
    const same = await status("--stack", file);
    assert.equal(same.code, 0, same.stdout + same.stderr);
    assert.match(same.stdout, /ok +the cluster is as the stack has it +\d+ objects/);
    const objects = cluster.api.makeApiClient(k8s.CustomObjectsApi);
    const felix = {
      group: "crd.projectcalico.org",
      version: "v1",
      plural: "felixconfigurations",
      name: "default",
    };
    await objects.patchClusterCustomObject(
      { ...felix, body: [{ op: "replace", path: "/spec/bpfKubeProxyIptablesCleanupEnabled", value: false }] },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.JsonPatch),
    );
    const drifted = await status("--stack", file);
    assert.equal(drifted.code, 1);
    assert.match(
      drifted.stdout,
      /failed +the cluster is as the stack has it +FelixConfiguration\/default: spec\.bpfKubeProxyIptablesCleanupEnabled is false, declared true/,
    );
  });

  it("--stack finds nothing changed when the stack has gone back to iptables", async () => {
    ok(await stack.up({ dataplane: "Iptables" }, { args: ["--refresh"] }));
    const ran = await status("--stack", exported(), "--wait", "--timeout", "30s");
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(ran.stdout, /^Calico iptables on /);
  });
});
