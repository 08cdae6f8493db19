// `aks-calico-ebpf bench` without a cluster: parsers on what the real programs printed, CPU from kubelet's figures,
// and the comparison of two results. No number here was measured on Azure, or says anything of a data plane.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { XMLValidator } from "fast-xml-parser";
import { benchCompare } from "../../cli/bench";
import { chartOf } from "../../cli/bench/chart";
import { compare } from "../../cli/bench/compare";
import { cores, extraCores, NodeUsage, parseSummary } from "../../cli/bench/cpu";
import { parseFortio } from "../../cli/bench/fortio";
import { parseIperf3 } from "../../cli/bench/iperf3";
import { NodeLoad } from "../../cli/bench/nodeLoad";
import { capWarnings } from "../../cli/bench/networkCap";
import { type Result, schemaVersion, spreadOf } from "../../cli/bench/result";
import { exit } from "../../cli/exit";
import { root } from "../rehearsal/harness";
import { sample } from "./samples";

const near = (found: number | undefined, wanted: number) =>
  assert.ok(Math.abs(found! - wanted) < 1e-6 * Math.abs(wanted), `${found}, not ${wanted}`);

describe("bench: what the programs printed", () => {
  it("iperf3: what arrived, and not what was sent", () => {
    const tcp = parseIperf3(sample("iperf3-tcp.json"), "tcp");
    const { sum_received, sum_sent } = JSON.parse(sample("iperf3-tcp.json")).end;
    near(tcp.gbit, sum_received.bits_per_second / 1e9);
    assert.equal(tcp.retransmits, sum_sent.retransmits);
    const udp = parseIperf3(sample("iperf3-udp.json"), "udp");
    near(udp.gbit, 4.85427358907638);
    near(udp.lostPercent, 66.5170264655406);
  });

  it("iperf3's own error, and something else than a result, in words", () => {
    assert.throws(
      () => parseIperf3(sample("iperf3-refused.json"), "tcp"),
      /unable to connect.*Connection refused/,
    );
    for (const output of ["", "sh: iperf3: not found", "{}", '{"end":{"sum":{"bits_per_second":1}}}'])
      assert.throws(() => parseIperf3(output, "udp"), /something else than a result|said nothing/);
  });

  it("fortio: new connections and latency", () => {
    const connections = parseFortio(sample("fortio-connections.json"));
    near(connections.perSecond, 9178.378356613219);
    near(connections.p50Ms, 0.6040869115364719);
    near(connections.p99Ms, 4.955555555555564);
    assert.equal(connections.failedPercent, 0);
    near(parseFortio(sample("fortio-latency.json")).p50Ms, 0.03271647962197283);
    const some = JSON.parse(sample("fortio-connections.json"));
    some.RetCodes = { "200": 15_000, "-1": 5000 };
    const failing = parseFortio(JSON.stringify(some));
    near(failing.failedPercent, 25);
    near(failing.perSecond, 9178.378356613219 * 0.75);
    for (const output of ["", "{}", "Aborting because of error -1"])
      assert.throws(() => parseFortio(output), /something else than a result/);
  });
});

/** As kubelet has it (k8s.io/kubelet, pkg/apis/stats/v1alpha1). @param at seconds @param used core seconds */
const summary = (at: number, used: number) => ({
  node: {
    nodeName: "a",
    cpu: {
      time: new Date(1_800_000_000_000 + at * 1000).toISOString(),
      usageNanoCores: 1,
      usageCoreNanoSeconds: used * 1e9,
    },
    memory: { time: "2027-01-15T08:00:00Z", workingSetBytes: 512 * 2 ** 20 },
  },
  pods: [],
});
const taken = (at: number, used: number) => parseSummary(summary(at, used));

