// The rehearsal's story once more, with the real CLI, the real Kubernetes provider and a file backend. Where these
// are not installed nothing is started, and a line says why.
import assert from "node:assert/strict";
import type { EngineEvent, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { eventually, layers, StayingCluster, startTimeoutMs, traces, written } from "../rehearsal/harness";
import { changed, cliStack, ended, findCli } from "./cli";

/** Stack, component, provider and the layers. */
const resources = 3 + layers.length;

describe("the layers with the real Pulumi CLI", function () {
  this.timeout(300_000);
  let pulumi: PulumiCommand;

  before(async function () {
    const found = await findCli();
    if (typeof found !== "string") {
      pulumi = found;
      return;
    }
    console.log(`    skipped: ${found}`);
    this.skip();
  });

  /** What is red on a cluster that should be as AKS ships it, but for the endpoint that waits for a roll-out. */
  async function redAsShipped(cluster: StayingCluster): Promise<string | undefined> {
    const red = await cluster.red("Iptables");
    return red.filter((line) => !line.startsWith("endpoint")).join("; ") || undefined;
  }

  describe("on a cluster that stays", () => {
    let cluster: StayingCluster;
    let stack: Stack;

    before(async function () {
      this.timeout(startTimeoutMs);
      cluster = await StayingCluster.start();
      stack = await cliStack(pulumi, cluster, "layers", "test");
    });
    after(() => cluster?.end());

    async function versions() {
      const { endpoint, installation, felix, kubeProxy } = await cluster.snapshot();
      return [endpoint, installation, felix, kubeProxy].map(written);
    }

    it("a preview touches nothing", async () => {
      await eventually(() => redAsShipped(cluster), 60);
      const before = await versions();
      assert.deepEqual((await stack.preview()).changeSummary, { create: resources });
      assert.deepEqual(await versions(), before);
    });

    it("up yields an eBPF cluster, and ends only when it is one", async () => {
      const { outputs, summary } = await stack.up();
      assert.deepEqual(await cluster.red(), []);
      assert.deepEqual(changed(summary), { create: resources });
      assert.deepEqual([outputs.linuxDataplane.value, outputs.bpfEnabled.value], ["BPF", true]);
    });

    it("a second up changes nothing", async () => {
      const before = await versions();
      const { summary } = await stack.up({ expectNoChanges: true });
      assert.deepEqual(summary.resourceChanges, { same: resources });
      assert.deepEqual(await versions(), before);
    });

    it("dataplane: Iptables brings iptables back, and Ebpf the data plane again", async () => {
      await stack.setConfig("dataplane", { value: "Iptables" });
      await stack.up();
      await eventually(async () => (await cluster.red("Iptables")).join("; ") || undefined, 60);
      await stack.setConfig("dataplane", { value: "Ebpf" });
      await stack.up();
      assert.deepEqual(await cluster.red(), []);
    });

    it("destroy brings kube-proxy and iptables back and leaves nothing of ours", async () => {
      await stack.destroy();
      assert.deepEqual((await stack.exportStack()).deployment.resources ?? [], []);
      await eventually(() => redAsShipped(cluster), 60);
      const seen = await cluster.snapshot();
      assert.equal(seen.endpoint, undefined);
      assert.deepEqual(seen.kubeProxy!.spec!.template.spec!.nodeSelector ?? {}, {});
      assert.equal(seen.installation.spec.calicoNetwork.linuxDataplane, "Iptables");
      for (const [name, object] of Object.entries({
        installation: seen.installation,
        felix: seen.felix,
        tigeraStatus: seen.tigeraStatus,
        calicoNode: seen.calicoNode,
        kubeProxy: seen.kubeProxy,
      })) {
        assert.deepEqual(traces(object), [], `${name} bears traces of us`);
      }
    });
  });

  describe("on a slow roll-out (5 s a pod, conditions 4 s late)", () => {
    let cluster: StayingCluster;

    before(async function () {
      this.timeout(startTimeoutMs);
      cluster = await StayingCluster.start({ rolloutSeconds: 5, statusLagSeconds: 4 });
    });
    after(() => cluster?.end());

    /** What was still red when the gate let go. */
    async function redAtGate(blindGate: boolean): Promise<string[]> {
      const stack = await cliStack(pulumi, cluster, "layers", blindGate ? "blind" : "seeing");
      await stack.setConfig("blindGate", { value: String(blindGate) });
      let red: Promise<string[]> | undefined;
      const onEvent = (event: EngineEvent) => {
        if (ended(event) !== "layers-ebpf-rolled-out" || red) return;
        red = cluster.red();
        // Whoever awaits it comes later, or never where the up fails.
        red.catch(() => undefined);
      };
      await stack.up({ onEvent });
      assert.ok(red, "the gate was not passed");
      const seen = await red;
      await stack.destroy();
      await eventually(() => redAsShipped(cluster), 90);
      return seen;
    }

    it("the gate holds until the last node is rolled", async () => {
      assert.deepEqual(await redAtGate(false), []);
    });

    it("the gate lets go too early without the generation check", async () => {
      const red = await redAtGate(true);
      assert.ok(
        red.some((line) => line.startsWith("calico-node is rolled out")),
        `the roll-out was over: the test shows nothing. Red: ${red.join("; ") || "none"}`,
      );
    });
  });
});
