import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfDataplane } from "../../components";
import { byAks, chainOf, declare, host, layersOf, live, newDataplane } from "./declare";
import { record, valueOf } from "./record";

const force = { "pulumi.com/patchForce": "true" };
const owner = { ...force, "pulumi.com/patchFieldManager": "aks-calico-ebpf" };
/** A mark that says that this very write is there, and the conditions behind it. */
const waits = (mark: string, value: string, ...conditions: string[]) => ({
  [`aks-calico-ebpf/${mark}`]: `${value}/1800s`,
  "pulumi.com/waitFor": JSON.stringify([
    `jsonpath={.metadata.annotations['aks-calico-ebpf/${mark}']}=${value}/1800s`,
    ...conditions,
  ]),
});
const felixMark = (recording: Awaited<ReturnType<typeof declare>>): string =>
  recording.named("net-felix").inputs.metadata.annotations["aks-calico-ebpf/felix"].replace("/1800s", "");
/** What the switch is about, and the same with its id. */
const words = `${host}:443/BPF`;
const about = `${words}/x7k2p9`;
const notAwaited = { "pulumi.com/skipAwait": "true" };
const beside = { bpfKubeProxyIptablesCleanupEnabled: false };
const alone = { bpfKubeProxyIptablesCleanupEnabled: true };
const within = { "pulumi.com/timeoutSeconds": "1800" };

