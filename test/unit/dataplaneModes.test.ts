// What each mode declares: which Calico, with which kube-proxy, on which data plane.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CalicoEbpfDataplaneArgs } from "../../components";
import { byAks, chainOf, declare, layersOf, live, podSpec } from "./declare";
import type { RecordOptions } from "./record";

const cni = { mode: "CalicoCni", podCidr: "10.244.0.0/16" } as const;
const self = { mode: "SelfManaged" } as const;

const endpoint = ["endpoint-found", "endpoint"];
const installed = ["namespace-found", "namespace", ...endpoint, "operator"];
const found = ["calico-found", ...endpoint, "endpoint-in-calico-node"];
const gate = ["felix", "switch-acknowledged"];
const rules = ["felix-and-kube-proxy", "felix-healthz-port"];
const beside = {
  Disable: ["kube-proxy-seen", "felix-beside-kube-proxy", "felix-healthz-port"],
  Keep: ["kube-proxy-seen", ...rules, "kube-proxy"],
  Absent: rules,
};
const end = { Disable: ["kube-proxy", "felix-and-kube-proxy", "kube-proxy-still-off"], Keep: [], Absent: [] };

/** Every combination that is allowed, with the names of its layers in order. */
function combinations(): [title: string, args: Partial<CalicoEbpfDataplaneArgs>, names: string[]][] {
  const calico = [
    ["AzureManaged", { mode: "AzureManaged" }, found, "dataplane-switch"],
    ["SelfManaged", self, installed, "installation"],
    ["CalicoCni", cni, installed, "installation"],
    ["SelfManaged, existing", { ...self, calico: { existing: true } }, found, "dataplane-switch"],
    ["CalicoCni, existing", { mode: "CalicoCni", calico: { existing: true } }, found, "dataplane-switch"],
  ] as const;
  return calico.flatMap(([mode, args, before, switched]) =>
    (["Disable", "Keep", "Absent"] as const).flatMap((kubeProxy) => {
      if (kubeProxy === "Absent" && !mode.startsWith("CalicoCni")) return [];
      const there = [
        ...before,
        ...beside[kubeProxy],
        switched,
        ...gate,
        "ebpf-rolled-out",
        "witness",
        "proof",
        ...end[kubeProxy],
        "ready",
      ];
      const parts =
        kubeProxy === "Absent" ? [] : ["kube-proxy-seen", "witness", ...rules, "felix-follows", "kube-proxy"];
      const back = [...before, ...parts, switched, ...gate, "iptables-rolled-out", "proof", "ready"];
      const one = (dataplane: "Ebpf" | "Iptables", names: string[]) =>
        [`${mode}, ${kubeProxy}, ${dataplane}`, { ...args, kubeProxy, dataplane }, names] as ReturnType<
          typeof combinations
        >[number];
      return kubeProxy === "Absent" ? [one("Ebpf", there)] : [one("Ebpf", there), one("Iptables", back)];
    }),
  );
}

