import assert from "node:assert/strict";
import { fillDefaults } from "../../rehearsal/calicoOperator/defaults";
import { poolDefaults, poolError } from "../../rehearsal/calicoOperator/ipPools";
import { releaseAnnotation, releaseOf } from "../../rehearsal/calicoOperator/releases";
import { invalid } from "../../rehearsal/calicoOperator/validate";
import { addons } from "../../rehearsal/aks/manifests";
import { calicoCrds } from "../../rehearsal/aks/crds";
import { firstBuildMs, spec } from "./support";

const deployment = (image: string, annotations?: object) => ({
  metadata: { name: "tigera-operator" },
  spec: { template: { metadata: { annotations }, spec: { containers: [{ image }] } } },
});

describe("cluster: what an operator installs", () => {
  for (const [image, release] of [
    ["quay.io/tigera/operator:v1.34.13", "3.28.5"],
    ["mcr.microsoft.com/oss/v2/tigera/operator:v1.40.2", "3.31.2"],
    ["registry:5000/tigera/operator:v1.42.4", "3.32.1"],
    ["quay.io/tigera/operator:v1.42.9", "3.32.1"],
    ["quay.io/tigera/operator:v1.99.0", undefined],
    ["registry:5000/tigera/operator", undefined],
    ["quay.io/tigera/operator@sha256:0123", undefined],
  ] as const) {
    it(`${image}: ${release}`, () => assert.equal(releaseOf(deployment(image)), release));
  }

  it("goes by the annotation before the image, which our stand-in charts bear", () => {
    const annotations = { [releaseAnnotation]: "v3.32.2" };
    assert.equal(releaseOf(deployment("quay.io/tigera/operator:v1.34.13", annotations)), "3.32.2");
  });

  it("has CRDs for it, with every field that came until then", async function () {
    this.timeout(firstBuildMs);
    const fields = async (version: string) => {
      const crds = await calicoCrds(() => undefined, version);
      const felix = crds.find(({ metadata }) => metadata.name.startsWith("felixconfigurations"))!;
      return Object.keys(felix.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties);
    };
    const [today, then] = [await fields("3.32.2"), await fields("3.28.5")];
    for (const field of ["bpfKubeProxyHealthzPort", "bpfMapSizeConntrackScaling", "bpfMaglevMaxServices"]) {
      assert.ok(today.includes(field), field);
      assert.ok(!then.includes(field), field);
    }
  });
});

describe("cluster: what AKS brings", () => {
  const names = (more: object) =>
    addons("v1.35.4", { ...spec("x"), ...more }).map(({ metadata }) => metadata.name);
  const all = ["kube-proxy", "coredns", "tigera-operator", "tigera-operator", "default"];

  it("nothing of Calico's without its add-on, no kube-proxy where it was left out", () => {
    assert.deepEqual(names({}), all);
    assert.deepEqual(names({ calico: false }), all.slice(0, 2));
    assert.deepEqual(names({ calico: false, kubeProxy: false }), ["coredns"]);
  });
});

describe("cluster: what the operator refuses", () => {
  const aks = (more: object) => fillDefaults({ kubernetesProvider: "AKS", ...more }, []);
  const pool = (encapsulation?: string) => ({ cidr: "10.244.0.0/16", encapsulation });
  const azure = (network: object) => ({ calicoNetwork: network });
  const calico = (encapsulation: string) => ({
    cni: { type: "Calico" },
    calicoNetwork: { bgp: "Disabled", ipPools: [pool(encapsulation)] },
  });
  const eks = { kubernetesProvider: "EKS", cni: { type: "AzureVNET" } };
  const ipam = { cni: { type: "AzureVNET", ipam: { type: "Calico" } } };
  const cases: [string, object, string | undefined][] = [
    ["nothing about AzureVNET as AKS has it", azure({ ipPools: [] }), undefined],
    ["nothing about Calico's CNI with VXLAN and no BGP", calico("VXLAN"), undefined],
    ["IPIP without BGP", calico("IPIP"), "IPIP encapsulation requires that BGP is enabled"],
    ["no encapsulation", calico("None"), "Unencapsulated IP pools require that BGP is enabled"],
    ["VXLAN on Azure's network", azure({ ipPools: [pool("VXLAN")] }), "VXLAN is invalid for ipPool"],
    ["BGP there", azure({ bgp: "Enabled", ipPools: [pool()] }), "BGP is not supported when using non-"],
    [
      "that network elsewhere",
      eks,
      "spec.kubernetesProvider EKS is not compatible with spec.cni.type AzureVNET",
    ],
    ["Calico's IPAM there", ipam, "spec.cni.ipam.type Calico is not compatible with spec.cni.type AzureVNET"],
    ["host ports there", azure({ hostPorts: "Enabled" }), "spec.calicoNetwork.hostPorts is supported only"],
  ];
  for (const [what, given, says] of cases) {
    it(what, () => {
      const answer = invalid(aks(given));
      assert.equal(says === undefined ? answer : answer?.slice(0, says.length), says);
    });
  }

  it("fills in a pool as the operator does, and takes over the name of one that is there", () => {
    const vxlan = aks(calico("VXLAN"));
    const defaults = { allowedUses: ["Workload", "Tunnel"], natOutgoing: "Enabled", nodeSelector: "all()" };
    const filled = { ...pool("VXLAN"), ...defaults, blockSize: 26, name: "default-ipv4-ippool" };
    assert.deepEqual(poolDefaults(vxlan, []), [filled]);
    const there = { metadata: { name: "mine" }, spec: { cidr: "10.244.0.0/16" } };
    assert.equal(poolDefaults(vxlan, [there])![0].name, "mine");
    assert.deepEqual(poolDefaults(aks({ cni: { type: "Calico" } }), [there]), []);
    assert.equal(poolDefaults(aks({}), []), undefined);
  });

  for (const [what, cidr, blockSize, says] of [
    ["a pool that is no network", "10.244.0.0", 26, /^IP pool CIDR \(10\.244\.0\.0\) is invalid/],
    ["blocks that are too big", "10.244.0.0/16", 19, /^IPv4 pool block size must be greater than 19/],
    ["a pool smaller than one block", "10.244.0.0/27", 26, /^IP pool size is too small/],
  ] as const) {
    it(what, () => {
      const spec = aks({ cni: { type: "Calico" }, calicoNetwork: { ipPools: [{ cidr, blockSize }] } });
      spec.calicoNetwork.ipPools = poolDefaults(spec, []);
      assert.match(poolError(spec) ?? "", says);
    });
  }
});