describe("CalicoEbpfDataplane", () => {
  it("declares the layers in this order, each waiting for the one before, all by the provider that was given", async () => {
    const recording = await declare({});
    const chain = recording.resources.filter((r) => r.type.startsWith("kubernetes:"));
    assert.deepEqual(
      chain.map((r) => [r.type, r.name]),
      [
        ["kubernetes:operator.tigera.io/v1:InstallationPatch", "net-calico-found"],
        ["kubernetes:core/v1:ConfigMapPatch", "net-endpoint-found"],
        ["kubernetes:core/v1:ConfigMapPatch", "net-endpoint"],
        ["kubernetes:apps/v1:DaemonSetPatch", "net-endpoint-in-calico-node"],
        ["kubernetes:apps/v1:DaemonSetPatch", "net-kube-proxy-seen"],
        ["kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch", "net-felix-beside-kube-proxy"],
        ["kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch", "net-felix-healthz-port"],
        ["kubernetes:operator.tigera.io/v1:InstallationPatch", "net-dataplane-switch"],
        ["kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch", "net-felix"],
        ["kubernetes:operator.tigera.io/v1:InstallationPatch", "net-switch-acknowledged"],
        ["kubernetes:operator.tigera.io/v1:TigeraStatusPatch", "net-ebpf-rolled-out"],
        ["kubernetes:apps/v1:DaemonSet", "net-witness"],
        ["kubernetes:apps/v1:DaemonSetPatch", "net-proof"],
        ["kubernetes:apps/v1:DaemonSetPatch", "net-kube-proxy"],
        ["kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch", "net-felix-and-kube-proxy"],
        ["kubernetes:apps/v1:DaemonSetPatch", "net-kube-proxy-still-off"],
        ["kubernetes:operator.tigera.io/v1:InstallationPatch", "net-ready"],
      ],
    );
    chain.forEach((layer, index) => {
      const before = index === 0 ? [] : [chain[index - 1].name];
      // Calico's version, which decides on its fields, and its API are read from calico-node.
      if (/^net-(felix|proof)/.test(layer.name)) before.push("net-endpoint-in-calico-node");
      // The proof is asked again of another generation; what is written first depends on whether kube-proxy runs.
      if (layer.name === "net-proof") before.push("net-switch-acknowledged");
      assert.deepEqual(chainOf(layer), before.sort(), layer.name);
      assert.equal(layer.parent, "net", layer.name);
      assert.equal(layer.provider, "cluster", layer.name);
      assert.equal(layer.deletedWith, "", layer.name);
      // An option would take precedence over the annotation.
      assert.deepEqual(layer.timeouts, { create: "", update: "", delete: "" }, layer.name);
    });
  });

  it("writes exactly this", async () => {
    const recording = await declare({});
    const inputs = (name: string) => {
      const { apiVersion: _apiVersion, kind: _kind, ...rest } = recording.named(name).inputs;
      return rest;
    };
    assert.deepEqual(inputs("net-calico-found"), {
      metadata: {
        name: "default",
        annotations: {
          ...force,
          ...within,
          ...waits("mode", "AzureManaged", "jsonpath={.status.calicoVersion}"),
        },
      },
      spec: { cni: {} },
    });
    const component = { "aks-calico-ebpf/component": "aks-calico-ebpf:index:CalicoEbpfDataplane::net" };
    const endpoint = (annotation: string, by: object) => ({
      name: "kubernetes-services-endpoint",
      namespace: "tigera-operator",
      annotations: { ...by, [`aks-calico-ebpf/${annotation}`]: `${host}:443` },
    });
    assert.deepEqual(inputs("net-endpoint-found"), { metadata: endpoint("endpoint-wanted", force) });
    assert.deepEqual(inputs("net-endpoint"), {
      metadata: endpoint("endpoint-written", { ...owner, ...component }),
      data: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: "443" },
    });
    assert.deepEqual(inputs("net-endpoint-in-calico-node"), {
      metadata: {
        name: "calico-node",
        namespace: "calico-system",
        annotations: {
          ...force,
          ...within,
          ...waits(
            "endpoint",
            words,
            `jsonpath={.spec.template.spec.containers[?(@.name=="calico-node")].env[?(@.name=="KUBERNETES_SERVICE_HOST")].value}=${host}`,
          ),
        },
      },
    });
    assert.deepEqual(inputs("net-kube-proxy-seen"), {
      metadata: {
        name: "kube-proxy",
        namespace: "kube-system",
        annotations: {
          ...force,
          ...notAwaited,
          "aks-calico-ebpf/seen": words,
        },
      },
    });
    assert.deepEqual(inputs("net-kube-proxy"), {
      metadata: { name: "kube-proxy", namespace: "kube-system", annotations: { ...owner, ...within } },
      spec: { template: { spec: { nodeSelector: { "aks-calico-ebpf/kube-proxy": "off" } } } },
    });
    assert.deepEqual(recording.named("net-kube-proxy").ignoreChanges, [
      'metadata.annotations["pulumi.com/timeoutSeconds"]',
    ]);
    assert.deepEqual(inputs("net-dataplane-switch"), {
      metadata: { name: "default", annotations: { ...owner, ...notAwaited } },
      spec: { calicoNetwork: { linuxDataplane: "BPF" } },
    });
    assert.deepEqual(inputs("net-felix"), {
      metadata: {
        name: "default",
        annotations: {
          ...owner,
          ...within,
          ...waits("felix", felixMark(recording), "jsonpath={.spec.bpfEnabled}=true"),
        },
      },
      spec: {},
    });
    const named = { metadata: { name: "default", annotations: { ...force, ...notAwaited } } };
    assert.deepEqual(inputs("net-felix-beside-kube-proxy"), { ...named, spec: beside });
    assert.deepEqual(recording.named("net-felix-beside-kube-proxy").ignoreChanges, ["spec"]);
    assert.deepEqual(inputs("net-felix-healthz-port"), {
      ...named,
      spec: { bpfKubeProxyHealthzPort: 10258 },
    });
    assert.deepEqual(recording.named("net-felix-healthz-port").ignoreChanges, []);
    assert.deepEqual(inputs("net-felix-and-kube-proxy"), { ...named, spec: alone });
    assert.deepEqual(inputs("net-switch-acknowledged"), {
      metadata: {
        name: "default",
        annotations: { ...force, ...notAwaited, "aks-calico-ebpf/acknowledged": about },
      },
    });
    assert.deepEqual(inputs("net-kube-proxy-still-off"), {
      metadata: {
        name: "kube-proxy",
        namespace: "kube-system",
        annotations: {
          ...force,
          ...within,
          ...waits("looked-again", about, "jsonpath={.status.desiredNumberScheduled}=0"),
        },
      },
    });
  });

  it("waits for conditions about the generation that was acknowledged", async () => {
    const { metadata } = (await declare({})).named("net-ebpf-rolled-out").inputs;
    assert.equal(metadata.name, "calico");
    assert.equal(metadata.annotations["pulumi.com/timeoutSeconds"], "1800");
    assert.deepEqual(JSON.parse(metadata.annotations["pulumi.com/waitFor"]), [
      `jsonpath={.metadata.annotations['aks-calico-ebpf/ebpf-rolled-out']}=${about}/1800s`,
      'jsonpath={.status.conditions[?(@.type=="Available" && @.observedGeneration>6)]}',
      'jsonpath={.status.conditions[?(@.type=="Progressing" && @.observedGeneration>6)]}',
      "condition=Available",
      "condition=Progressing=False",
      "condition=Degraded=False",
    ]);
  });

  it("does not go on without a generation, except in a preview", async () => {
    const state = live(byAks, { "net-switch-acknowledged": { metadata: { generation: undefined } } });
    await assert.rejects(declare({}, { state }), /returned no metadata.generation/);
    const preview = (await declare({}, { state, preview: true })).named("net-ebpf-rolled-out");
    assert.equal(preview.inputs.metadata.name, "calico");
  });

  it("goes back by one word: kube-proxy is ready beside eBPF before the switch", async () => {
    const there = await declare({});
    const back = await declare({ dataplane: "Iptables" });
    assert.deepEqual(layersOf(back), [
      ...layersOf(there).slice(0, layersOf(there).indexOf("felix-beside-kube-proxy")),
      ...["witness", "felix-and-kube-proxy", "felix-healthz-port", "felix-follows", "kube-proxy"],
      ...["dataplane-switch", "felix", "switch-acknowledged", "iptables-rolled-out", "proof", "ready"],
    ]);
    assert.deepEqual(back.named("net-felix-and-kube-proxy").inputs.spec, beside);
    // Felix moves, by which it shows that it follows.
    assert.deepEqual(back.named("net-felix-healthz-port").inputs.spec, { bpfKubeProxyHealthzPort: 10259 });
    assert.equal(back.named("net-kube-proxy").inputs.spec, undefined, "the selector is taken back");
    assert.deepEqual(chainOf(back.named("net-dataplane-switch")), ["net-kube-proxy"]);
    assert.equal(back.named("net-dataplane-switch").inputs.spec.calicoNetwork.linuxDataplane, "Iptables");
    const felix = (recording: typeof back) => recording.named("net-felix").inputs;
    assert.match(felix(back).metadata.annotations["pulumi.com/waitFor"], /\{\.spec\.bpfEnabled\}=false"\]$/);
    assert.notEqual(felixMark(back), felixMark(there), "a new mark for a new wait");
    assert.deepEqual(felix(back).spec, felix(there).spec);
    assert.deepEqual(chainOf(back.named("net-iptables-rolled-out")), ["net-switch-acknowledged"]);
    assert.ok(
      "aks-calico-ebpf/iptables-rolled-out" in
        back.named("net-iptables-rolled-out").inputs.metadata.annotations,
    );
  });

  it("keeps kube-proxy without working against it", async () => {
    const recording = await declare({ kubeProxy: "Keep" });
    const kept = [
      "kube-proxy-seen",
      "felix-and-kube-proxy",
      "felix-healthz-port",
      "kube-proxy",
      "dataplane-switch",
    ];
    assert.deepEqual(layersOf(recording).slice(4, 9), kept);
    assert.deepEqual(recording.named("net-felix-and-kube-proxy").inputs.spec, beside);
    assert.equal(recording.named("net-kube-proxy").inputs.spec, undefined);
  });

  it("takes deletedWith, dependsOn and the time of its waits from its caller", async () => {
    const recording = await record(() => {
      const provider = new Provider("given", { kubeconfig: "{}" });
      const other = new Provider("other", { kubeconfig: "{}" });
      const opts = { provider: undefined, providers: { kubernetes: provider } };
      const more = { deletedWith: provider, dependsOn: [other] };
      newDataplane("net", { rolloutTimeoutMinutes: 90 }, { ...opts, ...more });
    });
    const chain = recording.resources.filter((r) => r.type.startsWith("kubernetes:"));
    for (const layer of chain) {
      assert.equal(layer.deletedWith, "given", layer.name);
      assert.equal(layer.provider, "given", layer.name);
      const annotations = layer.inputs.metadata.annotations ?? {};
      if ("pulumi.com/waitFor" in annotations)
        assert.equal(annotations["pulumi.com/timeoutSeconds"], "5400", layer.name);
    }
    assert.deepEqual(chain[0].dependsOn, ["other"]);
  });

  it("reports what the cluster says", async () => {
    const recording = await record(async () => {
      const net = newDataplane("net", { apiServerPort: 6443 });
      return Promise.all(
        [net.linuxDataplane, net.bpfEnabled, net.calicoVersion, net.endpoint].map(valueOf<any>),
      );
    });
    assert.deepEqual(recording.result, ["BPF", true, "v3.31.2", `${host}:6443`]);
  });

  it("refuses the caller's own kubeconfig, and takes a parent's provider", async () => {
    await assert.rejects(
      record(() => new CalicoEbpfDataplane("net", { apiServerHost: host })),
      /opts\.provider: is missing[\s\S]*kubeconfig of the caller[\s\S]*new k8s\.Provider/,
    );
    const recording = await record(() => {
      const provider = new Provider("cluster", { kubeconfig: "{}" });
      const parent = new pulumi.ComponentResource(
        "test:index:Parent",
        "parent",
        {},
        { providers: [provider] },
      );
      new CalicoEbpfDataplane("net", { apiServerHost: host }, { parent });
    });
    assert.equal(recording.named("net-felix").provider, "cluster");
  });
});
