import assert from "node:assert/strict";
import type { LocalClusters } from "../../rehearsal/clusters";
import type { Api, KubeObject } from "../../rehearsal/controlPlane/api";
import { until } from "../../rehearsal/system/wait";
import { installChart, installation, urls as more } from "./chart";
import {
  becomes,
  Bench,
  condition,
  environment,
  firstBuildMs,
  gone,
  healthy,
  quiet,
  spec,
  urls,
} from "./support";

const pool = { cidr: "10.244.0.0/16", encapsulation: "VXLAN" };

describe("cluster: Calico installed by somebody, on a cluster without a CNI and without kube-proxy", function () {
  this.timeout(60_000);
  const bench = new Bench();
  const name = "cni";
  let host: LocalClusters;
  let api: Api;

  before(async function () {
    this.timeout(firstBuildMs);
    host = bench.host({ statusLagSeconds: 0.3, addonSeconds: 1 });
    const bare = { calico: false, kubeProxy: false, networkPlugin: "none" as const };
    await host.create({ ...spec(name), ...bare }, quiet);
    api = bench.api(host, name);
  });
  after(() => bench.cleanUp());

  // The operator's defaults make further generations: the last one counts.
  const settled = () =>
    until(
      "conditions of the last generation",
      async () => {
        const [one, tigera] = await Promise.all([api.get(urls.installation), api.get(urls.tigera)]);
        return (tigera && healthy(tigera, one!.metadata.generation!)) || undefined;
      },
      { seconds: 20 },
    );
  const degraded = (message: RegExp, url = urls.tigera) =>
    becomes(api, url, `Degraded: ${message}`, (one) =>
      message.test(condition(one, "Degraded")?.message ?? ""),
    );
  const calico = { cni: { type: "Calico" }, calicoNetwork: { bgp: "Disabled", linuxDataplane: "BPF" } };
  const readiness = async () =>
    (await api.list("/api/v1/nodes")).map(
      ({ status }) => status.conditions.find(({ type }: any) => type === "Ready").status,
    );

  it("has nothing of Calico's and no kube-proxy", async () => {
    assert.equal(await api.get(urls.kubeProxy), undefined);
    assert.equal(await api.get("/api/v1/namespaces/tigera-operator"), undefined);
    for (const group of ["operator.tigera.io", "crd.projectcalico.org"])
      assert.equal(await api.get(`/apis/${group}`), undefined, group);
    assert.ok(await api.get(more.coreDns));
  });

  it("keeps its nodes from being ready, tainted, and CoreDNS waiting", async () => {
    const nodes = await until(
      "taints",
      async () => {
        const found = await api.list("/api/v1/nodes");
        const tainted = ({ spec }: KubeObject) =>
          spec.taints?.some(({ key }: any) => key === "node.kubernetes.io/not-ready");
        return found.length === 3 && found.every(tainted) ? found : undefined;
      },
      { seconds: 20 },
    );
    assert.deepEqual(await readiness(), ["False", "False", "False"]);
    const ready = nodes[0].status.conditions.find(({ type }: any) => type === "Ready");
    assert.match(ready.message, /cni plugin not initialized/);
    await host.setPool(name, spec(name).pools[0]);
    const [node] = await api.list("/api/v1/nodes");
    assert.ok(node.spec.taints?.length, "setting a pool takes no taint of Kubernetes' own away");
    assert.equal((await api.get(more.coreDns))!.status?.availableReplicas ?? 0, 0);
  });

  it("does nothing until its operator runs", async () => {
    await installChart(api, { replicas: 0 });
    await api.create(more.installations, installation(calico));
    await api.patch(more.operator, "merge", { metadata: { annotations: { seen: "true" } } });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await api.get(urls.installation))!.metadata.generation, 1);
    assert.equal(await api.get(urls.tigera), undefined);
    await api.patch(more.operator, "merge", { spec: { replicas: 1 } });
    await becomes(api, urls.installation, "defaults", (one) => one.metadata.generation! > 1);
  });

  it("takes IPIP for a pool without encapsulation, and then refuses it without BGP", async () => {
    await degraded(/^Invalid Installation provided: IPIP encapsulation requires that BGP is enabled$/);
    const { spec } = (await api.get(urls.installation))!;
    assert.deepEqual(spec.calicoNetwork.ipPools[0].cidr, "192.168.0.0/16");
    await api.delete(urls.installation);
    await gone(api, urls.installation);
    assert.equal(await api.get("/api/v1/namespaces/calico-system"), undefined, "nothing was made for it");
    // The pool came before the refusal, and it stays: nobody but Calico's own API server takes a pool away.
    await api.delete(more.pool);
  });

  it("says of a pool that cannot be what is wrong, in a status of its own, and waits for it", async () => {
    const small = { ...pool, cidr: "10.244.0.0/28" };
    await api.create(
      more.installations,
      installation({ ...calico, calicoNetwork: { ...calico.calicoNetwork, ipPools: [small] } }),
    );
    await degraded(/^waiting for enabled IP pools to be created: $/);
    await degraded(/^error validating IP pool configuration: IP pool size is too small\./, more.ipPoolStatus);
    assert.equal(await api.get(urls.calicoNode), undefined);
    await api.patch(urls.installation, "merge", { spec: { calicoNetwork: { ipPools: [pool] } } });
    await settled();
    await becomes(api, more.ipPoolStatus, "pools", (one) => condition(one, "Available").status === "True");
  });

  it("is BPF from birth, with Calico's CNI and the chart's release, and its nodes are ready", async () => {
    const felix = (await api.get(urls.felix))!;
    assert.equal(felix.spec.bpfEnabled, true);
    assert.equal(felix.metadata.annotations!["operator.tigera.io/bpfEnabled"], "true");
    const node = (await api.get(urls.calicoNode))!;
    const { initContainers, containers, dnsPolicy } = node.spec.template.spec;
    assert.deepEqual(
      initContainers.map(({ name, image }: any) => `${name} ${image}`),
      ["ebpf-bootstrap quay.io/calico/node:v3.28.5", "install-cni quay.io/calico/cni:v3.28.5"],
    );
    assert.deepEqual(initContainers[0].command, ["calico-node", "-init"]);
    assert.equal(containers[0].image, "quay.io/calico/node:v3.28.5");
    assert.equal(environment(node, "CALICO_MANAGE_CNI"), "true");
    assert.equal(environment(node, "CALICO_NETWORKING_BACKEND"), "vxlan");
    assert.equal(dnsPolicy, "ClusterFirstWithHostNet", "the operator's own");
    assert.match((await api.get(more.cniConfig))!.data.config, /"k8s_api_root":"https:\/\/10\.0\.0\.1:443"/);
    const made = (await api.get(more.pool))!;
    assert.deepEqual(
      [made.spec.cidr, made.spec.vxlanMode, made.spec.ipipMode, made.spec.natOutgoing, made.spec.blockSize],
      ["10.244.0.0/16", "Always", "Never", true, 26],
    );
    assert.equal((await api.get(urls.installation))!.status.calicoVersion, "v3.28.5");
    await until(
      "ready nodes",
      async () => (await readiness()).every((status) => status === "True") || undefined,
      { seconds: 20 },
    );
    await becomes(api, more.coreDns, "CoreDNS", (one) => one.status.availableReplicas === 2);
  });

  it("rolls two at a time where the Installation says so, or a share of the nodes", async () => {
    const slow = bench.host({ statusLagSeconds: 0.3, addonSeconds: 1, rolloutSeconds: 1.5, nodes: 4 });
    await slow.resume(name, quiet);
    await becomes(api, urls.calicoNode, "4 calico-nodes", (one) => one.status.numberAvailable === 4);
    for (const [maxUnavailable, dataplane] of [
      [2, "Iptables"],
      ["50%", "BPF"],
    ] as const) {
      await api.patch(urls.installation, "merge", {
        spec: {
          nodeUpdateStrategy: { rollingUpdate: { maxUnavailable } },
          calicoNetwork: { linuxDataplane: dataplane },
        },
      });
      let most = 0;
      await becomes(
        api,
        urls.calicoNode,
        `a roll-out with ${maxUnavailable}`,
        ({ spec, status, metadata }) => {
          if (spec.updateStrategy.rollingUpdate.maxUnavailable !== maxUnavailable) return false;
          most = Math.max(most, status.numberUnavailable ?? 0);
          return (
            status.observedGeneration === metadata.generation && most > 0 && status.numberAvailable === 4
          );
        },
      );
      assert.equal(most, 2, "two at a time, and no more");
    }
    await slow.setPool(name, spec(name).pools[0]);
    await host.resume(name, quiet);
  });

  it("refuses a pool that changes: only Calico's own API server could", async () => {
    const ipPools = [{ ...pool, cidr: "10.245.0.0/16" }];
    await api.patch(urls.installation, "merge", { spec: { calicoNetwork: { ipPools } } });
    await degraded(/^Unable to modify IP pools while Calico API server is unavailable: $/, more.ipPoolStatus);
    await api.patch(urls.installation, "merge", { spec: { calicoNetwork: { ipPools: [pool] } } });
    await becomes(api, more.ipPoolStatus, "pools", (one) => condition(one, "Available").status === "True");
  });

  it("ends within seconds when deleted in the background; pools and FelixConfiguration stay", async () => {
    await settled();
    const owners = (await api.get("/api/v1/namespaces/calico-system"))!.metadata.ownerReferences;
    assert.deepEqual([owners[0].kind, owners[0].blockOwnerDeletion], ["Installation", true]);
    await api.delete(urls.installation, { propagationPolicy: "Background" });
    await gone(api, urls.installation, 10);
    await gone(api, urls.tigera);
    assert.equal(await api.get(urls.calicoNode), undefined);
    assert.equal((await api.get(urls.felix))!.spec.bpfEnabled, true);
    assert.ok(await api.get(more.pool));
    // Garbage collection learns of a new kind every 30 s, and only then sees that the owner is gone.
    await gone(api, "/api/v1/namespaces/calico-system", 50);
    assert.deepEqual(
      await readiness(),
      ["True", "True", "True"],
      "the CNI's configuration stays on the nodes",
    );
  });

  it("goes nowhere when deleted in the foreground, as the real one", async () => {
    const network = { ...calico.calicoNetwork, ipPools: [pool] };
    await api.create(more.installations, installation({ ...calico, calicoNetwork: network }));
    await settled();
    await api.delete(urls.installation, { propagationPolicy: "Foreground" });
    await gone(api, urls.calicoNode, 50);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const stuck = (await api.get(urls.installation))!;
    assert.deepEqual(stuck.metadata.finalizers.sort(), ["foregroundDeletion", "tigera.io/operator-cleanup"]);
    const binding = (await api.get(more.binding))!;
    assert.ok(binding.metadata.deletionTimestamp);
    assert.deepEqual(binding.metadata.finalizers, ["tigera.io/cni-protector"]);
  });

  it("stops acting when the operator is uninstalled", async () => {
    await api.delete(more.operator);
    await gone(api, more.operator);
    await until(
      "its pods to end",
      async () => (await api.list("/api/v1/namespaces/tigera-operator/pods")).length === 0 || undefined,
      { seconds: 10 },
    );
    // By hand, as troubleshooting pages say; a living operator would have nothing to add, a dead one does not come back.
    await api.patch(urls.installation, "merge", { metadata: { finalizers: null } });
    await gone(api, urls.installation, 10);
    await api.create(more.installations, installation(calico));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal((await api.get(urls.installation))!.metadata.generation, 1);
  });
});
