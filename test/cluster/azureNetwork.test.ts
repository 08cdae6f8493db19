import assert from "node:assert/strict";
import { releaseAnnotation } from "../../rehearsal/calicoOperator/releases";
import type { LocalClusters } from "../../rehearsal/clusters";
import type { Api } from "../../rehearsal/controlPlane/api";
import { until } from "../../rehearsal/system/wait";
import { installChart, installation, urls as more } from "./chart";
import { Bench, environment, firstBuildMs, gone, healthy, quiet, spec, urls } from "./support";

describe("cluster: Calico installed by somebody, on Azure's network", function () {
  this.timeout(60_000);
  const bench = new Bench();
  const name = "azure";
  let host: LocalClusters;
  let api: Api;

  before(async function () {
    this.timeout(firstBuildMs);
    host = bench.host({ statusLagSeconds: 0.3, addonSeconds: 1 });
    await host.create({ ...spec(name), calico: false }, quiet);
    api = bench.api(host, name);
    await installChart(api, { annotations: { [releaseAnnotation]: "v3.32.2" } });
  });
  after(() => bench.cleanUp());

  const settled = () =>
    until(
      "conditions of the last generation",
      async () => {
        const [one, tigera] = await Promise.all([api.get(urls.installation), api.get(urls.tigera)]);
        return (one && tigera && healthy(tigera, one.metadata.generation!)) || undefined;
      },
      { seconds: 20 },
    );
  const install = (more_: object = {}) =>
    api.create(
      more.installations,
      installation({
        cni: { type: "AzureVNET" },
        calicoNetwork: { linuxDataplane: "BPF", bgp: "Disabled" },
        ...more_,
      }),
    );
  const nodeTemplate = async () => (await api.get(urls.calicoNode))!.spec.template.spec;

  it("is ready with kube-proxy and CoreDNS, and nobody's Calico", async () => {
    assert.equal((await api.get(urls.kubeProxy))!.status.numberAvailable, 3);
    assert.ok((await api.get(more.coreDns))!.status.availableReplicas > 0);
    assert.equal(await api.get(urls.installation), undefined);
    assert.equal(await api.get("/api/v1/namespaces/calico-system"), undefined);
  });

  it("is BPF from birth, leaves the network to Azure, and has the release that the chart stands for", async () => {
    await install();
    await settled();
    assert.equal((await api.get(urls.felix))!.spec.bpfEnabled, true);
    const node = (await api.get(urls.calicoNode))!;
    const { initContainers, containers } = node.spec.template.spec;
    assert.deepEqual(
      initContainers.map(({ name }: any) => name),
      ["ebpf-bootstrap"],
    );
    assert.equal(containers[0].image, "quay.io/calico/node:v3.32.2");
    assert.equal(environment(node, "CALICO_MANAGE_CNI"), "false");
    assert.equal(environment(node, "CALICO_NETWORKING_BACKEND"), "none");
    assert.equal(await api.get(more.cniConfig), undefined);
    assert.deepEqual(await api.list("/apis/crd.projectcalico.org/v1/ippools"), []);
    const { spec, status } = (await api.get(urls.installation))!;
    assert.equal(spec.cni.ipam.type, "AzureVNET");
    assert.deepEqual(spec.calicoNetwork.nodeAddressAutodetectionV4, { firstFound: true });
    assert.equal(status.calicoVersion, "v3.32.2");
  });

  it("takes a field of that release under server-side apply", async () => {
    const settings = { bpfKubeProxyHealthzPort: 10256, bpfMaglevMaxServices: 100 };
    const felix = await api.apply(
      urls.felix,
      {
        apiVersion: "crd.projectcalico.org/v1",
        kind: "FelixConfiguration",
        metadata: { name: "default" },
        spec: settings,
      },
      "ours",
    );
    assert.equal(felix.spec.bpfKubeProxyHealthzPort, 10256);
    assert.equal(felix.spec.bpfEnabled, true, "the operator's stays");
  });

  it("goes back to iptables and forth again", async () => {
    for (const [linuxDataplane, enabled] of [
      ["Iptables", false],
      ["BPF", true],
    ] as const) {
      await api.patch(urls.installation, "merge", { spec: { calicoNetwork: { linuxDataplane } } });
      await settled();
      assert.equal((await api.get(urls.felix))!.spec.bpfEnabled, enabled);
      const [{ command }] = (await nodeTemplate()).initContainers;
      assert.deepEqual(
        command,
        enabled ? ["calico-node", "-init"] : ["calico-node", "-init", "-best-effort"],
      );
    }
  });

  it("can be deleted and installed again at once, the other data plane included", async () => {
    await api.delete(urls.installation, { propagationPolicy: "Background" });
    await gone(api, urls.installation, 10);
    await install({ calicoNetwork: { linuxDataplane: "Iptables", bgp: "Disabled" } });
    await settled();
    const [owner] = (await api.get("/api/v1/namespaces/calico-system"))!.metadata.ownerReferences;
    assert.equal(owner.uid, (await api.get(urls.installation))!.metadata.uid, "owned by the new one");
    const binding = (await api.get(more.binding))!;
    assert.deepEqual(binding.metadata.finalizers, ["tigera.io/cni-protector"]);
    assert.equal((await api.get(urls.felix))!.spec.bpfEnabled, false);
  });

  it("takes nothing of a new operator's that the old one has read", async () => {
    const endpoint = { KUBERNETES_SERVICE_HOST: spec(name).fqdn, KUBERNETES_SERVICE_PORT: "443" };
    const metadata = { name: "kubernetes-services-endpoint" };
    await api.create(urls.endpoint.replace(/\/[^/]+$/, ""), { metadata, data: endpoint });
    const hostIs = (wanted: string) =>
      until(
        `calico-node to look for the API server at ${wanted}`,
        async () =>
          environment((await api.get(urls.calicoNode))!, "KUBERNETES_SERVICE_HOST") === wanted || undefined,
        { seconds: 10 },
      );
    await hostIs(spec(name).fqdn);
    await api.delete(urls.endpoint);
    const scale = (replicas: number) => api.patch(more.operator, "merge", { spec: { replicas } });
    await scale(0);
    await until("no operator", async () => !(await api.get(more.operator))!.status?.replicas || undefined, {
      seconds: 10,
    });
    await scale(1);
    await hostIs("10.0.0.1");
  });
});
