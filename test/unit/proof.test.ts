// The proof on every node: the witness, what it asks, and where it is told so.
import assert from "node:assert/strict";
import type { CalicoEbpfDataplaneArgs } from "../../components";
import { byAks, declare, layersOf, live, podSpec } from "./declare";

const calico = (version: string, kubeProxy: object = {}) => ({
  state: live(byAks, {
    "net-endpoint-in-calico-node": podSpec({ name: "calico-node", image: `quay.io/calico/node:v${version}` }),
    "net-kube-proxy-seen": kubeProxy,
  }),
});
const linux = { "kubernetes.io/os": "linux" };
const nowhere = { "aks-calico-ebpf/proof": "off" };
const asks = (port: number, nodeSelector: object = linux) => ({
  template: {
    spec: {
      nodeSelector,
      containers: [
        {
          name: "felix",
          readinessProbe: { httpGet: { path: "/healthz", port }, periodSeconds: 5, failureThreshold: 2 },
        },
      ],
    },
  },
});

describe("the proof on every node", () => {
  it("is a DaemonSet of a pause image on every real node, which may do nothing but ask", async () => {
    const { type, inputs } = (await declare({})).named("net-proof-witness");
    assert.equal(type, "kubernetes:apps/v1:DaemonSet");
    const { name, namespace } = inputs.metadata;
    assert.deepEqual([name, namespace], ["calico-ebpf-proof", "kube-system"]);
    const { spec } = inputs.spec.template;
    // What the patches say is not the witness's own, or its next change would take it back.
    assert.ok(!("nodeSelector" in spec));
    const [{ image, resources, securityContext, readinessProbe }] = spec.containers;
    assert.equal(image, "mcr.microsoft.com/oss/v2/kubernetes/pause:3.6");
    assert.equal(readinessProbe, undefined);
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
    const other = await declare({ proofImage: digest });
    assert.equal(other.named("net-proof-witness").inputs.spec.template.spec.containers[0].image, digest);
    assert.match(
      other.named("net-proof").inputs.metadata.annotations["aks-calico-ebpf/proof"],
      new RegExp(`${digest}$`),
      "another image is waited for",
    );
  });

  it("asks beside kube-proxy before that goes, and where Felix answers afterwards", async () => {
    const recording = await declare({}, calico("3.31.2"));
    const besides = recording.named("net-proof-beside-kube-proxy");
    assert.deepEqual(besides.inputs.spec, asks(10258));
    assert.deepEqual(besides.ignoreChanges, ["spec"], "the next update must not ask there again");
    assert.deepEqual(recording.named("net-proof").inputs.spec, asks(10256));
    for (const name of ["net-proof-beside-kube-proxy", "net-proof"]) {
      const { inputs, retainOnDelete } = recording.named(name);
      assert.equal(retainOnDelete, true, name);
      assert.equal(inputs.metadata.annotations["pulumi.com/timeoutSeconds"], "1800", name);
      assert.equal(inputs.metadata.annotations["pulumi.com/waitFor"], "", name);
    }
    const same = await declare({ felix: { bpfKubeProxyHealthzPort: 10258 } }, calico("3.31.2"));
    assert.deepEqual(same.named("net-proof-beside-kube-proxy").inputs.spec, asks(10259));
    assert.equal(same.named("net-felix-beside-kube-proxy").inputs.spec.bpfKubeProxyHealthzPort, 10259);
    // As where the layers' state was lost.
    const off = await declare({}, calico("3.31.2", { status: { desiredNumberScheduled: 0 } }));
    assert.deepEqual(off.named("net-proof-beside-kube-proxy").inputs.spec, asks(10256));
  });

  for (const [what, args, version, spec] of [
    ["kube-proxy is kept", { kubeProxy: "Keep" }, "3.31.2", asks(10258)],
    ["the port is another one", { felix: { bpfKubeProxyHealthzPort: 10300 } }, "3.31.2", asks(10300)],
    ["there is no port", { felix: { bpfKubeProxyHealthzPort: 0 } }, "3.32.2", asks(1, nowhere)],
    ["Calico is older", {}, "3.30.4", asks(10256, nowhere)],
    ["Calico is just new enough", {}, "3.30.5", asks(10256)],
  ] as [string, Partial<CalicoEbpfDataplaneArgs>, string, object][])
    it(`asks so where ${what}`, async () =>
      assert.deepEqual((await declare(args, calico(version))).named("net-proof").inputs.spec, spec));

  it("on the way back waits until nobody answers, unless a kube-proxy runs that would", async () => {
    for (const [desired, waitFor] of [
      [0, "jsonpath={.status.numberReady}=0"],
      [3, ""],
    ] as const) {
      const seen = { status: { desiredNumberScheduled: desired } };
      const recording = await declare(
        { dataplane: "Iptables" },
        {
          state: live(byAks, {
            "net-kube-proxy-seen": seen,
            "net-kube-proxy": { status: { desiredNumberScheduled: 3 } },
          }),
        },
      );
      const left = recording.named("net-proof-left-to-kube-proxy");
      assert.equal(left.inputs.metadata.annotations["pulumi.com/waitFor"], waitFor);
      assert.equal(left.inputs.spec, undefined);
      assert.deepEqual(left.ignoreChanges, ["metadata.annotations"]);
      const over = recording.named("net-proof-over");
      assert.deepEqual(over.inputs.spec, { template: { spec: { nodeSelector: nowhere } } });
    }
  });

  it("is left out where it is not wanted, in either direction", async () => {
    for (const dataplane of ["Ebpf", "Iptables"] as const) {
      const layers = layersOf(await declare({ proof: false, dataplane }));
      assert.deepEqual(
        layers.filter((name) => name.startsWith("proof")),
        [],
      );
    }
  });

  it("looks at kube-proxy anew where what becomes of it, or the proof, is another one", async () => {
    const mark = async (args: Partial<CalicoEbpfDataplaneArgs>) =>
      (await declare(args)).named("net-kube-proxy-seen").inputs.metadata.annotations["aks-calico-ebpf/seen"];
    const marks = await Promise.all([{}, { kubeProxy: "Keep" as const }, { proof: false }].map(mark));
    assert.equal(new Set(marks).size, 3, marks.join(", "));
  });
});
