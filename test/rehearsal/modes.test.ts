// Every mode on a cluster that stays: on, unchanged, back and forth, refused where it would break, and gone.
import assert from "node:assert/strict";
import * as k8s from "@kubernetes/client-node";
import { at, nameOf } from "../pulumi";
import { eventually, ok, refused, StayingCluster, startTimeoutMs, type TestStack, traces } from "./harness";

const args = (value: object) => ({ args: value });
const layersOf = (stack: TestStack) => stack.names().filter((name) => name.startsWith("layers-"));

async function upAndSame(stack: TestStack, config: Record<string, unknown>) {
  const first = await stack.up(config);
  ok(first);
  const second = await stack.up(config);
  ok(second);
  assert.deepEqual(second.changes, {});
  return first;
}

async function destroyed(stack: TestStack) {
  ok(await stack.destroy());
  assert.deepEqual(stack.state(), []);
}

/** Reads one object; undefined where it is not there. */
async function find(cluster: StayingCluster, url: string): Promise<any> {
  const api = cluster.api.makeApiClient(k8s.CustomObjectsApi);
  const [group, version, plural, name] = url.split("/");
  return api.getClusterCustomObject({ group, version, plural, name }).catch((error) => {
    if (error instanceof k8s.ApiException && error.code === 404) return undefined;
    throw error;
  });
}

const installationUrl = "operator.tigera.io/v1/installations/default";

describe("mode AzureManaged with kubeProxy Keep", function () {
  this.timeout(180_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start();
  });
  after(() => cluster?.end());

  it("is eBPF beside a kube-proxy that nobody touched", async () => {
    const stack = await cluster.stack("layers");
    const spec = (await cluster.snapshot()).kubeProxy!.spec;
    await upAndSame(stack, args({ kubeProxy: "Keep" }));
    assert.deepEqual(await cluster.red(), []);
    const seen = await cluster.snapshot();
    assert.deepEqual(seen.kubeProxy!.spec, spec);
    assert.equal(seen.kubeProxy!.status!.numberReady, 3);
    assert.equal(seen.felix.spec.bpfKubeProxyIptablesCleanupEnabled, false);
    await destroyed(stack);
    await cluster.onIptables();
  });

  it("restarts the workloads that are named once after a switch, and once after the switch back", async () => {
    const apps = cluster.api.makeApiClient(k8s.AppsV1Api);
    const coredns = { namespace: "kube-system", name: "coredns" };
    const generation = async () => (await apps.readNamespacedDeployment(coredns)).metadata!.generation!;
    const stack = await cluster.stack("layers", "restarts");
    const config = args({
      restartWorkloads: [{ kind: "Deployment", ...coredns }],
      felixMetrics: { port: 9095 },
      defaultDeny: { excludedNamespaces: ["legacy"] },
      rollout: { maxUnavailable: "50%" },
    });
    const before = await generation();
    const first = await upAndSame(stack, config);
    assert.equal(await generation(), before + 1, "one restart, and none by an up that changes nothing");
    const restarted = at(first, "begin", "layers-restart-deployment-kube-system-coredns");
    assert.ok(
      restarted > at(first, "end", "layers-kube-proxy-still-off"),
      "restarted before the end of the switch",
    );

    const seen = await cluster.snapshot();
    assert.equal(seen.installation.spec.nodeUpdateStrategy.rollingUpdate.maxUnavailable, "50%");
    assert.equal(seen.calicoNode!.spec!.updateStrategy!.rollingUpdate!.maxUnavailable, "50%");
    assert.equal(seen.felix.spec.prometheusMetricsEnabled, true);
    assert.equal(seen.felix.spec.prometheusMetricsPort, 9095);
    const core = cluster.api.makeApiClient(k8s.CoreV1Api);
    const service = await core.readNamespacedService({
      namespace: "calico-system",
      name: "felix-metrics-svc",
    });
    assert.equal(service.spec!.clusterIP, "None");
    assert.equal(service.spec!.ports![0].port, 9095);
    const policy = await find(cluster, "crd.projectcalico.org/v1/globalnetworkpolicies/default.default-deny");
    assert.match(policy.spec.namespaceSelector, /"legacy"/);
    assert.deepEqual(policy.spec.types, ["Ingress", "Egress"]);

    ok(await stack.up({ ...config, dataplane: "Iptables" }));
    assert.equal(await generation(), before + 2, "once more after the switch back");
    await destroyed(stack);
    await cluster.onIptables();
    assert.equal(
      await find(cluster, "crd.projectcalico.org/v1/globalnetworkpolicies/default.default-deny"),
      undefined,
    );
  });

  it("refuses a self-managed mode on a cluster that AKS's Calico runs on, and touches nothing", async () => {
    const stack = await cluster.stack("layers", "changes");
    ok(await stack.up());
    const names = layersOf(stack);
    const fresh = await stack.up(args({ mode: "SelfManaged" }));
    refused(
      fresh,
      /mode: is SelfManaged, and the namespace tigera-operator of this cluster is somebody else's/,
    );
    const found = await stack.up(args({ mode: "SelfManaged", calico: { existing: true } }));
    refused(found, /docs\/modes\.md/);
    assert.deepEqual(await cluster.red(), [], "the data plane that was there still runs");
    for (const name of names) assert.ok(stack.names().includes(name), `${name} was taken away`);
    ok(await stack.up());
    await destroyed(stack);
  });
});

