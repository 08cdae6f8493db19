// `aks-calico-ebpf bench run` as a user runs it: real API server, real exec, real iperf3 on loopback. What it
// measures is this machine, and is compared with nothing.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { NodeUsage } from "../../cli/bench/cpu";
import { NodeLoad } from "../../cli/bench/nodeLoad";
import { readResult } from "../../cli/bench/result";
import { role } from "../../cli/bench/rights";
import { Cluster } from "../../cli/cluster";
import { Bench, firstBuildMs, spec } from "../cluster/support";
import { CommandLine } from "../rehearsal/commandLine";
import { BenchPods } from "./benchPods";
import { accountWith, namespacesWith } from "./command";

const nodes = [0, 1].map((index) => `aks-system-12345678-vmss00000${index}`);

describe("bench run", function () {
  this.timeout(120_000);
  const cluster = new Bench(spec("benched", 2), { statusLagSeconds: 0.3 });
  const pods = new BenchPods(cluster);
  const programs = new CommandLine();
  let administrator: string;
  let output: string;

  before(async function () {
    this.timeout(firstBuildMs);
    administrator = path.join(cluster.workDir, "administrator.yaml");
    output = path.join(cluster.workDir, "result.json");
    fs.writeFileSync(administrator, await cluster.host.kubeconfig("benched"));
    await pods.start();
  });
  after(() => pods.end());

  const run = (
    args: string[],
    meddle?: (text: string, child: ChildProcess) => void,
    kubeconfig = administrator,
  ) => {
    const main = ["--import", "tsx", "cli/main.ts", "--kubeconfig", kubeconfig, "bench", "run"];
    return programs.program(process.execPath, [...main, ...args], { meddle });
  };
  const quick = () => ["--seconds", "1", "-o", output];
  const short = (...args: string[]) => ["--cluster", "benched", ...quick(), ...args];

  const namespaces = () => namespacesWith(cluster.api, "aks-calico-ebpf-bench-");
  const nothingMade = async () => {
    assert.deepEqual(await namespaces(), []);
    assert.equal(fs.existsSync(output), false, "a result");
  };
  afterEach(async () => {
    fs.rmSync(output, { force: true });
    for (const name of await namespaces()) {
      await cluster.api.delete(`/api/v1/namespaces/${name}`);
      await cluster.gone(`/api/v1/namespaces/${name}`);
    }
  });

  it("refuses a cluster that is not named, and another one, and makes nothing", async function () {
    this.timeout(240_000);
    for (const [args, words] of [
      [[], /wants to be told which cluster: here it would be benched \(https:/],
      [["--cluster", "prod"], /leads to benched \(https:.*\), and not to prod/],
      [["--cluster", "benched", "--nodes", "a"], /write two nodes/],
      [["--cluster", "benched", "--nodes", "a,b"], /node [ab]: .*"[ab]" not found/],
      [["--cluster", "benched", "--seconds", "0.5"], /whole number from 1 to 180/],
      [["--cluster", "benched", "-o", "/none/result.json"], /could not be written/],
    ] as [string[], RegExp][]) {
      const { code, text } = await run([...quick(), "--runs", "1", ...args]);
      assert.equal(code, 2, text);
      assert.match(text, words);
      await nothingMade();
    }
  });

  it("with the rights of --role: measures, writes the result, and leaves nothing", async () => {
    const limited = await accountWith(administrator, "bencher", role());
    const args = short("--runs", "2", "--services", "1,4", "--nodes", [...nodes].reverse().join());
    const { code, stdout, text } = await run(args, undefined, limited);
    assert.equal(code, 0, text);
    assert.match(text, /CPU could not be read, .*1 s are too short/);
    assert.match(stdout, /^Iptables, Calico 3\.\S+ on benched: median of 2 runs of 1 s/);
    assert.match(stdout, /^pod TCP +Gbit\/s +\d/m);
    assert.match(stdout, /^idle +cores, both nodes +not measured/m);
    assert.match(stdout, /cores per Gbit\/s +not measured/);
    const result = readResult(output);
    assert.deepEqual([result.nodes.server.name, result.nodes.client.name], [...nodes].reverse());
    assert.equal(result.nodes.server.vmSize, "Standard_D4s_v5");
    assert.equal(result.idle, null);
    const of = (name: string) => result.measurements.find((one) => one.name === name)!.values;
    for (const name of ["pod TCP", "service TCP", "pod UDP", "service UDP"]) {
      const { gbit, coresPerGbit } = of(name);
      assert.equal(gbit!.runs.length, 2);
      assert.ok(gbit!.min > 0, name);
      assert.equal(coresPerGbit, null);
    }
    assert.ok(of("service latency").p99Ms!.median > 0);
    assert.equal(of("new connections, 1 Service").readySeconds, undefined);
    assert.equal(of("new connections, 4 Services").readySeconds!.runs.length, 1);
    assert.deepEqual(await namespaces(), []);
  });

  it("--keep leaves as many Services as were asked for, on the chosen nodes, and says so", async () => {
    const { code, text } = await run(short("--runs", "1", "--services", "40", "--keep"));
    assert.equal(code, 0, text);
    const [namespace] = await namespaces();
    assert.match(text, new RegExp(`kept: \`kubectl delete namespace ${namespace}\``));
    const inside = (kind: string) => cluster.api.list(`/api/v1/namespaces/${namespace}/${kind}`);
    assert.equal((await inside("services")).length, 40);
    const on = new Set((await inside("pods")).map((pod) => pod.spec.nodeName));
    assert.deepEqual([...on].sort(), nodes);
  });

  it("Ctrl-C and SIGTERM in the middle leave nothing, and no result", async () => {
    for (const [signal, moment] of [
      ["SIGINT", /pod TCP, run 1/],
      ["SIGTERM", /making 1999 Services/],
    ] as const) {
      const args = short("--services", "2000", "--runs", "1");
      let sent = false;
      // A second one would have it leave at once.
      const { code, text } = await run(args, (said, child) => {
        if (moment.test(said) && !sent) sent = child.kill(signal);
      });
      assert.equal(code, 1, text);
      assert.match(text, /error: interrupted/);
      await nothingMade();
    }
  });

  it("kwok has no summary: it says so instead of a number", async () => {
    const opened = await Cluster.open({ kubeconfig: administrator });
    const { signal } = new AbortController();
    const usage = new NodeUsage(opened, { server: nodes[0], client: nodes[1] }, signal);
    const load = new NodeLoad(usage, signal);
    await load.measureIdle(30);
    assert.match(load.unread!, /\w/);
    assert.equal(load.idle, null);
    const [found, cost] = await load.around(1, async () => "found");
    assert.deepEqual([found, cost.cores], ["found", null]);
  });

  it("a server that does not answer is said in iperf3's words, and nothing is left", async () => {
    pods.end();
    const { code, text } = await run(short());
    assert.equal(code, 1, text);
    assert.match(text, /error: iperf3 does not get through: .*onnect/);
    assert.match(text, /\n {2}do: /);
    await nothingMade();
  });
});
