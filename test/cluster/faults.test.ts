import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { load } from "js-yaml";
import { until } from "../../rehearsal/system/wait";
import { Bench, condition, isTrue, passes, quiet, spec, urls } from "./support";

describe("cluster: faults that can be set", function () {
  this.timeout(180_000);
  const cluster = new Bench(spec("faulty"), { statusLagSeconds: 0.3, crdsLateSeconds: 20 });
  const { get, patch, becomes, generation, settled, setDataplane, kill, start, setFaults } = cluster;

  /** As our layer does it; the API server merges it into what is there. */
  const off = { "example.com/off": "true" };
  const takeKubeProxyOff = () =>
    cluster.apply(urls.kubeProxy, "DaemonSet", { template: { spec: { nodeSelector: off } } });
  const kubeProxyHas = (selector: object | undefined) =>
    becomes(
      urls.kubeProxy,
      (one) => JSON.stringify(one.spec.template.spec.nodeSelector) === JSON.stringify(selector),
    );

  it("brings Calico's CRDs late, and what needs them then", async () => {
    assert.equal(await cluster.api.get("/apis/operator.tigera.io"), undefined);
    assert.equal(await cluster.api.get("/apis/crd.projectcalico.org"), undefined);
    assert.ok(
      await cluster.api.get("/api/v1/namespaces/tigera-operator"),
      "the platform's namespace is there",
    );
    await becomes(urls.installation, () => true);
    await becomes(urls.tigera, isTrue("Available"));
    await settled();
  });

  it("finds a cluster again whose CRDs came late", () => cluster.host.create(cluster.first, quiet));

  it("operator-dead: nothing is done until it is cleared, a killed daemon or not", async () => {
    await setFaults("operator-dead");
    await setDataplane("BPF");
    await passes(1);
    assert.equal((await get(urls.felix)).spec.bpfEnabled, false);
    await kill("daemon");
    await cluster.api.delete(urls.kubeProxy);
    await start("daemon");
    await becomes(urls.kubeProxy, () => true);
    await passes(1);
    assert.equal((await get(urls.felix)).spec.bpfEnabled, false);
    const tigera = await get(urls.tigera);
    assert.equal(condition(tigera, "Available").status, "True", "the old conditions still stand");
    assert.equal(condition(tigera, "Available").observedGeneration, (await generation()) - 1);
    await setFaults();
    await settled();
    await becomes(urls.felix, ({ spec }) => spec.bpfEnabled === true);
  });

  it("operator-degraded: a pod that cannot pull its image, and the work is done all the same", async () => {
    await setFaults("operator-degraded");
    await setDataplane("Iptables");
    const wanted = await generation();
    const tigera = await becomes(
      urls.tigera,
      (one) =>
        condition(one, "Degraded").status === "True" &&
        condition(one, "Degraded").observedGeneration === wanted,
    );
    assert.equal(condition(tigera, "Degraded").reason, "PodFailure");
    assert.match(
      condition(tigera, "Degraded").message,
      /^Pod calico-system\/calico-node-\w+ failed to pull container image for: calico-node$/,
    );
    assert.equal(condition(tigera, "Available").status, "False");
    await becomes(urls.felix, (one) => one.spec.bpfEnabled === false);
    await setFaults();
    await settled();
  });

  it("kube-proxy-put-during: kube-proxy is back as soon as it is off, and only once", async () => {
    await setFaults("kube-proxy-put-during");
    await takeKubeProxyOff();
    const proxy = await kubeProxyHas(undefined);
    assert.ok(
      !proxy.metadata.managedFields.some((one: any) => one.manager === "ours"),
      "our field is not ours now",
    );
    await becomes(urls.kubeProxy, (one) => one.status.desiredNumberScheduled === 3);
    await takeKubeProxyOff();
    await passes(0.5);
    await kubeProxyHas(off);
    await setFaults();
    await setDataplane("BPF");
    await settled();
  });

  it("kube-proxy-put-after: kube-proxy is back after it was looked at again", async () => {
    await setFaults("kube-proxy-put-after");
    await passes(0.5);
    await kubeProxyHas(off);
    const looked = { metadata: { annotations: { "aks-calico-ebpf/looked-again": "x" } } };
    const began = Date.now();
    await patch(urls.kubeProxy, looked);
    await kubeProxyHas(undefined);
    assert.ok(Date.now() - began >= 900, "not before a second has passed");
    await setFaults();
    await takeKubeProxyOff();
    await patch(urls.kubeProxy, looked);
    await passes(1.5);
    await kubeProxyHas(off);
  });

  it("foreign-manager: takes the node selector back from whoever sets it, and lets go of it in the end", async () => {
    await setFaults("foreign-manager");
    const theirs = { "kubernetes.io/os": "linux" };
    await kubeProxyHas(theirs);
    const answer = await takeKubeProxyOff();
    assert.deepEqual(answer.spec.template.spec.nodeSelector, off, "force works, for a moment");
    const proxy = await kubeProxyHas(theirs);
    const managers = proxy.metadata.managedFields
      .filter((one: any) => JSON.stringify(one.fieldsV1).includes("f:nodeSelector"))
      .map((one: any) => one.manager);
    assert.deepEqual(managers, ["argocd-controller"]);
    await setFaults();
    await kubeProxyHas(undefined);
    await takeKubeProxyOff();
    await passes(0.5);
    await kubeProxyHas(off);
  });

  it("node-never-ready: the roll-out stops at one node, and goes on when it is cleared", async () => {
    await settled();
    await setFaults("node-never-ready");
    await setDataplane("Iptables");
    const wanted = await generation();
    const url = "/api/v1/namespaces/calico-system/pods?labelSelector=k8s-app%3Dcalico-node";
    const pending = async () =>
      (await cluster.api.list(url))
        .filter(({ status }) => status.phase === "Pending")
        .map(({ spec }) => spec.nodeName);
    const node = "aks-system-12345678-vmss000000";
    await until("a pod that waits there", async () => (await pending()).includes(node) || undefined, {
      seconds: 60,
    });
    await passes(2);
    assert.deepEqual(await pending(), [node], "one at a time, and this one does not get through");
    const words = /(update is rolling out \([12] out of 3 updated\)|is not available \(awaiting 1 nodes\))$/;
    const stuck = await becomes(urls.tigera, (one) => {
      const { observedGeneration, message } = condition(one, "Progressing");
      return observedGeneration === wanted && words.test(message);
    });
    assert.equal(condition(stuck, "Available").status, "False");
    await setFaults();
    await settled();
    assert.equal((await get(urls.calicoNode)).status.numberAvailable, 3);
  });

  it("node-not-ready: no other node is rolled, the operator keeps eBPF off, and deleting the node lets it go on", async () => {
    const node = "aks-system-12345678-vmss000000";
    await setFaults("node-not-ready");
    await becomes(`/api/v1/nodes/${node}`, (one) => condition(one, "Ready").status === "Unknown");
    await becomes(urls.calicoNode, ({ status }) => status.numberUnavailable === 1);
    await setDataplane("BPF");
    await becomes(
      urls.calicoNode,
      ({ metadata, status }) => status.observedGeneration === metadata.generation,
    );
    const url = "/api/v1/namespaces/calico-system/pods?labelSelector=k8s-app%3Dcalico-node";
    const ending = async () =>
      (await cluster.api.list(url))
        .filter(({ metadata }) => metadata.deletionTimestamp)
        .map(({ spec }) => spec.nodeName);
    await until("its pod to be deleted", async () => (await ending()).includes(node) || undefined, {
      seconds: 60,
    });
    await passes(3);
    assert.deepEqual(await ending(), [node], "nobody confirms its end");
    assert.equal((await get(urls.calicoNode)).status.updatedNumberScheduled ?? 0, 0);
    assert.equal((await get(urls.felix)).spec.bpfEnabled, false);
    await cluster.api.delete(`/api/v1/nodes/${node}`);
    await settled(150);
    // The operator writes it in the round after the one that saw the roll-out end.
    await becomes(urls.felix, ({ spec }) => spec.bpfEnabled === true);
    await setFaults();
  });

  it("hands out another certificate of the same authority after a rotation, and the old one still works", async () => {
    const user = async () => (load(await cluster.host.kubeconfig(cluster.first.name)) as any).users[0].user;
    const certificate = (from: any) =>
      new X509Certificate(Buffer.from(from["client-certificate-data"], "base64"));
    const before = await user();
    await cluster.host.rotateCredentials(cluster.first.name);
    const after = await user();
    assert.notEqual(after["client-certificate-data"], before["client-certificate-data"]);
    assert.notEqual(after["client-key-data"], before["client-key-data"]);
    const ca = fs.readFileSync(
      path.join(cluster.host.status(cluster.first.name)!.folder, "clusters/control-plane/pki/ca.crt"),
    );
    assert.ok(certificate(after).verify(new X509Certificate(ca).publicKey));
    assert.match(certificate(after).subject, /O=system:masters/);
    await cluster.host.rotateCredentials(cluster.first.name);
    assert.notEqual(certificate(await user()).serialNumber, certificate(after).serialNumber);
    const rotated = new k8s.KubeConfig();
    rotated.loadFromString(await cluster.host.kubeconfig(cluster.first.name));
    await rotated.makeApiClient(k8s.CoreV1Api).createNamespacedConfigMap({
      namespace: "default",
      body: { metadata: { name: "by-the-new-one" } },
    });
    assert.ok(await cluster.api.get("/api/v1/namespaces/default/configmaps/by-the-new-one"));
  });
});
