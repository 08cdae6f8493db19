// `aks-calico-ebpf connectivity` as a user runs it. It tests the command, and not Calico: what a pod network would
// decide is set case by case (podNetwork.ts), and the command must find and name each wrong outcome.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { until } from "../../rehearsal/system/wait";
import { Bench, firstBuildMs, spec } from "../cluster/support";
import { CommandLine } from "../rehearsal/commandLine";
import { accountWith, namespacesWith } from "./command";
import { type Outcomes, PodNetwork } from "./podNetwork";

const nodes = [0, 1].map((index) => `aks-system-12345678-vmss00000${index}`);

describe("connectivity", function () {
  this.timeout(120_000);
  const cluster = new Bench(spec("connected", 2), { statusLagSeconds: 0.3 });
  const network = new PodNetwork(cluster);
  const programs = new CommandLine();
  let administrator: string;

  before(async function () {
    this.timeout(firstBuildMs);
    administrator = path.join(cluster.workDir, "administrator.yaml");
    fs.writeFileSync(administrator, await cluster.host.kubeconfig("connected"));
    await network.start(administrator);
  });
  after(() => network.end());

  const run = (
    args: string[],
    meddle?: (text: string, child: ChildProcess) => void,
    kubeconfig = administrator,
  ) => {
    const main = ["--import", "tsx", "cli/main.ts", "--kubeconfig", kubeconfig, "connectivity"];
    return programs.program(process.execPath, [...main, "--patience", "1s", ...args], { meddle });
  };
  /** Names of the rows that are not ok, and what was seen there. */
  const wrong = (stdout: string): [string, string][] =>
    JSON.parse(stdout)
      .checks.filter(({ status }: any) => status !== "ok")
      .map(({ check, status, seen }: any) => [check, `${status}: ${seen}`]);

  /** Of the namespace that it says it has made. */
  const urlOf = (said: string) => `/api/v1/namespaces/${/namespace (\S+),/.exec(said)![1]}`;
  const namespaces = () => namespacesWith(cluster.api, "aks-calico-ebpf-test-");
  const nothingLeft = async () => assert.deepEqual(await namespaces(), []);

  afterEach(async () => {
    network.decides({});
    for (const name of await namespaces()) {
      await cluster.api.delete(`/api/v1/namespaces/${name}`);
      await cluster.gone(`/api/v1/namespaces/${name}`);
    }
  });

  it("without rights it says which are missing and makes nothing; with those of --role all is well", async () => {
    const refused = await run([], undefined, await accountWith(administrator, "nobody", ""));
    assert.equal(refused.code, 1, refused.text);
    assert.match(refused.text, /nothing was made: list nodes, create namespaces, .*get pods\/exec/);
    assert.match(refused.text, /connectivity --role/);
    await nothingLeft();

    const { stdout } = await run(["--role"]);
    const tester = await accountWith(administrator, "tester", stdout);
    const well = await run(["--internet", "http://outside.test/"], undefined, tester);
    assert.equal(well.code, 0, well.text);
    assert.match(well.stdout, /^Connectivity on connected\n/);
    for (const row of [
      "one node",
      "across nodes",
      "ClusterIP",
      "NodePort",
      "internet",
      "must drop",
      "must pass",
    ])
      assert.match(well.stdout, new RegExp(`^ok +.*${row}`, "m"), well.stdout);
    assert.match(well.stdout, /source IP preserved, NodePort +the server saw 10\.224\.\S+ \(node aks-system/);
    assert.match(well.stdout, /11 of 11 checks ok: well/);
    await nothingLeft();
  });

  const dropped = /^failed: no answer within 5 s: dropped/;
  const cases: [what: string, Outcomes, found: Record<string, RegExp>][] = [
    [
      "pods' packets that are dropped, and a name that is not resolved",
      {
        "client-near http://10.244.*": "dropped",
        "client-far http://10.0.*": "dropped",
        "client-far http://10.224.*": "dropped",
        "client-far http://server.*": "unresolved",
      },
      {
        "pod to pod, one node": dropped,
        "pod to ClusterIP": dropped,
        "pod to NodePort": dropped,
        DNS: /^failed: the name was not resolved: .*no\.\.name/,
        "policy that must pass": dropped,
      },
    ],
    [
      "packets of the host that are dropped, and a source address that is translated",
      {
        "client-host http://10.244.*": "dropped",
        "client-host http://10.0.*": "dropped",
        "client-host http://10.224.*": "seen:10.224.9.9",
      },
      {
        "host to pod": dropped,
        "host to ClusterIP": dropped,
        "source IP preserved, NodePort":
          /^failed: translated: the server saw 10\.224\.9\.9, not the client's 10\.224\./,
      },
    ],
    // Who does not reach the server cannot be kept from it.
    [
      "packets between nodes that are dropped",
      { "client-far http://10.244.*": "dropped" },
      {
        "pod to pod, across nodes": dropped,
        "policy that must drop": /^skipped: without a policy the server is not reached: no answer/,
        "policy that must pass": /^skipped: /,
      },
    ],
    [
      "policies that do the opposite",
      { "client-far *must-drop*": "own", "client-near *must-drop*": "dropped" },
      {
        "policy that must drop": /^failed: it was answered: the policy does not drop/,
        "policy that must pass": dropped,
      },
    ],
  ];
  for (const [what, outcomes, found] of cases)
    it(`finds and names ${what}`, async () => {
      network.decides(outcomes);
      const { code, stdout, text } = await run(["-o", "json"]);
      assert.equal(code, 1, text);
      const rows = new Map(wrong(stdout));
      assert.deepEqual([...rows.keys()], Object.keys(found));
      for (const [row, verdict] of rows) assert.match(verdict, found[row], row);
      await nothingLeft();
    });

  it("one node: what needs two is skipped, with the reason; JUnit says so too", async () => {
    const url = `/api/v1/nodes/${nodes[1]}`;
    await cluster.patch(url, { spec: { unschedulable: true } });
    try {
      const { code, stdout, text } = await run(["-o", "junit"]);
      assert.equal(code, 0, text);
      assert.match(
        stdout,
        /testsuite name="aks-calico-ebpf connectivity connected" .*failures="0" errors="0" skipped="2"/,
      );
      assert.match(stdout, /needs a second Linux node/);
    } finally {
      await cluster.patch(url, { spec: { unschedulable: null } });
    }
  });

  it("Ctrl-C and SIGTERM in the middle leave nothing", async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      network.decides({ "client-far *": "slow" });
      let going: Promise<unknown> | undefined;
      const { code, stdout, text } = await run([], (said, child) => {
        if (!/asking/.test(said) || going) return;
        child.kill(signal);
        const isGoing = async () =>
          (await cluster.api.get(urlOf(said)))?.status.phase !== "Active" || undefined;
        going = until("the namespace to go", isGoing, { seconds: 30 });
      });
      // It waits for no answer.
      await going;
      assert.equal(code, 1, text);
      assert.match(text, /error: interrupted/);
      assert.equal(stdout, "");
      await nothingLeft();
    }
  });

  it("a second Ctrl-C leaves at once, and says how to remove what is left", async () => {
    network.decides({ "client-far *": "slow" });
    const finalizers = ["example.com/held"];
    let first: Promise<unknown> | undefined;
    let second: NodeJS.Timeout | undefined;
    const { code, text } = await run([], (said, child) => {
      const interrupt = () => child.kill("SIGINT");
      if (/asking/.test(said))
        first ??= cluster.patch(`${urlOf(said)}/pods/server`, { metadata: { finalizers } }).then(interrupt);
      // One that comes sooner after the first one counts as the same.
      if (/interrupted/.test(said)) second ??= setTimeout(interrupt, 1000);
    });
    assert.equal(code, 1, text);
    const [, namespace] = /left behind: `kubectl delete namespace (\S+)`/.exec(text) ?? assert.fail(text);
    assert.deepEqual(await namespaces(), [namespace]);
    const pod = `/api/v1/namespaces/${namespace}/pods/server`;
    await cluster.patch(pod, { metadata: { finalizers: null } });
    await cluster.gone(`/api/v1/namespaces/${namespace}`);
  });

  it("where the API server goes away it says what is left", async () => {
    let gone: Promise<void> | undefined;
    const { code, text } = await run([], (said) => {
      if (/asking/.test(said)) gone ??= cluster.kill("kube-apiserver");
    });
    await gone;
    await cluster.start("kube-apiserver");
    assert.equal(code, 1, text);
    assert.match(text, /namespace \S+ was not removed: .*ECONNREFUSED.*\n +do: `kubectl delete namespace /);
    assert.doesNotMatch(text, /\n\s+at /, "a stack trace");
  });

  it("--keep leaves it and says so, and the next run names it", async () => {
    const kept = await run(["--keep"]);
    assert.equal(kept.code, 0, kept.text);
    const [namespace] = await namespaces();
    assert.match(kept.text, new RegExp(`kept: \`kubectl delete namespace ${namespace}\``));
    const next = await run([]);
    assert.equal(next.code, 0, next.text);
    assert.match(next.text, new RegExp(`left behind by an earlier run.*${namespace}`));
    assert.deepEqual(await namespaces(), [namespace]);
  });

  it("pods that do not get ready are named, and nothing is left", async () => {
    await cluster.kill("kwok-controller");
    const running = run(["--timeout", "2s"]);
    const gaveUp = async () => {
      const all = await cluster.api.list("/api/v1/namespaces");
      return all.some(({ metadata }) => metadata.deletionTimestamp) || undefined;
    };
    await until("it to have given up", gaveUp, { seconds: 60 });
    // kwok has to be there again for the pods to go.
    await cluster.start("kwok-controller");
    const { code, text } = await running;
    assert.equal(code, 1, text);
    assert.match(text, /after 2 s these pods are not ready:\n +\S+ \(aks-system-\S+\): /);
    assert.match(text, /--image/);
    await nothingLeft();
  });

  it("a load balancer: the address that the server saw is compared; what it costs is said", async () => {
    const port = ["--port", String(network.port)];
    const from = (address: string) =>
      run(["--load-balancer", ...port, "--my-address", address, "-o", "json"]);
    const well = await from("127.0.0.1");
    assert.equal(well.code, 0, well.text);
    assert.match(well.text, /cost money/);
    assert.match(well.stdout, /source IP preserved, LoadBalancer",\s+"status": "ok"/);
    const other = await from("203.0.113.7");
    assert.equal(other.code, 1, other.text);
    assert.match(wrong(other.stdout).join(), /translated: the server saw 127\.0\.0\.1, not 203\.0\.113\.7/);
    await nothingLeft();
  });
});