describe("mode SelfManaged", function () {
  this.timeout(240_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ calico: false });
  });
  after(() => cluster?.end());

  it("installs Calico, eBPF from birth, and ends when the operator is Available", async () => {
    const stack = await cluster.stack("layers");
    await upAndSame(stack, args({ mode: "SelfManaged" }));
    assert.deepEqual(await cluster.red(), []);
    const installation = await find(cluster, installationUrl);
    assert.equal(installation.spec.kubernetesProvider, "AKS");
    assert.equal(installation.spec.cni.type, "AzureVNET");
    assert.equal(installation.spec.calicoNetwork.linuxDataplane, "BPF");
  });

  it("goes back by one word, and to eBPF again; a preview of it shows only the layers", async () => {
    const stack = await cluster.stack("layers");
    const back = { ...args({ mode: "SelfManaged" }), dataplane: "Iptables" };
    const preview = await stack.preview(back);
    ok(preview);
    const touched = preview.events.flatMap(({ resourcePreEvent: step }) =>
      step && step.metadata.op !== "same" ? [nameOf(step.metadata.urn)] : [],
    );
    assert.ok(touched.length > 0);
    for (const name of touched.filter((one) => !/-test$/.test(one))) assert.match(name, /^layers-/);
    const ended = await stack.up(back);
    ok(ended);
    assert.deepEqual(await cluster.red("Iptables"), []);
    ok(await stack.up(args({ mode: "SelfManaged" })));
    assert.deepEqual(await cluster.red(), []);
  });

  it("upgrades Calico, and ends when the new one is rolled out and reported", async () => {
    const stack = await cluster.stack("layers");
    const version = "v3.33.0";
    ok(await stack.up(args({ mode: "SelfManaged", calico: { version } })));
    assert.deepEqual(await cluster.red(), []);
    const { calicoNode } = await cluster.snapshot();
    assert.match(calicoNode!.spec!.template.spec!.containers[0].image!, /:v3\.33\.0$/);
    const component = stack.state().find(({ type }) => type.endsWith(":CalicoEbpfDataplane"))!;
    assert.equal(component.outputs.calicoVersion, version);
    ok(await stack.up(args({ mode: "SelfManaged" })));
  });

  it("refuses AzureManaged on its own Calico, and takes nothing away", async () => {
    const stack = await cluster.stack("layers");
    refused(await stack.up(), /docs\/modes\.md/);
    assert.deepEqual(await cluster.red(), []);
    assert.ok(stack.names().includes("layers-installation"), "the Installation is still ours");
    const cni = await stack.up(args({ mode: "CalicoCni", podCidr: "10.244.0.0/16" }));
    refused(
      cni,
      /mode: is CalicoCni, and this cluster's Calico was installed by this component as SelfManaged/,
    );
    assert.equal((await find(cluster, installationUrl)).spec.cni.type, "AzureVNET");
    ok(await stack.up(args({ mode: "SelfManaged" })));
  });

  it("destroy ends, and leaves the cluster as it was found but for Helm's CRDs", async () => {
    await destroyed(await cluster.stack("layers"));
    await eventually(async () => {
      const { kubeProxy, calicoNode, endpoint } = await cluster.snapshot();
      if (calicoNode || endpoint?.data) return "Calico is still there";
      return kubeProxy?.status?.numberReady === 3 ? undefined : "kube-proxy is not back";
    }, 60);
    assert.equal(await find(cluster, installationUrl), undefined);
    assert.deepEqual(traces((await cluster.snapshot()).kubeProxy), []);
  });

  it("switches a Calico that somebody else installed, and destroy leaves it running", async () => {
    const theirs = await cluster.stack("somebody");
    ok(await theirs.up());
    const ours = await cluster.stack("layers", "found");
    await upAndSame(ours, args({ mode: "SelfManaged", calico: { existing: true } }));
    assert.deepEqual(await cluster.red(), []);
    await destroyed(ours);
    await cluster.onIptables();
    const seen = await cluster.snapshot();
    for (const object of [seen.installation, seen.felix, seen.tigeraStatus, seen.calicoNode, seen.kubeProxy])
      assert.deepEqual(
        traces(object)
          .filter((one) => !one.startsWith("pulumi-kubernetes"))
          .filter((one) => !one.startsWith("pulumi.com/")),
        [],
      );
    ok(await theirs.up());
    await destroyed(theirs);
  });
});

describe("mode CalicoCni", function () {
  this.timeout(240_000);

  for (const kubeProxy of ["Disable", "Keep", "Absent"] as const) {
    describe(`with kubeProxy ${kubeProxy}`, () => {
      let cluster: StayingCluster;
      const config = args({ mode: "CalicoCni", podCidr: "10.244.0.0/16", kubeProxy });

      before(async function () {
        this.timeout(startTimeoutMs);
        const without = kubeProxy === "Absent" ? false : undefined;
        cluster = await StayingCluster.start({ calico: false, networkPlugin: "none", kubeProxy: without });
      });
      after(() => cluster?.end());

      it("gives pods their addresses by VXLAN and is eBPF from birth", async () => {
        const stack = await cluster.stack("layers");
        await upAndSame(stack, config);
        assert.deepEqual(await cluster.red(), []);
        const { spec } = await find(cluster, installationUrl);
        assert.equal(spec.cni.type, "Calico");
        assert.equal(spec.calicoNetwork.bgp, "Disabled");
        const [pool, ...more] = spec.calicoNetwork.ipPools;
        assert.deepEqual(more, []);
        assert.equal(pool.cidr, "10.244.0.0/16");
        assert.equal(pool.encapsulation, "VXLAN");
        const { kubeProxy: set } = await cluster.snapshot();
        assert.equal(set === undefined, kubeProxy === "Absent");
      });

      it("destroy ends", async () => {
        await destroyed(await cluster.stack("layers"));
        assert.equal(await find(cluster, installationUrl), undefined);
      });
    });
  }
});
