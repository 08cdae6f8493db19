// The examples as their READMEs say them: up, nothing to do, and away again; a cluster of anybody's is left as it was.
import assert from "node:assert/strict";
import fs from "node:fs";
import { CommandLine, createdAsShown } from "./commandLine";
import { eventually, ok, snapshotOf, startTimeoutMs, traces } from "./harness";

const yes = ["--yes", "--skip-preview"];

describe("examples that make a cluster", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());

  for (const [example, config, calico] of [
    ["quickstart", [], "v3.31.2"],
    ["production", ["-c", "protect=false"], "v3.31.2"],
    ["self-managed", [], "v3.32.2"],
    ["calico-cni", [], "v3.32.2"],
  ] as const) {
    it(`${example}: from nothing to eBPF, a second up changes nothing, destroy takes all of it away`, async () => {
      const stack = example === "production" ? "production" : "dev";
      const rehearse = (...args: string[]) =>
        line.run(["-C", `examples/${example}`, "--stack", stack, ...args]);
      // The preview of an empty stack, and the up.
      const first = await rehearse("up", "--yes", ...config);
      ok(first);
      assert.match(first.text, /Resources:\n +\+ \d+ to create\n/);
      createdAsShown(example, first);
      assert.match(first.text, new RegExp(`calicoVersion +: "${calico.replaceAll(".", "\\.")}"`));
      const second = await rehearse();
      ok(second);
      assert.match(second.text, /Resources:\n +\d+ unchanged\n/);
      assert.match(second.text, / checks ok.*: well\n/);
      ok(await rehearse("destroy", ...yes));
      assert.deepEqual(await line.names(stack), []);
      ok(await rehearse("down"));
    });
  }
});

describe("examples/existing-cluster", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());

  /** What of the cluster is not Calico's own, without what changes by itself. */
  async function look(kubeconfigFile: string) {
    const seen = await snapshotOf(kubeconfigFile);
    return {
      kubeProxy: seen.kubeProxy?.spec,
      kubeProxyPods: seen.kubeProxyPods?.length,
      installation: seen.installation?.spec,
      felix: seen.felix?.spec,
      calicoNode: seen.calicoNode !== undefined,
      traces: [seen.kubeProxy, seen.installation, seen.felix, seen.tigeraStatus, seen.calicoNode].flatMap(
        traces,
      ),
    };
  }

  for (const [mode, config] of [
    ["AzureManaged", []],
    ["SelfManaged", ["-c", "mode=SelfManaged"]],
    ["CalicoCni", ["-c", "mode=CalicoCni", "-c", "podCidr=10.244.0.0/16"]],
  ] as const) {
    it(`${mode}: on by Azure's names, back, forth, and away as if it had never been`, async () => {
      const stack = mode.toLowerCase();
      const rehearse = (...args: string[]) => line.run(["--stack", stack, ...args]);
      const made = await rehearse("--mode", mode, "cluster");
      ok(made);
      const kubeconfig = /export KUBECONFIG=(.*)/.exec(made.text)![1];
      const before = await look(kubeconfig);
      const names = ["-c", "resourceGroupName=existing", "-c", "clusterName=existing"];
      const up = await rehearse("-C", "examples/existing-cluster", "up", ...yes, ...config, ...names);
      ok(up);
      if (mode === "AzureManaged") createdAsShown("existing-cluster", up);
      ok(await rehearse("verify"));
      ok(await rehearse("up", ...yes, "-c", "dataplane=Iptables"));
      await eventually(async () => {
        const verify = await rehearse("verify");
        return verify.code === 0 ? undefined : verify.text;
      }, 60);
      ok(await rehearse("up", ...yes, "-c", "dataplane=Ebpf"));
      ok(await rehearse("destroy", ...yes));
      await eventually(async () => {
        const { kubeProxyPods, felix, traces } = await look(kubeconfig);
        // A destroy does not wait for the operator, which turns it off some seconds later.
        if (mode === "AzureManaged" && felix.bpfEnabled) return "the operator has not turned bpfEnabled off";
        return kubeProxyPods === 3 ? traces.join() || undefined : `${kubeProxyPods} pods of kube-proxy`;
      }, 60);
      const after = await look(kubeconfig);
      if (mode === "AzureManaged") {
        const { linuxDataplane, ...network } = after.installation.calicoNetwork;
        assert.equal(linuxDataplane, "Iptables");
        assert.deepEqual(
          { ...after.installation.calicoNetwork, ...network },
          before.installation.calicoNetwork,
        );
        assert.equal(after.felix.bpfKubeProxyHealthzPort, undefined);
        assert.equal(after.felix.bpfEnabled, false);
      } else {
        assert.equal(after.installation, undefined);
        assert.equal(after.calicoNode, false);
      }
      assert.deepEqual(after.kubeProxy?.template.spec?.nodeSelector ?? {}, {});
      ok(await rehearse("down"));
    });
  }

  it("by a kubeconfig and the API server's host, from a stack of its own", async () => {
    const made = await line.run(["--stack", "theirs", "cluster"]);
    ok(made);
    const kubeconfig = /export KUBECONFIG=(.*)/.exec(made.text)![1];
    const host = /apiServerHost: (\S+)/.exec(made.text)![1];
    const access = ["-c", `kubeconfig=${kubeconfig}`, "-c", `apiServerHost=${host}`];
    const ours = (...args: string[]) =>
      line.run(["-C", "examples/existing-cluster", "--stack", "ours", ...args]);
    ok(await ours("up", ...yes, ...access));
    ok(await line.run(["--stack", "theirs", "verify"]));
    ok(await ours("destroy", ...yes));
    assert.ok(fs.existsSync(kubeconfig), "the cluster is still there");
    await eventually(async () => {
      const { kubeProxyPods } = await look(kubeconfig);
      return kubeProxyPods === 3 ? undefined : `${kubeProxyPods} pods of kube-proxy`;
    }, 60);
  });
});
