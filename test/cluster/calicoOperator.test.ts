import assert from "node:assert/strict";
import { Bench, condition, environment, healthy, isTrue, quiet, spec, urls } from "./support";

const annotation = "operator.tigera.io/bpfEnabled";
const lagSeconds = 4;

describe("cluster: the stand-in for Calico's operator", function () {
  this.timeout(180_000);
  const cluster = new Bench(spec("operator"), { statusLagSeconds: lagSeconds });
  const { get, patch, becomes, generation, settled, setDataplane, kill, start } = cluster;

  it("fills in the Installation's defaults and owns what it wrote", async () => {
    const installation = await get(urls.installation);
    assert.equal(installation.spec.calicoNetwork.linuxDataplane, "Iptables");
    assert.equal(installation.spec.cni.type, "AzureVNET");
    assert.deepEqual(installation.spec.nodeUpdateStrategy.rollingUpdate, { maxUnavailable: 1 });
    assert.equal(installation.spec.calicoNetwork.bgp, "Disabled", "what the platform set stays");
    assert.equal(installation.metadata.generation, 2, "created by the platform, defaulted by the operator");
    const manager = installation.metadata.managedFields.find((one: any) => one.manager === "operator");
    assert.ok(manager.fieldsV1["f:spec"]["f:calicoNetwork"]["f:linuxDataplane"]);
    await becomes(urls.installation, (one) => condition(one, "Ready")?.observedGeneration === 2);
  });

  it("turns bpfEnabled off by its own hand, with its annotation", async () => {
    const felix = await get(urls.felix);
    assert.equal(felix.spec.bpfEnabled, false);
    assert.equal(felix.metadata.annotations![annotation], "false");
    assert.equal(felix.spec.healthPort, 9099);
  });

  it("keeps fields of later Calico versions in FelixConfiguration", async () => {
    const settings = { bpfKubeProxyHealthzPort: 10258, bpfMapSizeConntrackScaling: "Disabled" };
    const felix = await patch(urls.felix, { spec: settings });
    assert.equal(felix.spec.bpfKubeProxyHealthzPort, 10258);
    assert.equal(felix.spec.bpfMapSizeConntrackScaling, "Disabled");
    await assert.rejects(
      patch(urls.felix, { spec: { bpfMapSizeConntrackScaling: "Triple" } }),
      /bpfMapSizeConntrackScaling/,
    );
  });

  it("puts the endpoint into calico-node's environment and rolls it; a deleted ConfigMap changes nothing", async () => {
    const before = await get(urls.calicoNode);
    assert.equal(environment(before, "KUBERNETES_SERVICE_HOST"), "10.0.0.1");
    await cluster.api.create(urls.endpoints, {
      metadata: { name: "kubernetes-services-endpoint" },
      data: { KUBERNETES_SERVICE_HOST: cluster.first.fqdn, KUBERNETES_SERVICE_PORT: "443" },
    });
    const after = await becomes(
      urls.calicoNode,
      (one) =>
        environment(one, "KUBERNETES_SERVICE_HOST") === cluster.first.fqdn &&
        one.status.observedGeneration === one.metadata.generation &&
        one.status.updatedNumberScheduled === 3 &&
        one.status.numberAvailable === 3,
    );
    assert.ok(after.metadata.generation! > before.metadata.generation!);
    assert.equal(environment(after, "KUBERNETES_SERVICE_PORT"), "443");

    await cluster.api.delete(urls.endpoint);
    // Another change that it does react to shows that it has looked.
    await patch(urls.installation, {
      spec: { nodeUpdateStrategy: { rollingUpdate: { maxUnavailable: 2 } } },
    });
    const looked = await becomes(
      urls.calicoNode,
      (one) => one.spec.updateStrategy.rollingUpdate.maxUnavailable === 2,
    );
    assert.equal(environment(looked, "KUBERNETES_SERVICE_HOST"), cluster.first.fqdn);
    assert.deepEqual(looked.spec.template, after.spec.template, "nothing is rolled for it");
    await settled();
  });

  it("refuses somebody else's bpfEnabled: Degraded in its own words, until it is taken back", async () => {
    await settled();
    await patch(urls.felix, { spec: { bpfEnabled: true } });
    const tigera = await becomes(urls.tigera, isTrue("Degraded"));
    assert.equal(
      condition(tigera, "Degraded").message,
      'Error updating resource: Unable to set bpfEnabled: FelixConfiguration "default" has been modified by someone else, refusing to override potential user configuration.',
    );
    assert.equal(condition(tigera, "Degraded").reason, "ResourceUpdateError");
    assert.equal(condition(tigera, "Available").status, "False");
    assert.equal((await get(urls.felix)).spec.bpfEnabled, true, "it refuses to override");
    await patch(urls.felix, { spec: { bpfEnabled: false } });
    await settled();
  });

  it("switches at once, and its conditions follow late: the old ones still say Available", async () => {
    for (const url of [urls.tigera, urls.installation, urls.calicoNode]) {
      await patch(url, { metadata: { annotations: { "example.com/foreign": "stays" } } });
    }
    const old = await generation();
    await settled();
    const before = await get(urls.calicoNode);
    const began = Date.now();
    const switched = await setDataplane("BPF");
    const felix = await becomes(urls.felix, (one) => one.spec.bpfEnabled === true);
    assert.equal(felix.metadata.annotations![annotation], "true");
    // As it was at that moment, however late we look.
    const then = `resourceVersion=${felix.metadata.resourceVersion}&resourceVersionMatch=Exact`;
    const statuses = await cluster.api.list(`${urls.tigera.replace(/\/calico$/, "")}?${then}`);
    const stale = statuses.find(({ metadata }) => metadata.name === "calico");
    assert.equal(condition(stale, "Available").status, "True");
    assert.equal(condition(stale, "Available").observedGeneration, old);
    assert.equal(switched.metadata.generation, old + 1);
    const after = await get(urls.calicoNode);
    assert.equal(after.metadata.generation, before.metadata.generation! + 1, "a new template");
    assert.deepEqual(after.spec.template.spec.initContainers[0].command, ["calico-node", "-init"]);

    await settled();
    assert.ok(Date.now() - began >= lagSeconds * 1000, "not before the lag");
    const installation = await becomes(
      urls.installation,
      (one) => condition(one, "Ready")?.observedGeneration === one.metadata.generation,
    );
    assert.equal(condition(installation, "Ready").status, "True");
    for (const url of [urls.tigera, urls.installation, urls.calicoNode]) {
      assert.equal((await get(url)).metadata.annotations!["example.com/foreign"], "stays", url);
    }
  });

  it("leaves the switch alone when the platform re-applies its Installation", async () => {
    await patch(urls.installation, { spec: { registry: "example.com/" } });
    const installation = await becomes(
      urls.installation,
      (one) => one.spec.registry === "mcr.microsoft.com/",
    );
    assert.equal(installation.spec.calicoNetwork.linuxDataplane, "BPF");
  });

  it("refuses a bpfEnabled turned off behind its back while the Installation says BPF", async () => {
    await settled();
    await patch(urls.felix, { spec: { bpfEnabled: false } });
    await becomes(urls.tigera, isTrue("Degraded"));
    await patch(urls.felix, { spec: { bpfEnabled: true } });
    await settled();
  });

  it("goes back by itself when linuxDataplane is removed", async () => {
    await setDataplane(null);
    const felix = await becomes(urls.felix, (one) => one.spec.bpfEnabled === false);
    assert.equal(felix.metadata.annotations![annotation], "false");
    const installation = await get(urls.installation);
    assert.equal(installation.spec.calicoNetwork.linuxDataplane, "Iptables");
    await settled();
  });

  it("catches up after being killed, and after the API server was", async () => {
    await kill("daemon");
    await setDataplane("BPF");
    assert.equal((await get(urls.felix)).spec.bpfEnabled, false, "nobody is there to do it");
    await start("daemon");
    await becomes(urls.felix, (one) => one.spec.bpfEnabled === true);
    await kill("kube-apiserver");
    await start("kube-apiserver");
    await setDataplane("Iptables");
    await becomes(urls.felix, (one) => one.spec.bpfEnabled === false);
    await settled();
  });

  it("says Progressing until the last of slow pods is rolled, then Available", async () => {
    // kwok is started again for it, and must take over the nodes of the one before at once.
    const slow = cluster.hostWith({ statusLagSeconds: 0.5, rolloutSeconds: 2 });
    await slow.create(cluster.first, quiet);
    await patch(urls.installation, {
      spec: { nodeUpdateStrategy: { rollingUpdate: { maxUnavailable: 1 } } },
    });
    await settled();
    const began = Date.now();
    await setDataplane("BPF");
    const wanted = await generation();
    const words =
      /^DaemonSet "calico-system\/calico-node" (update is rolling out \(\d out of 3 updated\)|is not available \(awaiting \d nodes\))$/;
    // Before that it may say that the update is being processed.
    const rolling = await becomes(urls.tigera, (one) => words.test(condition(one, "Progressing").message));
    assert.equal(condition(rolling, "Progressing").status, "True");
    assert.equal(condition(rolling, "Available").status, "False");
    await becomes(urls.tigera, (one) => healthy(one, wanted));
    assert.ok(Date.now() - began >= 6000, `three nodes of 2 s each took ${Date.now() - began} ms`);
    const node = await get(urls.calicoNode);
    assert.equal(node.status.updatedNumberScheduled, 3);
    assert.equal(node.status.numberAvailable, 3);
  });
});