describe("the modes of CalicoEbpfDataplane", () => {
  for (const [title, args, names] of combinations()) {
    it(`${title}: its layers, one after the other`, async () => {
      const recording = await declare(args, { state: live(args.mode === "AzureManaged" ? byAks : {}) });
      assert.deepEqual(layersOf(recording), names);
      names.forEach((name, index) => {
        const layer = recording.named(`net-${name}`);
        const before = index === 0 ? [] : [`net-${names[index - 1]}`];
        const ofCalico = /^felix(?!-follows)/.test(name) || (name === "proof" && args.dataplane === "Ebpf");
        if (ofCalico && names.includes("endpoint-in-calico-node")) before.push("net-endpoint-in-calico-node");
        // The proof is asked again of another generation.
        if (name === "proof" && args.dataplane === "Ebpf") before.push("net-switch-acknowledged");
        // It moves away from where the witness asks.
        if (name === "felix-healthz-port" && args.dataplane === "Iptables") before.push("net-witness");
        assert.deepEqual(chainOf(layer), [...new Set(before)].sort(), name);
        assert.equal(layer.provider, "cluster", name);
        assert.deepEqual(layer.timeouts, { create: "", update: "", delete: "" }, name);
      });
    });
  }

  it("speaks the API that calico-node is told, and the operator of ours", async () => {
    const [v1, v3] = ["crd.projectcalico.org/v1", "projectcalico.org/v3"];
    const env = [{ name: "CALICO_API_GROUP", value: v3 }];
    const calicoNode = podSpec({ name: "calico-node", env });
    const deny = { defaultDeny: {} };
    const found = { state: live(byAks, { "net-endpoint-in-calico-node": calicoNode }) };
    for (const [api, args, options] of [
      [v1, {}, undefined],
      [v3, {}, found],
      [v1, self, undefined],
      [v3, { ...self, calico: { values: { tigeraOperator: { env } } } }, undefined],
    ] as [string, Partial<CalicoEbpfDataplaneArgs>, RecordOptions | undefined][]) {
      const recording = await declare({ ...args, ...deny }, options);
      const its = recording.resources.filter(({ type }) => type.includes(":crd.projectcalico.org/v1:"));
      assert.deepEqual([...new Set(its.map(({ inputs }) => inputs.apiVersion))], [api]);
      assert.equal(its.length, 5);
      const release = recording.resources.find(({ name }) => name === "net-operator");
      const told = [{ name: "CALICO_API_GROUP", value: api }];
      if (release) assert.deepEqual(release.inputs.values.tigeraOperator.env, told);
    }
  });

  it("asks for Azure's addresses in SelfManaged, and for a VXLAN pool of its own in CalicoCni", async () => {
    const installation = async (args: Partial<CalicoEbpfDataplaneArgs>) =>
      (await declare(args)).named("net-installation");
    const azure = await installation({ ...self, rollout: { maxUnavailable: "25%" } });
    assert.equal(azure.type, "kubernetes:operator.tigera.io/v1:Installation");
    assert.deepEqual(azure.inputs.metadata, {
      name: "default",
      annotations: {
        "pulumi.com/patchForce": "true",
        "pulumi.com/timeoutSeconds": "1800",
        // In the foreground its deletion would hang.
        "pulumi.com/deletionPropagationPolicy": "background",
      },
    });
    const common = (about: string) => ({
      kubernetesProvider: "AKS",
      // Another endpoint, version or pace is another generation, of which the gate hears.
      calicoNodeDaemonSet: { metadata: { annotations: { "aks-calico-ebpf/switch": about } } },
      controlPlaneTolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
      kubeletVolumePluginPath: "None",
    });
    assert.deepEqual(azure.inputs.spec, {
      ...common("aks.example.net:443/BPF/3.32.2/25%"),
      cni: { type: "AzureVNET" },
      calicoNetwork: { linuxDataplane: "BPF", bgp: "Disabled" },
      nodeUpdateStrategy: { rollingUpdate: { maxUnavailable: "25%" } },
    });
    const later = { ...cni, podCidr: pulumi.output("10.244.0.0/16") };
    for (const args of [cni, later]) {
      assert.deepEqual((await installation({ ...args, dataplane: "Iptables" })).inputs.spec, {
        ...common("aks.example.net:443/Iptables/3.32.2"),
        cni: { type: "Calico" },
        calicoNetwork: {
          linuxDataplane: "Iptables",
          bgp: "Disabled",
          ipPools: [
            {
              name: "default-ipv4-ippool",
              cidr: "10.244.0.0/16",
              encapsulation: "VXLAN",
              natOutgoing: "Enabled",
              nodeSelector: "all()",
              blockSize: 26,
              disableBGPExport: false,
              disableNewAllocations: false,
              allowedUses: ["Workload", "Tunnel"],
              assignmentMode: "Automatic",
            },
          ],
        },
      });
    }
  });

  it("fits Felix's fields to the chart that it installs", async () => {
    const felix = async (args: Partial<CalicoEbpfDataplaneArgs>) => {
      const recording = await declare(args);
      return ["healthz-port", "and-kube-proxy"].map(
        (name) => recording.named(`net-felix-${name}`).inputs.spec,
      );
    };
    const cleanup = { bpfKubeProxyIptablesCleanupEnabled: true };
    assert.deepEqual(await felix({ ...self, calico: { version: "3.28.0" } }), [{}, cleanup]);
    assert.deepEqual(await felix({ ...cni, kubeProxy: "Absent" }), [
      { bpfKubeProxyHealthzPort: 10256 },
      cleanup,
    ]);
  });

  it("patches the roll-out's pace into an Installation that it found, before anything rolls", async () => {
    const recording = await declare({ rollout: { maxUnavailable: 3 } });
    assert.deepEqual(layersOf(recording).slice(0, 3), ["calico-found", "rollout-strategy", "endpoint-found"]);
    const pace = recording.named("net-rollout-strategy");
    assert.deepEqual(pace.inputs.spec, { nodeUpdateStrategy: { rollingUpdate: { maxUnavailable: 3 } } });
    assert.deepEqual(pace.dependsOn, ["net-calico-found"]);
    // Given up, it would leave a null that the API server refuses.
    assert.equal(pace.retainOnDelete, true);
    assert.deepEqual(recording.named("net-endpoint-found").dependsOn, ["net-rollout-strategy"]);
  });

  it("touches nothing where the Calico that it finds is another's", async () => {
    await assert.rejects(declare({}, { state: live({}) }), (error: Error) => {
      assert.match(
        error.message,
        /mode: is AzureManaged, and the Calico of this cluster is not AKS's add-on/,
      );
      assert.match(error.message, /existing: true[\s\S]*docs\/modes\.md/);
      return true;
    });
    const mine = { ...self, calico: { existing: true } };
    await assert.rejects(
      declare(mine, { state: live(byAks) }),
      /mode: is SelfManaged, and the Calico of this cluster is AKS's own[\s\S]*write: AzureManaged[\s\S]*docs\/modes\.md/,
    );
    // A preview reads nothing, so it goes on.
    await declare(mine, { state: live(byAks), preview: true });
  });

  it("does not take kube-proxy away, nor keep it, where it is not in iptables mode", async () => {
    const started = (command: string[]) =>
      live({}, { "net-kube-proxy-seen": podSpec({ name: "kube-proxy", command }) });
    const ways = [
      ["kube-proxy", "--proxy-mode=ipvs"],
      ["kube-proxy", "--proxy-mode", "ipvs", "--v=3"],
      ["/bin/sh", "-c", "exec kube-proxy --proxy-mode='nftables'"],
    ];
    for (const words of ways) {
      for (const args of [self, { ...self, kubeProxy: "Keep" as const }]) {
        await assert.rejects(
          declare(args, { state: started(words) }),
          /kubeProxy: is (Disable|Keep), and kube-proxy of this cluster runs in mode (ipvs|nftables)[\s\S]*--kube-proxy-config/,
          words.join(" "),
        );
      }
      // The way back leaves kube-proxy as it is.
      await declare({ ...self, dataplane: "Iptables" }, { state: started(words) });
    }
    await declare(self, { state: started(["kube-proxy", "--proxy-mode=iptables"]) });
  });

  it("refuses a cluster whose operator is older than the switch, before kube-proxy goes", async () => {
    const image = (version: string) => {
      const container = { name: "calico-node", image: `mcr.microsoft.com/oss/calico/node:v${version}` };
      return live(byAks, { "net-endpoint-in-calico-node": podSpec(container) });
    };
    await assert.rejects(
      declare({}, { state: image("3.26.4") }),
      /opts\.provider: leads to a cluster that runs Calico 3\.26\.4[\s\S]*legacy[\s\S]*3\.28\.0 or newer/,
    );
    await declare({}, { state: image("3.28.0") });
  });
});
