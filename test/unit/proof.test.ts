// The proof on every node: the witness, what it asks, and where it is told so.
import assert from "node:assert/strict";
import { mock } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import type { CalicoEbpfDataplaneArgs } from "../../components";
import { byAks, declare, layersOf, live, podSpec } from "./declare";
import type { RecordOptions } from "./record";

const calico = (version: string, more: Record<string, object> = {}) => ({
  state: live(byAks, {
    "net-endpoint-in-calico-node": podSpec({ name: "calico-node", image: `quay.io/calico/node:v${version}` }),
    ...more,
  }),
});
/** What is warned of when the gate has taken 25 minutes, then the proof as many, and the rest of an hour has passed. */
async function warnedOf(minutes: number, args: Partial<CalicoEbpfDataplaneArgs>, preview = false) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const warned = mock.method(console, "warn", () => undefined);
  try {
    const state: RecordOptions["state"] = (type, name, inputs) => {
      const taken: Record<string, number> = { "net-ebpf-rolled-out": 25, "net-proof": minutes };
      mock.timers.tick((taken[name] ?? 0) * 60_000);
      return live()!(type, name, inputs);
    };
    await declare(args, { state, preview });
    mock.timers.tick((60 - minutes) * 60_000);
    return warned.mock.calls.map(({ arguments: [line] }) => line);
  } finally {
    mock.reset();
  }
}
const linux = { "kubernetes.io/os": "linux" };
const nowhere = { "aks-calico-ebpf/proof": "off" };

