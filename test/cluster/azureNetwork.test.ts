import assert from "node:assert/strict";
import fs from "node:fs";
import { releaseAnnotation } from "../../rehearsal/calicoOperator/releases";
import { until } from "../../rehearsal/system/wait";
import { Bench, environment, spec, urls } from "./support";

describe("cluster: Calico installed by somebody, on Azure's network", function () {
  this.timeout(180_000);
  const cluster = new Bench({ ...spec("azure"), calico: false }, { statusLagSeconds: 0.3 });
  const { becomes, get, patch, gone, settled, setDataplane, install } = cluster;

  const bpf = { cni: { type: "AzureVNET" }, calicoNetwork: { linuxDataplane: "BPF", bgp: "Disabled" } };
  before(() => cluster.installChart({ annotations: { [releaseAnnotation]: "v3.32.2" } }));

  it("is ready with kube-proxy and CoreDNS, and nobody's Calico", async () => {
    assert.equal((await get(urls.kubeProxy)).status.numberAvailable, 3);
    assert.ok((await get(urls.coreDns)).status.availableReplicas > 0);
    assert.equal(await cluster.api.get(urls.installation), undefined);
    assert.equal(await cluster.api.get("/api/v1/namespaces/calico-system"), undefined);
  });

  it("is BPF from birth, leaves the network to Azure, and has the release that the chart stands for", async () => {
    await install(bpf);
    await settled();
    assert.equal((await get(urls.felix)).spec.bpfEnabled, true);
    const node = await get(urls.calicoNode);
    const { initContainers, containers } = node.spec.template.spec;
    assert.deepEqual(
      initContainers.map(({ name }: any) => name),
      ["ebpf-bootstrap"],
    );
    assert.equal(containers[0].image, "quay.io/calico/node:v3.32.2");
    assert.equal(environment(node, "CALICO_MANAGE_CNI"), "false");
    assert.equal(environment(node, "CALICO_NETWORKING_BACKEND"), "none");
    assert.equal(await cluster.api.get(urls.cniConfig), undefined);
    assert.deepEqual(await cluster.api.list("/apis/crd.projectcalico.org/v1/ippools"), []);
    const { spec, status } = await get(urls.installation);
    assert.equal(spec.cni.ipam.type, "AzureVNET");
    assert.deepEqual(spec.calicoNetwork.nodeAddressAutodetectionV4, { firstFound: true });
    assert.equal(status.calicoVersion, "v3.32.2");
  });

  it("takes a field of that release under server-side apply", async () => {
    const settings = { bpfKubeProxyHealthzPort: 10256, bpfMaglevMaxServices: 100 };
    const felix = await cluster.apply(urls.felix, "FelixConfiguration", settings);
    assert.equal(felix.spec.bpfKubeProxyHealthzPort, 10256);
    assert.equal(felix.spec.bpfEnabled, true, "the operator's stays");
  });

  it("goes back to iptables and to eBPF again", async () => {
    for (const [linuxDataplane, enabled] of [
      ["Iptables", false],
      ["BPF", true],
    ] as const) {
      await setDataplane(linuxDataplane);
      await settled();
      await becomes(urls.felix, ({ spec }) => spec.bpfEnabled === enabled);
      const [{ command }] = (await get(urls.calicoNode)).spec.template.spec.initContainers;
      assert.equal(command.at(-1), enabled ? "-init" : "-best-effort");
    }
  });

  it("can be deleted and installed again at once, the other data plane included", async () => {
    await cluster.api.delete(urls.installation, { propagationPolicy: "Background" });
    await gone(urls.installation, 30);
    await install({ ...bpf, calicoNetwork: { linuxDataplane: "Iptables", bgp: "Disabled" } });
    await settled();
    const [owner] = (await get("/api/v1/namespaces/calico-system")).metadata.ownerReferences;
    assert.equal(owner.uid, (await get(urls.installation)).metadata.uid, "owned by the new one");
    const binding = await get(urls.binding);
    assert.deepEqual(binding.metadata.finalizers, ["tigera.io/cni-protector"]);
    assert.equal((await get(urls.felix)).spec.bpfEnabled, false);
  });

  it("takes nothing of a new operator's that the old one has read", async () => {
    const endpoint = { KUBERNETES_SERVICE_HOST: cluster.first.fqdn, KUBERNETES_SERVICE_PORT: "443" };
    const metadata = { name: "kubernetes-services-endpoint" };
    await cluster.api.create(urls.endpoints, { metadata, data: endpoint });
    const hostIs = (wanted: string) =>
      becomes(urls.calicoNode, (node) => environment(node, "KUBERNETES_SERVICE_HOST") === wanted);
    await hostIs(cluster.first.fqdn);
    await cluster.api.delete(urls.endpoint);
    const scale = (replicas: number) => patch(urls.operator, { spec: { replicas } });
    const { log } = cluster.host.status("azure")!.components.find(({ name }) => name === "daemon")!;
    const ends = () => fs.readFileSync(log, "utf8").split("operator: does not run any more").length;
    const before = ends();
    await scale(0);
    await becomes(urls.operator, ({ status }) => !status?.replicas);
    // It is one of the operator's rounds that sees it gone.
    await until("the operator to end", async () => ends() > before || undefined, { seconds: 60 });
    await scale(1);
    await hostIs("10.0.0.1");
  });
});