describe("bench: CPU from kubelet's summary", () => {
  it("cores are the counter's difference over that of the samples' own times", () => {
    near(cores(taken(100, 5000), taken(140, 5010)), 0.25);
    assert.equal(taken(0, 0).memoryMiB, 512);
    assert.throws(() => cores(taken(100, 5000), taken(129, 5010)), /29 s are too short/);
    assert.throws(() => cores(taken(100, 5000), taken(140, 3)), /began anew/);
  });

  it("of a load: what was used beyond idle, however far around it the samples lie", () => {
    const [idle, extra, active] = [0.2, 1.5, 31];
    for (const [before, after] of [
      [0, 31],
      [-9, 40],
      [-1, 59],
    ])
      near(
        extraCores(taken(before, 0), taken(after, idle * (after - before) + extra * active), idle, active),
        extra,
      );
  });

  it("is nothing where kubelet does not have it", () => {
    for (const body of [{}, { node: {} }, { node: { cpu: summary(0, 0).node.cpu } }, "404 page not found"])
      assert.throws(() => parseSummary(body), /no CPU and memory/);
  });

  it("idle first, then a load between two samples around it; a figure that fails leaves the load", async () => {
    // Idle 0.1 cores on each; the load 2 for 31 s on both.
    const used = (at: number) => at * 0.1 + 2 * Math.min(31, Math.max(0, at - 60));
    const times = [0, 10, 20, 41, 59, 95, 99, 100];
    const left = { a: times.map((at) => summary(at, used(at))), b: times.map((at) => summary(at, used(at))) };
    const get = async (url: string) =>
      left[/nodes\/(.)\/proxy/.exec(url)![1] as "a"].shift() ?? assert.fail("gone");
    const { signal } = new AbortController();
    const load = new NodeLoad(new NodeUsage({ get } as any, { server: "a", client: "b" }, signal), signal);
    await load.measureIdle(30);
    near(load.idle!.server, 0.1);
    const [found, cost] = await load.around(31, async () => "moved");
    assert.equal(found, "moved");
    near(cost.cores!, 4);
    assert.deepEqual([cost.serverMiB, cost.clientMiB], [512, 512]);
    const [again, none] = await load.around(31, async () => "moved");
    assert.deepEqual([again, none.cores], ["moved", null]);
  });

  it("a sample is waited for until it has moved on, and for 30 s at least", async () => {
    const series = [10, 10, 20, 20, 30, 41, 50].map((at) => summary(at, at));
    const left = { a: [...series], b: [...series] };
    const get = async (url: string) => left[/nodes\/(.)\/proxy/.exec(url)![1] as "a"].shift();
    const usage = new NodeUsage({ get } as any, { server: "a", client: "b" }, new AbortController().signal);
    const now = await usage.now();
    const next = await usage.newer(now);
    const last = await usage.newer(next, now);
    const at = ({ server, client }: typeof now) => [server.at - 1.8e9, client.at - 1.8e9];
    assert.deepEqual(
      [at(now), at(next), at(last)],
      [10, 20, 41].map((one) => [one, one]),
    );
  });
});

describe("bench: many runs as one", () => {
  it("median and spread; a run without a number leaves none", () => {
    assert.deepEqual(spreadOf([3, 1, 2]), { runs: [3, 1, 2], median: 2, min: 1, max: 3 });
    assert.equal(spreadOf([1, 2, 3, 10])!.median, 2.5);
    assert.equal(spreadOf([1, null, 3]), null);
    assert.equal(spreadOf([]), null);
  });

  it("what Azure lets a VM size send is said, and where it is not known, that", () => {
    const [low, ...others] = capWarnings(["Standard_D2s_v3", "Standard_D2s_v3", "Standard_D4s_v5"]);
    assert.match(low, /Standard_D2s_v3 sends 1 Gbit\/s at most/);
    assert.deepEqual(others, []);
    for (const unknown of ["Standard_Z9", null]) assert.match(capWarnings([unknown]).join(), /not/);
  });
});

const measured = (dataplane: string, gbit: number[], coresPerGbit: number[] | null): Result => {
  const node = { name: "a", vmSize: "Standard_D4s_v5", kernel: "6.8.0-1044-azure" };
  const values = {
    gbit: spreadOf(gbit),
    coresPerGbit: coresPerGbit && spreadOf(coresPerGbit),
    retransmits: null,
  };
  return {
    schema: schemaVersion,
    at: "2026-11-27T12:00:00.000Z",
    version: "0.1.0",
    cluster: { context: "prod", server: "https://prod" },
    kubernetes: "v1.35.1",
    calico: "3.31.2",
    dataplane,
    nodes: { server: node, client: node },
    settings: { seconds: 30, runs: gbit.length, image: "image" },
    idle: null,
    measurements: [
      { name: "pod TCP", values },
      { name: "new connections, 1,000 Services", values: { perSecond: spreadOf([7000, 7200, 7100]) } },
    ],
  };
};
const iptables = () => measured("Iptables", [19.5, 19.7, 19.9], [0.045, 0.044, 0.046]);
const ebpf = () => measured("BPF", [25.9, 25.8, 26], [0.0405, 0.04, 0.0399]);