describe("the proof on every node", () => {
  it("is a DaemonSet of a pause image on every real node, which may do nothing but ask", async () => {
    const { type, inputs, ignoreChanges } = (await declare({})).named("net-witness");
    assert.equal(type, "kubernetes:apps/v1:DaemonSet");
    const { name, namespace, annotations } = inputs.metadata;
    assert.deepEqual([name, namespace], ["calico-ebpf-proof", "kube-system"]);
    // The same in either direction: the provider would record an update of it without what is ignored.
    assert.deepEqual(annotations, { "pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true" });
    const { spec } = inputs.spec.template;
    const [{ image, resources, securityContext }] = spec.containers;
    assert.deepEqual(spec.nodeSelector, nowhere, "until it is sent out");
    assert.deepEqual(ignoreChanges, ["spec.template.spec.nodeSelector"]);
    assert.equal(image, "mcr.microsoft.com/oss/v2/kubernetes/pause:3.6");
    assert.deepEqual(resources, { requests: { cpu: "1m", memory: "4Mi" }, limits: { memory: "16Mi" } });
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 65534,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(
      [spec.hostNetwork, spec.automountServiceAccountToken, spec.tolerations],
      [true, false, [{ operator: "Exists" }]],
    );
    const [{ matchExpressions }] =
      spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
    assert.deepEqual(matchExpressions, [{ key: "type", operator: "NotIn", values: ["virtual-kubelet"] }]);
    const digest = "example.net/pause@sha256:0";
    const other = (await declare({ proofImage: digest })).named("net-witness").inputs;
    assert.equal(other.spec.template.spec.containers[0].image, digest);
  });

  for (const [what, args, version, port, nodeSelector] of [
    ["kube-proxy goes", {}, "3.31.2", 10258, linux],
    ["kube-proxy is kept", { kubeProxy: "Keep" }, "3.31.2", 10258, linux],
    ["the port is another one", { felix: { bpfKubeProxyHealthzPort: 10300 } }, "3.31.2", 10300, linux],
    ["there is no port", { felix: { bpfKubeProxyHealthzPort: 0 } }, "3.32.2", 1, nowhere],
    ["Calico is older", {}, "3.30.4", 10258, nowhere],
    ["Calico is just new enough", {}, "3.30.5", 10258, linux],
  ] as [string, Partial<CalicoEbpfDataplaneArgs>, string, number, object][])
    it(`asks ${nodeSelector === linux ? "every node" : "nobody"} at ${port} where ${what}`, async () => {
      const recording = await declare(args, calico(version));
      const sent = recording.named("net-proof");
      assert.equal(sent.type, "kubernetes:apps/v1:DaemonSetPatch");
      assert.deepEqual(sent.inputs.spec, { template: { spec: { nodeSelector } } });
      assert.equal(sent.retainOnDelete, true);
      const { spec } = recording.named("net-witness").inputs.spec.template;
      assert.deepEqual(spec.containers[0].readinessProbe, {
        httpGet: { path: "/healthz", port },
        periodSeconds: 5,
        failureThreshold: 2,
      });
    });

  it("asks at kube-proxy's own port where there is no kube-proxy", async () => {
    const args = { mode: "CalicoCni", kubeProxy: "Absent", podCidr: "10.244.0.0/16" } as const;
    const { spec } = (await declare(args, { state: live({}) })).named("net-witness").inputs.spec.template;
    assert.equal(spec.containers[0].readinessProbe.httpGet.port, 10256);
  });

  it("is asked again of another generation, image or port, and waits, which the witness does not", async () => {
    const annotations = async (
      args: Partial<CalicoEbpfDataplaneArgs>,
      generation = 7,
      layer = "net-proof",
    ) => {
      const state = live(byAks, { "net-switch-acknowledged": { metadata: { generation } } });
      return (await declare(args, { state })).named(layer).inputs.metadata.annotations;
    };
    const mark = "aks-calico-ebpf/proof";
    const { [mark]: before, ...said } = await annotations({});
    for (const [args, generation] of [
      [{}, 9],
      [{ proofImage: "example.net/pause:1" }, 7],
      [{ felix: { bpfKubeProxyHealthzPort: 10300 } }, 7],
      [{ dataplane: "Iptables" }, 7],
    ] as const)
      assert.notEqual(
        (await annotations(args, generation))[mark],
        before,
        JSON.stringify([args, generation]),
      );
    assert.equal((await annotations({}))[mark], before);
    assert.deepEqual(Object.keys(said).sort(), [
      "pulumi.com/patchForce",
      "pulumi.com/timeoutSeconds",
      "pulumi.com/waitFor",
    ]);
    assert.equal(said["pulumi.com/waitFor"], "", "no other patch's condition");
  });

  it("on the way back waits until nobody answers, whatever becomes of kube-proxy", async () => {
    for (const kubeProxy of ["Disable", "Keep"] as const) {
      const recording = await declare({ dataplane: "Iptables", kubeProxy }, calico("3.31.2"));
      // With another image its pods would begin anew, and nobody would answer for a moment.
      assert.deepEqual(recording.named("net-witness").ignoreChanges, ["spec"]);
      const layers = ["witness", "felix-follows", "proof"].map((name) => recording.named(`net-${name}`));
      const [, follows, over] = layers.map(({ inputs }) => inputs.metadata.annotations);
      const { "aks-calico-ebpf/felix-follows": mark, "pulumi.com/waitFor": conditions } = follows;
      assert.match(mark, /\/Iptables\/.*x7k2p9\/1800s$/);
      assert.deepEqual(JSON.parse(conditions), [
        `jsonpath={.metadata.annotations['aks-calico-ebpf/felix-follows']}=${mark}`,
        "jsonpath={.status.numberReady}=0",
      ]);
      // A refresh would find the other's, were they not the same; what fails is waited for again.
      assert.equal(over["pulumi.com/waitFor"], conditions);
      assert.deepEqual(
        [follows, over].map((one) => one["pulumi.com/skipAwait"]),
        [undefined, undefined],
      );
      const [, { inputs, ignoreChanges, retainOnDelete }, parked] = layers;
      assert.deepEqual([inputs.spec, ignoreChanges, retainOnDelete], [undefined, [], true]);
      assert.deepEqual(parked.inputs.spec, { template: { spec: { nodeSelector: nowhere } } });
      assert.equal(parked.retainOnDelete, true);
    }
  });

  it("on the way back Felix moves from where the witness asks, and from where it asks later", async () => {
    const moved = async (bpfKubeProxyHealthzPort: number | undefined, asked: number) => {
      const httpGet = { port: asked };
      const witness = podSpec({ readinessProbe: { httpGet } });
      const args = { felix: { bpfKubeProxyHealthzPort }, dataplane: "Iptables" } as const;
      const recording = await declare(args, calico("3.32.2", { "net-witness": witness }));
      return recording.named("net-felix-healthz-port").inputs.spec.bpfKubeProxyHealthzPort;
    };
    assert.equal(await moved(undefined, 10258), 10259);
    assert.equal(await moved(10300, 10300), 10258);
    assert.equal(await moved(10300, 10258), 10259);
    assert.equal(await moved(10258, 10259), 10260);
    assert.equal(await moved(0, 10258), 0, "a server that is off stays off");
  });

  it("says the way out late in its wait, once, and neither in a preview nor when every node has answered", async () => {
    assert.deepEqual(await warnedOf(23, {}), []);
    assert.deepEqual(await warnedOf(25, {}, true), []);
    assert.deepEqual(await warnedOf(25, { dataplane: "Iptables" }), []);
    for (const [minutes, args, waited] of [
      [25, {}, "24 of 30 minutes"],
      [1, { rolloutTimeoutMinutes: 0.5 }, "24 of 30 seconds"],
    ] as const) {
      const [line, ...more] = await warnedOf(minutes, args);
      assert.match(line, new RegExp(`net-proof has waited ${waited} for Felix .*\\bproof: false\\b`));
      assert.deepEqual(more, []);
    }
  });

  it("is left out where it is not wanted, in either direction", async () => {
    for (const dataplane of ["Ebpf", "Iptables"] as const) {
      const layers = layersOf(await declare({ proof: false, dataplane }));
      assert.deepEqual(
        layers.filter((name) => /^proof|^felix-follows/.test(name)),
        [],
      );
    }
  });

  it("looks at kube-proxy anew where what becomes of it is another thing", async () => {
    const mark = async (args: Partial<CalicoEbpfDataplaneArgs>) =>
      (await declare(args)).named("net-kube-proxy-seen").inputs.metadata.annotations["aks-calico-ebpf/seen"];
    assert.notEqual(await mark({}), await mark({ kubeProxy: "Keep" }));
  });

  it("is not begun where kube-proxy would answer for Felix, as far as its command line says", async () => {
    const started = (words: string) =>
      calico("3.31.2", {
        "net-kube-proxy-seen": podSpec({ name: "kube-proxy", command: ["kube-proxy", ...words.split(" ")] }),
      });
    const there = "--healthz-bind-address=0.0.0.0:10258";
    const more = ["--healthz-bind-address [::]:10258", "--healthz-bind-address=0.0.0.0 --healthz-port=10258"];
    for (const words of [there, ...more])
      for (const kubeProxy of ["Disable", "Keep"] as const)
        await assert.rejects(
          declare({ kubeProxy, felix: { bpfKubeProxyHealthzPort: pulumi.output(10258) } }, started(words)),
          /felix\.bpfKubeProxyHealthzPort: is 10258, and kube-proxy [\s\S]*would pass for a proof/,
          words,
        );
    for (const [args, words] of [
      [{}, "--healthz-bind-address=0.0.0.0:10256 --healthz-port=10258"],
      [{}, `--config=/etc/kube-proxy.yaml ${there}`],
      [{ felix: { bpfKubeProxyHealthzPort: 10300 } }, there],
      [{ felix: { bpfKubeProxyHealthzPort: 0 } }, "--healthz-port=0"],
      [{ proof: false }, there],
      [{ dataplane: "Iptables" }, there],
    ] as [Partial<CalicoEbpfDataplaneArgs>, string][])
      await declare(args, started(words));
  });
});
