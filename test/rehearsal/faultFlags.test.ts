// `--fault`: what the user sees, the exit code, and that the next `up` finishes.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { layout } from "../../rehearsal/controlPlane/kwok";
import { cli, type Ran } from "../cli/command";
import { CommandLine, type Ended } from "./commandLine";
import { eventually, ok, startTimeoutMs } from "./harness";

const yes = ["--yes", "--skip-preview"];

/** `aks-calico-ebpf status` of a stack's cluster, also while a run is under way. */
function status({ stateRoot }: CommandLine, stack: string): Promise<Ran> {
  const clusters = path.join(stateRoot, stack, "clusters");
  const [name] = fs.readdirSync(clusters);
  return cli(layout(path.join(clusters, name)).kubeconfig, "status");
}

describe("npm run rehearse -- --fault NAME up", function () {
  this.timeout(600_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "faulty", ...args]);
  const up = (...args: string[]) => rehearse("up", ...yes, ...args);
  const faultyUp = (fault: string, ...args: string[]) => [
    ...["--stack", "faulty", "--fault", fault, "up", ...yes, "-c", "dataplane=Ebpf"],
    ...args,
  ];
  const faulty = (...args: Parameters<typeof faultyUp>) => line.run(faultyUp(...args));

  after(() => line.end());

  /** Each begins there, whatever has become of the one before it, with waits of 20 s instead of half an hour. */
  const beginOn = (dataplane: "Iptables" | "Ebpf") =>
    beforeEach(async function () {
      this.timeout(startTimeoutMs);
      ok(await up("--refresh", "-c", `dataplane=${dataplane}`, "-c", "rolloutTimeoutMinutes=0.35"));
    });

  /** The next up finishes, on a busy machine too, and the table is green. */
  async function nextUpFinishes(...args: string[]) {
    ok(await up(...args, "-c", "rolloutTimeoutMinutes=2"));
    const table = await rehearse("verify");
    ok(table);
    assert.match(table.text, / checks ok.*: well\n/);
  }

  /** A failed run names the layer, and shows no stack trace. */
  function failedAt(ended: Ended, layer: string, code = 1) {
    assert.equal(ended.code, code, ended.text);
    assert.match(ended.text, new RegExp(`aks-${layer} \\*\\*(creating|updating) failed`));
    assert.doesNotMatch(ended.text, /\n\s+at /);
  }

  async function red(...rows: RegExp[]) {
    const table = await rehearse("verify");
    assert.equal(table.code, 1, table.text);
    for (const row of rows) assert.match(table.text, row);
  }
  const kubeProxyIsBack = /failed +kube-proxy is out of the way +runs: 3 pods, 3 wanted/;

  describe("on the way to eBPF", () => {
    beginOn("Iptables");

    it("kube-proxy-put-during: fails at the second look, and up --refresh finishes", async () => {
      failedAt(await faulty("kube-proxy-put-during"), "kube-proxy-still-off");
      await red(kubeProxyIsBack);
      await nextUpFinishes("--refresh");
    });

    it("kube-proxy-put-after: the run is green, verify says it, and up --refresh finishes", async () => {
      ok(await faulty("kube-proxy-put-after"));
      await eventually(async () => {
        const { code, text } = await rehearse("verify");
        return code === 1 && kubeProxyIsBack.test(text) ? undefined : text;
      });
      await nextUpFinishes("--refresh");
    });

    it("kube-proxy-on-felix-port: refused before anything is switched, and up --refresh finishes", async () => {
      const ended = await faulty("kube-proxy-on-felix-port");
      assert.equal(ended.code, 1, ended.text);
      assert.match(
        ended.text,
        /felix\.bpfKubeProxyHealthzPort: is 10258, and kube-proxy of this cluster serves/,
      );
      assert.doesNotMatch(ended.text, /aks-dataplane-switch updat|\n\s+at /);
      const { code, stdout } = await status(line, "faulty");
      assert.equal(code, 1, stdout);
      assert.match(stdout, /failed +bpfEnabled is true +linuxDataplane Iptables/);
      await nextUpFinishes("--refresh");
    });

    it("operator-degraded, without a verb: fails at the gate, verify has the operator's own words", async () => {
      ok(await rehearse("pulumi", "config", "set", "dataplane", "Ebpf"));
      const ended = await rehearse("--fault", "operator-degraded");
      failedAt(ended, "(felix|ebpf-rolled-out)");
      assert.match(ended.text, /fault operator-degraded: the operator is Degraded\n/);
      assert.match(
        ended.text,
        /\npulumi up failed \(exit code 1\)\. The same command goes on from here\.\n$/,
      );
      await red(/failed +operator is healthy .*Degraded=True.*\n +-> Pod \S+ failed to pull/);
      await nextUpFinishes();
    });

    it("operator-dead@felix-beside-kube-proxy: fails at the layer that waits for it, and the next up finishes", async () => {
      failedAt(await faulty("operator-dead@felix-beside-kube-proxy"), "(felix|ebpf-rolled-out)");
      await red(/failed +operator is healthy +Available=True \(of an older Installation\)/);
      await nextUpFinishes();
    });

    it("foreign-manager: fails at the look that finds it, and up --refresh finishes", async () => {
      failedAt(await faulty("foreign-manager"), "kube-proxy(-still-off)?");
      await nextUpFinishes("--refresh");
    });

    it("node-not-ready: nothing is switched, verify names the node, and the next up finishes", async () => {
      failedAt(await faulty("node-not-ready"), "felix");
      await red(
        /failed +bpfEnabled is true +linuxDataplane BPF .*, bpfEnabled false/,
        /failed +calico-node is rolled out .*; not ready: aks-system-12345678-vmss000000\n +-> repair or delete/,
        /failed +kube-proxy is out of the way +runs: 2 of 3 ready on 3 nodes/,
      );
      await nextUpFinishes();
    });

    it("node-never-ready: fails at the gate, verify counts the nodes, and the next up finishes", async () => {
      failedAt(await faulty("node-never-ready"), "(felix|ebpf-rolled-out)");
      await red(/failed +calico-node is rolled out +[1-3] of 3 updated, 2 ready, on 3 nodes/);
      await nextUpFinishes();
    });

    it("felix-falls-back: fails at the proof, kube-proxy stays on every node, and the next up finishes", async () => {
      const ended = await faulty("felix-falls-back");
      failedAt(ended, "proof");
      assert.match(ended.text, /aks-proof .*Available: 2\/3/);
      assert.match(
        ended.text,
        /aks-proof has waited 17 of 21 seconds .*`npx aks-calico-ebpf status` names the nodes/,
      );
      await red(
        /failed +every node proves eBPF +Felix answers on 2 of 3 nodes/,
        /ok +kube-proxy is out of the way +runs beside eBPF, .* 3 of 3 ready/,
      );
      failedAt(await faulty("felix-falls-back", "--refresh"), "proof");
      // Nor does a node that does not answer hold the way back.
      ok(await faulty("felix-falls-back", "--refresh", "-c", "dataplane=Iptables"));
      await nextUpFinishes("-c", "dataplane=Ebpf");
    });

    it("api-server-gone: 20 s in mid-up; the next up finishes", async () => {
      const manager = () => line.processes().find((one) => one.includes("/bin/kube-controller-manager "));
      const before = manager();
      let during: Promise<Ran> | undefined;
      const meddle = (text: string) => {
        if (text.includes("the API server is away")) during ??= status(line, "faulty");
      };
      const ended = await line.run(faultyUp("api-server-gone"), { meddle });
      assert.match(ended.text, /fault api-server-gone: the API server is away for 20 s/);
      assert.match(ended.text, /the API server is back after 20 s/);
      const away = await during!;
      assert.equal(away.code, 3, away.stdout);
      assert.match(away.stderr, /^error: https:\S+ does not answer: /);
      assert.equal(manager() ?? "gone", before);
      if (ended.code !== 0) failedAt(ended, "[a-z-]+");
      await nextUpFinishes();
    });

    it("ctrl-c: the CLI's own words, nothing of the run keeps running, the next up goes on", async () => {
      const control = line.processes();
      const ended = await faulty("ctrl-c");
      assert.notEqual(ended.code, 0, ended.text);
      assert.match(ended.text, /fault ctrl-c: Ctrl-C\n/);
      assert.match(ended.text, /\^C received; cancelling\./);
      const others = () => line.processes().filter((one) => !control.includes(one));
      await eventually(async () => others().join("\n") || undefined);
      assert.ok((await line.names("faulty")).includes("aks-dataplane-switch"));
      await nextUpFinishes();
    });
  });

  describe("on eBPF", () => {
    beginOn("Ebpf");

    it("foreign-manager after a green up, without a verb: checks are red, exit code 1, and the last line says which it was", async () => {
      assert.match((await rehearse("verify")).text, / checks ok.*: well\n/);
      const ended = await rehearse("--fault", "foreign-manager");
      assert.equal(ended.code, 1, ended.text);
      assert.match(ended.text, kubeProxyIsBack);
      assert.match(ended.text, /\npulumi up succeeded, but not every check did\.\n$/);
      await nextUpFinishes("--refresh");
    });

    it("kubeconfig-rotated: another credential, and no layer is touched", async () => {
      const ended = await faulty("kubeconfig-rotated");
      ok(ended);
      assert.match(ended.text, /pulumi:providers:kubernetes aks-provider updated/);
      assert.match(ended.text, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
      await nextUpFinishes();
    });

    // What was written when the CLI gave up is not always recorded; a refresh finds it.
    for (const [layer, ...args] of [
      ["felix-healthz-port", "--refresh"],
      ["felix-follows"],
      ["iptables-rolled-out"],
    ])
      it(`ctrl-c@${layer} on the way back, and forth again: every node proves it, and kube-proxy goes`, async () => {
        const ended = await faulty(`ctrl-c@${layer}`, "-c", "dataplane=Iptables");
        assert.notEqual(ended.code, 0, ended.text);
        await nextUpFinishes(...args, "-c", "dataplane=Ebpf");
      });

    it("says which fault never began", async () => {
      const ended = await rehearse("--fault", "operator-degraded", "up", ...yes);
      ok(ended);
      assert.match(ended.text, /fault operator-degraded never began: no step of …-felix started/);
    });
  });
});

describe("npm run rehearse -- --fault crds-late", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());

  it("the CRDs come 30 s after the cluster, and the next up finishes", async () => {
    let during: Promise<Ran> | undefined;
    const meddle = (text: string) => {
      if (text.includes("aks-calico-found creating")) during ??= status(line, "late");
    };
    const first = await line.run(["--stack", "late", "--fault", "crds-late", "up", ...yes], { meddle });
    const { code, stdout } = await during!;
    assert.equal(code, 1, stdout);
    assert.match(stdout, /failed +bpfEnabled is true .*no Installation/);
    if (first.code !== 0) {
      assert.match(first.text, /aks-calico-found \*\*creating failed/);
      assert.doesNotMatch(first.text, /\n\s+at /);
    }
    const next = await line.run(["--stack", "late"]);
    ok(next);
    assert.match(next.text, / checks ok.*: well\n/);
  });
});