describe("bench compare", () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-test-"))));
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = (name: string, result: object): string => {
    const whole = path.join(folder, name);
    fs.writeFileSync(whole, JSON.stringify(result));
    return whole;
  };
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const command = ["--import", "tsx", "cli/main.ts", "bench", "compare", ...args];
      execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });

  it("ratio and verdict of each", () => {
    const rows = compare(iptables(), ebpf());
    assert.deepEqual(
      rows.map(({ measurement, metric, ratio, verdict }) => [
        measurement,
        metric,
        ratio!.toFixed(3),
        verdict,
      ]),
      [
        ["pod TCP", "gbit", "1.315", "better"],
        ["pod TCP", "coresPerGbit", "0.889", "better"],
        ["new connections, 1,000 Services", "perSecond", "1.000", "spreads overlap: no difference shown"],
      ],
    );
    const back = compare(ebpf(), iptables()).map(({ verdict }) => verdict);
    assert.deepEqual(back.slice(0, 2), ["worse", "worse"]);
    const once = compare(measured("Iptables", [1], [1]), measured("BPF", [9], [9]))[0].verdict;
    assert.match(once, /no spread, so nothing is shown/);
  });

  it("prints table and bars, says what else differs, and writes the chart", async () => {
    const other = { ...ebpf(), calico: "3.32.0" };
    const picture = path.join(folder, "chart.svg");
    const { code, stdout, stderr } = await run(
      file("before.json", iptables()),
      file("after.json", other),
      "--svg",
      picture,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /before: Iptables, Calico 3\.31\.2 +after: BPF, Calico 3\.32\.0/);
    assert.match(stdout, /pod TCP +Gbit\/s +19\.7 \(19\.5 to 19\.9\) +25\.9 \(25\.8 to 26\) +1\.31 +better/);
    assert.match(stdout, /^cores per Gbit\/s\npod TCP {2}before {2}█+ 0\.045\n +after {3}█+ 0\.04$/m);
    assert.match(stdout, /not the same: Calico: 3\.31\.2 before, 3\.32\.0 after/);
    const [long, short] = [...stdout.matchAll(/█+/g)].map(([bar]) => bar.length);
    near(short / long, 35 / 39);
    const chart = fs.readFileSync(picture, "utf8");
    assert.equal(XMLValidator.validate(chart), true);
    for (const text of [
      "before: Iptables, Calico 3.31.2",
      "after: BPF, Calico 3.32.0",
      "pod TCP",
      "0.045",
      "0.04",
    ])
      assert.ok(chart.includes(`>${text}</text>`), text);
  });

  it("without CPU figures it shows what was moved, and invents none", () => {
    const rows = compare(measured("Iptables", [1, 2], null), ebpf());
    assert.equal(rows.filter(({ metric }) => metric === "coresPerGbit").length, 0);
    const { metric, rows: shown } = chartOf(rows, ["a", "b"]);
    assert.deepEqual([metric, shown.length], ["gbit", 1]);
  });

  const vmSize = ebpf();
  vmSize.nodes.client = { ...vmSize.nodes.client, vmSize: "Standard_D2s_v3" };
  const seconds = ebpf();
  seconds.settings.seconds = 10;
  for (const [what, other, words] of [
    ["another form", { ...ebpf(), schema: 2 }, /is of form 2, and this version reads form 1/],
    ["something else", { hello: "world" }, /is of form unknown/],
    ["half a file", { ...ebpf(), nodes: {} }, /is not whole: nodes\.server/],
    ["other VM sizes", vmSize, /not comparable: .*D4s_v5 of VM sizes before, and .*Standard_D2s_v3 after/],
    ["another duration", seconds, /not comparable: 30 of seconds a run before, and 10 after/],
  ] as const)
    it(`refuses ${what}, in words`, async () => {
      const files = [file("before.json", iptables()), file("after.json", other)] as const;
      await assert.rejects(benchCompare(...files, undefined), { code: exit.usage, message: words });
    });
});
