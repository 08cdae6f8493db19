import assert from "node:assert/strict";
import { until } from "../../rehearsal/system/wait";
import type { KubeObject } from "../../rehearsal/controlPlane/api";
import { Bench, condition, environment, isTrue, passes, quiet, spec, urls } from "./support";

const pool = { cidr: "10.244.0.0/16", encapsulation: "VXLAN" };

describe("cluster: Calico installed by somebody, on a cluster without a CNI and without kube-proxy", function () {
  this.timeout(180_000);
  const bare = { calico: false, kubeProxy: false, networkPlugin: "none" } as const;
  const cluster = new Bench({ ...spec("cni"), ...bare }, { statusLagSeconds: 0.3 });
  const { get, patch, becomes, gone, settled, install } = cluster;

  const degraded = (message: RegExp, url = urls.tigera) =>
    becomes(url, (one) => message.test(condition(one, "Degraded")?.message ?? ""));
  const calico = { cni: { type: "Calico" }, calicoNetwork: { bgp: "Disabled", linuxDataplane: "BPF" } };
  const readiness = async () =>
    (await cluster.api.list("/api/v1/nodes")).map(
      ({ status }) => status.conditions.find(({ type }: any) => type === "Ready").status,
    );

  it("has nothing of Calico's and no kube-proxy", async () => {
    assert.equal(await cluster.api.get(urls.kubeProxy), undefined);
    assert.equal(await cluster.api.get("/api/v1/namespaces/tigera-operator"), undefined);
    for (const group of ["operator.tigera.io", "crd.projectcalico.org"])
      assert.equal(await cluster.api.get(`/apis/${group}`), undefined, group);
    assert.ok(await cluster.api.get(urls.coreDns));
  });

  it("keeps its nodes from being ready, tainted, and CoreDNS waiting", async () => {
    const nodes = await until(
      "taints",
      async () => {
        const found = await cluster.api.list("/api/v1/nodes");
        const tainted = ({ spec }: KubeObject) =>
          spec.taints?.some(({ key }: any) => key === "node.kubernetes.io/not-ready");
        return found.length === 3 && found.every(tainted) ? found : undefined;
      },
      { seconds: 60 },
    );
    assert.deepEqual(await readiness(), ["False", "False", "False"]);
    const ready = nodes[0].status.conditions.find(({ type }: any) => type === "Ready");
    assert.match(ready.message, /cni plugin not initialized/);
    await cluster.host.setPool(cluster.first.name, cluster.first.pools[0]);
    const [node] = await cluster.api.list("/api/v1/nodes");
    assert.ok(node.spec.taints?.length, "setting a pool takes no taint of Kubernetes' own away");
    assert.equal((await get(urls.coreDns)).status?.availableReplicas ?? 0, 0);
  });

  it("does nothing until its operator runs", async () => {
    await cluster.installChart({ replicas: 0 });
    await install(calico);
    await patch(urls.operator, { metadata: { annotations: { seen: "true" } } });
    await passes(0.5);
    assert.equal((await get(urls.installation)).metadata.generation, 1);
    assert.equal(await cluster.api.get(urls.tigera), undefined);
    await patch(urls.operator, { spec: { replicas: 1 } });
    await becomes(urls.installation, (one) => one.metadata.generation! > 1);
  });

  it("takes IPIP for a pool without encapsulation, and then refuses it without BGP", async () => {
    await degraded(/^Invalid Installation provided: IPIP encapsulation requires that BGP is enabled$/);
    const { spec } = await get(urls.installation);
    assert.deepEqual(spec.calicoNetwork.ipPools[0].cidr, "192.168.0.0/16");
    await cluster.api.delete(urls.installation);
    await gone(urls.installation);
    assert.equal(
      await cluster.api.get("/api/v1/namespaces/calico-system"),
      undefined,
      "nothing was made for it",
    );
    // The pool came before the refusal, and it stays: nobody but Calico's own API server takes a pool away.
    await cluster.api.delete(urls.pool);
  });

  it("says of a pool that cannot be what is wrong, in a status of its own, and waits for it", async () => {
    const small = { ...pool, cidr: "10.244.0.0/28" };
    await install({ ...calico, calicoNetwork: { ...calico.calicoNetwork, ipPools: [small] } });
    await degraded(/^waiting for enabled IP pools to be created: $/);
    await degraded(/^error validating IP pool configuration: IP pool size is too small\./, urls.ipPoolStatus);
    assert.equal(await cluster.api.get(urls.calicoNode), undefined);
    await patch(urls.installation, { spec: { calicoNetwork: { ipPools: [pool] } } });
    await settled();
    await becomes(urls.ipPoolStatus, isTrue("Available"));
  });

  it("is BPF from birth, with Calico's CNI and the chart's release, and its nodes are ready", async () => {
    const felix = await get(urls.felix);
    assert.equal(felix.spec.bpfEnabled, true);
    assert.equal(felix.metadata.annotations!["operator.tigera.io/bpfEnabled"], "true");
    const node = await get(urls.calicoNode);
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
    assert.match((await get(urls.cniConfig)).data.config, /"k8s_api_root":"https:\/\/10\.0\.0\.1:443"/);
    const made = await get(urls.pool);
    assert.deepEqual(
      [made.spec.cidr, made.spec.vxlanMode, made.spec.ipipMode, made.spec.natOutgoing, made.spec.blockSize],
      ["10.244.0.0/16", "Always", "Never", true, 26],
    );
    assert.equal((await get(urls.installation)).status.calicoVersion, "v3.28.5");
    await until(
      "ready nodes",
      async () => (await readiness()).every((status) => status === "True") || undefined,
      { seconds: 60 },
    );
    await becomes(urls.coreDns, (one) => one.status.availableReplicas === 2);
  });

  it("has kubelet set a pod back to ready that the node life cycle controller has marked", async () => {
    const pods = "/api/v1/namespaces/calico-system/pods";
    const [pod] = await cluster.api.list(`${pods}?labelSelector=k8s-app%3Dcalico-kube-controllers`);
    const url = `${pods}/${pod.metadata.name}`;
    const conditions = pod.status.conditions.map((one: any) =>
      one.type === "Ready" ? { ...one, status: "False" } : one,
    );
    await patch(`${url}/status`, { status: { conditions } });
    await becomes(url, isTrue("Ready"));
  });

  it("rolls two at a time where the Installation says so, or a share of the nodes", async () => {
    const slow = cluster.hostWith({ statusLagSeconds: 0.3, rolloutSeconds: 1.5, nodes: 4 });
    await slow.resume(cluster.first.name, quiet);
    await becomes(urls.calicoNode, (one) => one.status.numberAvailable === 4);
    for (const [maxUnavailable, dataplane] of [
      [2, "Iptables"],
      ["50%", "BPF"],
    ] as const) {
      await patch(urls.installation, {
        spec: {
          nodeUpdateStrategy: { rollingUpdate: { maxUnavailable } },
          calicoNetwork: { linuxDataplane: dataplane },
        },
      });
      let most = 0;
      await becomes(urls.calicoNode, ({ spec, status, metadata }) => {
        if (spec.updateStrategy.rollingUpdate.maxUnavailable !== maxUnavailable) return false;
        most = Math.max(most, status.numberUnavailable ?? 0);
        const { observedGeneration, updatedNumberScheduled, numberAvailable } = status;
        const isRolled = observedGeneration === metadata.generation && updatedNumberScheduled === 4;
        return isRolled && numberAvailable === 4;
      });
      assert.equal(most, 2, "two at a time, and no more");
    }
    await slow.setPool(cluster.first.name, cluster.first.pools[0]);
    await cluster.host.resume(cluster.first.name, quiet);
  });

  it("refuses a pool that changes: only Calico's own API server could", async () => {
    const ipPools = [{ ...pool, cidr: "10.245.0.0/16" }];
    await patch(urls.installation, { spec: { calicoNetwork: { ipPools } } });
    await degraded(/^Unable to modify IP pools while Calico API server is unavailable: $/, urls.ipPoolStatus);
    await patch(urls.installation, { spec: { calicoNetwork: { ipPools: [pool] } } });
    await becomes(urls.ipPoolStatus, isTrue("Available"));
  });

  it("ends within seconds when deleted in the background; pools and FelixConfiguration stay", async () => {
    await settled();
    const owners = (await get("/api/v1/namespaces/calico-system")).metadata.ownerReferences;
    assert.deepEqual([owners[0].kind, owners[0].blockOwnerDeletion], ["Installation", true]);
    await cluster.api.delete(urls.installation, { propagationPolicy: "Background" });
    await gone(urls.installation, 30);
    await gone(urls.tigera);
    assert.equal(await cluster.api.get(urls.calicoNode), undefined);
    assert.equal((await get(urls.felix)).spec.bpfEnabled, true);
    assert.ok(await cluster.api.get(urls.pool));
    // Garbage collection learns of a new kind every 30 s, and only then sees that the owner is gone.
    await gone("/api/v1/namespaces/calico-system", 120);
    assert.deepEqual(
      await readiness(),
      ["True", "True", "True"],
      "the CNI's configuration stays on the nodes",
    );
  });

  it("goes nowhere when deleted in the foreground, as the real one", async () => {
    const network = { ...calico.calicoNetwork, ipPools: [pool] };
    await install({ ...calico, calicoNetwork: network });
    await settled();
    await cluster.api.delete(urls.installation, { propagationPolicy: "Foreground" });
    await gone(urls.calicoNode, 120);
    await passes(3);
    const stuck = await get(urls.installation);
    assert.deepEqual(stuck.metadata.finalizers.sort(), ["foregroundDeletion", "tigera.io/operator-cleanup"]);
    const binding = await becomes(urls.binding, ({ metadata }) => metadata.deletionTimestamp);
    assert.deepEqual(binding.metadata.finalizers, ["tigera.io/cni-protector"]);
  });

  it("stops acting when the operator is uninstalled", async () => {
    await cluster.api.delete(urls.operator);
    await gone(urls.operator);
    await until(
      "its pods to end",
      async () =>
        (await cluster.api.list("/api/v1/namespaces/tigera-operator/pods")).length === 0 || undefined,
      { seconds: 60 },
    );
    // By hand, as troubleshooting pages say; a living operator would have nothing to add, a dead one does not come back.
    await patch(urls.installation, { metadata: { finalizers: null } });
    await gone(urls.installation, 30);
    await install(calico);
    await passes(1);
    assert.equal((await get(urls.installation)).metadata.generation, 1);
  });
});
