import assert from "node:assert/strict";
import { switchPresent } from "../../../policy/policies/dataplane/switchPresent";
import { type Declared, judgeStack, unknown } from "../judge";

const cluster = (name: string, networkProfile: unknown = { networkPolicy: "calico" }): Declared => ({
  type: "azure-native:containerservice:ManagedCluster",
  name,
  props: { networkProfile },
});
const provider = (name: string, ...dependsOn: string[]): Declared => ({
  type: "pulumi:providers:kubernetes",
  name,
  dependsOn,
});
const installation = (linuxDataplane: unknown, more: Partial<Declared> = {}): Declared => ({
  type: "kubernetes:operator.tigera.io/v1:InstallationPatch",
  name: "switch",
  props: { metadata: { name: "default" }, spec: { calicoNetwork: { linuxDataplane } } },
  ...more,
});
const kubeProxy = (nodeSelector: unknown, more: Partial<Declared> = {}): Declared => ({
  type: "kubernetes:apps/v1:DaemonSetPatch",
  name: "kube-proxy",
  props: { metadata: { name: "kube-proxy" }, spec: { template: { spec: { nodeSelector } } } },
  ...more,
});
const judge = (...declared: Declared[]) => judgeStack(switchPresent, declared);

describe("policy ebpf-switch-present", () => {
  it("accepts a Calico cluster with its switch, as patch and whole, in every spelling", async () => {
    const stack = [cluster("aks"), provider("k8s", "aks")];
    assert.deepEqual(await judge(...stack, installation("BPF", { provider: "k8s" })), []);
    const whole = "kubernetes:operator.tigera.io/v1:Installation";
    assert.deepEqual(await judge(...stack, installation("BPF", { provider: "k8s", type: whole })), []);
    const yaml = installation("BPF", { type: "kubernetes:apiextensions.k8s.io:CustomResource" });
    yaml.props = { apiVersion: "operator.tigera.io/v1", kind: "Installation", ...yaml.props };
    assert.deepEqual(await judge(...stack, yaml), []);
    const values = { installation: { calicoNetwork: { linuxDataplane: "BPF" } } };
    const release: Declared = { type: "kubernetes:helm.sh/v3:Release", props: { values }, provider: "k8s" };
    assert.deepEqual(await judge(...stack, release), []);
  });

  it("refuses a Calico cluster without a switch", async () => {
    const [violation, ...more] = await judge(cluster("aks"), provider("k8s", "aks"));
    assert.equal(violation.resource, "aks");
    assert.match(violation.message, /^Cluster aks runs Calico .* nothing in the stack switches it to eBPF\./);
    assert.match(violation.message, /the operator keeps the iptables data plane/);
    assert.match(violation.message, /Declare a CalicoEbpfDataplane .* linuxDataplane: "BPF"/);
    assert.deepEqual(more, []);
  });

  it("finds the cluster under a pinned API version, whatever the case of its policy", async () => {
    const pinned = { ...cluster("aks", { networkPolicy: "Calico" }) };
    pinned.type = "azure-native:containerservice/v20250901:ManagedCluster";
    assert.equal((await judge(pinned)).length, 1);
  });

  it("does not take an Installation that the operator does not read for the switch", async () => {
    const misnamed = installation("BPF");
    misnamed.props = { ...misnamed.props, metadata: { name: "calico" } };
    assert.match((await judge(cluster("aks"), misnamed))[0].message, /nothing in the stack switches it/);
    const disabled = { installation: { enabled: false, calicoNetwork: { linuxDataplane: "BPF" } } };
    const release: Declared = { type: "kubernetes:helm.sh/v3:Release", props: { values: disabled } };
    assert.equal((await judge(cluster("aks"), release)).length, 1);
    const annotated = installation(undefined);
    assert.equal((await judge(cluster("aks"), annotated)).length, 1, "a patch without linuxDataplane");
  });

  it("says what a switch that is set otherwise does, and how a way back is run", async () => {
    const stack = [cluster("aks"), provider("k8s", "aks")];
    const [violation, ...more] = await judge(...stack, installation("Iptables", { provider: "k8s" }));
    assert.equal(violation.resource, "switch");
    assert.match(violation.message, /^The Installation says linuxDataplane: Iptables, .* on cluster aks /);
    assert.match(violation.message, /linuxDataplane: "BPF"/);
    assert.match(violation.message, /with this policy set to "advisory"/);
    assert.deepEqual(more, []);
  });

  it("asks for a switch for each of several clusters", async () => {
    const two = [
      cluster("blue"),
      cluster("green"),
      provider("k8s-blue", "blue"),
      provider("k8s-green", "green"),
    ];
    const blue = installation("BPF", { name: "switch-blue", provider: "k8s-blue" });
    const green = installation("BPF", { name: "switch-green", provider: "k8s-green" });
    assert.deepEqual(await judge(...two, blue, green), []);
    assert.deepEqual(
      (await judge(...two, blue)).map(({ resource }) => resource),
      ["green"],
    );
    // A kubeconfig that comes from elsewhere may lead to the other cluster, but only to one.
    const elsewhere = installation("BPF", { name: "switch-elsewhere", provider: "k8s-elsewhere" });
    assert.deepEqual(await judge(...two, provider("k8s-elsewhere"), blue, elsewhere), []);
    assert.equal((await judge(...two, provider("k8s-elsewhere"), elsewhere)).length, 1);
  });

  it("follows a provider to its cluster through what lies between, and not beyond the cluster", async () => {
    const hub = cluster("hub");
    const spoke = { ...cluster("spoke"), dependsOn: ["hub"] };
    const kubeconfig: Declared = {
      type: "pulumi-nodejs:dynamic:Resource",
      name: "config",
      dependsOn: ["spoke"],
    };
    const found = await judge(
      hub,
      spoke,
      kubeconfig,
      provider("k8s", "config"),
      installation("BPF", { provider: "k8s" }),
    );
    assert.deepEqual(
      found.map(({ resource }) => resource),
      ["hub"],
    );
  });

  it("stays silent where a preview does not know", async () => {
    assert.deepEqual(await judge(cluster("aks", unknown)), []);
    assert.deepEqual(await judge(cluster("aks", { networkPolicy: unknown })), []);
    assert.deepEqual(await judge(cluster("aks"), installation(unknown)), []);
    assert.deepEqual(
      await judge(cluster("aks"), { ...installation(0), props: { metadata: unknown, spec: unknown } }),
      [],
    );
    assert.deepEqual(await judge(kubeProxy(unknown)), []);
    const files = { chart: "tigera-operator", valueYamlFiles: [{ path: "values.yaml" }] };
    assert.deepEqual(
      await judge(cluster("aks"), { type: "kubernetes:helm.sh/v3:Release", props: files }),
      [],
    );
    const nginx = { ...files, chart: "nginx" };
    assert.equal(
      (await judge(cluster("aks"), { type: "kubernetes:helm.sh/v3:Release", props: nginx })).length,
      1,
    );
    // A chart whose cluster is not there yet: the provider declares its children in the update only.
    const chart: Declared = { type: "kubernetes:helm.sh/v4:Chart", name: "calico" };
    assert.deepEqual(await judge(cluster("aks"), chart), []);
    const child: Declared = { type: "kubernetes:core/v1:ConfigMap", name: "child", parent: "calico" };
    assert.equal(
      (await judge(cluster("aks"), chart, child)).length,
      1,
      "rendered, and no Installation in it",
    );
  });

  it("leaves stacks alone that do not mean eBPF", async () => {
    assert.deepEqual(await judge(cluster("aks", { networkPolicy: "cilium" })), []);
    const bare = cluster("aks", { networkPolicy: "none", networkPlugin: "none" });
    assert.deepEqual(await judge(bare, provider("k8s", "aks")), [], "any CNI may come");
    assert.deepEqual(await judge(bare, installation(undefined)), [], "a patch of somebody's Installation");
    assert.deepEqual(await judge(kubeProxy({ "kubernetes.io/os": "linux" })), []);
    assert.deepEqual(await judge(), []);
  });

  it("refuses a parked kube-proxy without a switch, on a cluster of another stack", async () => {
    const parked = kubeProxy({ "projectcalico.org/no-kube-proxy": "true" }, { provider: "k8s" });
    const [violation, ...more] = await judge(provider("k8s"), parked);
    assert.equal(violation.resource, "kube-proxy");
    assert.match(violation.message, /^kube-proxy is kept off the nodes by its nodeSelector/);
    assert.match(violation.message, /Or take the nodeSelector out\.$/);
    assert.deepEqual(more, []);
    assert.deepEqual(await judge(provider("k8s"), parked, installation("BPF", { provider: "k8s" })), []);
    const other = await judge(
      provider("k8s"),
      provider("k8s-2"),
      parked,
      installation("BPF", { provider: "k8s-2" }),
    );
    assert.equal(other.length, 1, "the switch of another cluster does not replace kube-proxy here");
  });

  describe("with a Calico that AKS does not bring", () => {
    const byo = [cluster("aks", { networkPlugin: "none" }), provider("k8s", "aks")];
    const own = (calicoNetwork: object): Declared => ({
      type: "kubernetes:operator.tigera.io/v1:Installation",
      name: "calico",
      props: { metadata: { name: "default" }, spec: { cni: { type: "Calico" }, calicoNetwork } },
      provider: "k8s",
    });
    const release = (values: object): Declared => ({
      type: "kubernetes:helm.sh/v3:Release",
      name: "operator",
      props: { chart: "tigera-operator", values },
      provider: "k8s",
    });
    const off = release({ installation: { enabled: false } });

    it("accepts an Installation of ours that says BPF, and refuses one that does not", async () => {
      assert.deepEqual(await judge(...byo, off, own({ linuxDataplane: "BPF" })), []);
      const [silent, ...more] = await judge(...byo, off, own({ bgp: "Disabled" }));
      assert.equal(silent.resource, "calico");
      assert.match(
        silent.message,
        /^calico installs Calico on cluster aks, but nothing .* operator runs iptables/,
      );
      assert.deepEqual(more, []);
      const [other] = await judge(...byo, off, own({ linuxDataplane: "Nftables" }));
      assert.match(other.message, /^The Installation says linuxDataplane: Nftables/);
    });

    it("refuses an operator's release whose Installation is missing or says nothing", async () => {
      assert.match((await judge(...byo, off))[0].message, /^operator installs Calico on cluster aks/);
      const values = { installation: { calicoNetwork: { bgp: "Disabled" } } };
      assert.equal((await judge(...byo, release(values)))[0].resource, "operator");
    });

    it("finds a kube-proxy-less cluster, which is azure-native's generic resource", async () => {
      const generic: Declared = {
        type: "azure-native:resources:Resource",
        name: "aks",
        props: {
          resourceProviderNamespace: "Microsoft.ContainerService",
          resourceType: "managedClusters",
          properties: { networkProfile: { networkPolicy: "calico" } },
        },
      };
      assert.match((await judge(generic))[0].message, /^Cluster aks runs Calico/);
    });
  });

  describe("when the layer with the switch was removed", () => {
    // The outputs of a patch are the whole live object, which still has what the removed layer wrote.
    const metadata = { name: "default", annotations: { "aks-calico-ebpf/acknowledged": "host:443/BPF" } };
    const live = { metadata, spec: { calicoNetwork: { linuxDataplane: "BPF" } } };
    const acknowledged = installation("BPF", { name: "acknowledged", props: live, inputs: { metadata } });
    const felix = (spec: object): Declared => ({
      type: "kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch",
      name: "felix",
      props: { metadata: { name: "default" }, spec: { ...spec, bpfEnabled: true, bpfLogLevel: "Off" } },
      inputs: { metadata: { name: "default" }, spec },
    });

    it("does not take the live object, which a patch that remains shows, for the switch", async () => {
      const [violation] = await judge(cluster("aks"), acknowledged);
      assert.equal(violation.resource, "aks");
      assert.match(violation.message, /nothing in the stack switches it to eBPF/);
      assert.deepEqual(
        await judge(cluster("aks"), { ...acknowledged, inputs: null }),
        [],
        "nothing remembered",
      );
    });

    it("knows by the settings of eBPF that remain, also on another stack's cluster", async () => {
      const [violation, ...more] = await judge(acknowledged, felix({ bpfKubeProxyHealthzPort: 10258 }));
      assert.equal(violation.resource, "felix");
      assert.match(
        violation.message,
        /^felix sets bpfKubeProxyHealthzPort, which only the eBPF data plane reads/,
      );
      assert.match(
        violation.message,
        /switches the cluster to eBPF: with this update the switch would be given up/,
      );
      assert.deepEqual(more, []);
      assert.deepEqual(
        await judge(acknowledged, felix({ logSeverityScreen: "Info" })),
        [],
        "not by the live ones",
      );
      assert.deepEqual(await judge(acknowledged, { ...felix({}), inputs: { spec: unknown } }), []);
      const unseen = { ...felix({ bpfLogLevel: "Off" }), inputs: null };
      assert.deepEqual(await judge(acknowledged, unseen), [], "nobody knows who wrote them");
    });
  });

  it("reports one cluster once", async () => {
    const parked = kubeProxy({ "non-calico": "true" }, { provider: "k8s" });
    const found = await judge(cluster("aks"), provider("k8s", "aks"), parked);
    assert.deepEqual(
      found.map(({ resource }) => resource),
      ["aks"],
    );
  });
});
