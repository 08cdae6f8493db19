// A living cluster keeps its mode: it is asked before anything is done to it.
import assert from "node:assert/strict";
import { modeChanges } from "../../components/aks/liveMode";
import { AksCluster, type AksClusterArgs } from "../../components";
import { record, type RecordOptions } from "./record";

const cni = { mode: "CalicoCni", network: { podCidr: "10.100.0.0/16" } } as const;
const absent = { ...cni, kubeProxy: "Absent" } as const;
const removed = { ...cni, kubeProxy: "Removed" } as const;
const asked = "azure-native:containerservice:getManagedCluster";

const program = (args: AksClusterArgs, options: RecordOptions) =>
  record(() => new AksCluster("dev", args), options);
const live = (networkPlugin: string, networkPolicy?: string, tags?: object) => ({
  name: "dev-x7k2p9",
  networkProfile: {
    networkPlugin,
    networkPluginMode: networkPlugin === "azure" ? "overlay" : undefined,
    networkPolicy,
  },
  tags,
});
const tag = { "aks-calico-ebpf-kube-proxy": "Absent" };

describe("the mode of a living cluster", () => {
  it("is asked for by the names that the cluster gets, and there is none at first", async () => {
    const recording = await program({}, {});
    const [question, ...more] = recording.invokes.filter(({ token }) => token === asked);
    assert.deepEqual(more, [], "one GET for each cluster and run");
    assert.deepEqual(question.inputs, { resourceGroupName: "dev-x7k2p9", resourceName: "dev-x7k2p9" });
    assert.equal(recording.named("dev-cluster").inputs.resourceName, "dev-x7k2p9");
  });

  const same: [string, AksClusterArgs, object][] = [
    ["AzureManaged", {}, live("azure", "calico")],
    ["SelfManaged", { mode: "SelfManaged" }, live("azure", "none")],
    ["SelfManaged, as Azure may say it", { mode: "SelfManaged" }, live("azure")],
    ["CalicoCni", cni, live("none")],
    ["CalicoCni without kube-proxy", absent, live("none", "none", tag)],
  ];
  for (const [title, args, found] of same) {
    it(`lets the same through: ${title}`, async () => {
      const recording = await program(args, { live: found });
      assert.equal(recording.named("dev-cluster").inputs.resourceName, "dev-x7k2p9");
    });
  }

  const other: [string, AksClusterArgs, object, RegExp][] = [
    [
      "AKS's Calico to one's own",
      { mode: "SelfManaged" },
      live("azure", "calico"),
      /mode: is SelfManaged, and the cluster dev-x7k2p9 has networkPlugin azure and networkPolicy calico, which is AzureManaged/,
    ],
    [
      "one's own to AKS's",
      {},
      live("azure", "none"),
      /mode: is AzureManaged, .* which is SelfManaged[\s\S]*write: SelfManaged, or follow/,
    ],
    ["Azure CNI to Calico's", cni, live("azure", "calico"), /mode: is CalicoCni, .* which is AzureManaged/],
    ["Calico's to Azure CNI", {}, live("none"), /mode: is AzureManaged, .* which is CalicoCni/],
    ["another engine's", {}, live("azure", "cilium"), /networkPolicy cilium, which no mode has/],
    ["another plugin's", {}, live("kubenet", "calico"), /networkPlugin kubenet .*, which no mode has/],
    [
      "with kube-proxy to without",
      absent,
      live("none"),
      /kubeProxy: is Absent, .* was made with kube-proxy[\s\S]*Removed, after az aks update --kube-proxy-config/,
    ],
    ["made without kube-proxy to removed", removed, live("none", undefined, tag), /kubeProxy: is not Absent/],
    [
      "without kube-proxy to with",
      cni,
      live("none", undefined, tag),
      /kubeProxy: is not Absent, .* was made without kube-proxy[\s\S]*write: Absent, or follow/,
    ],
  ];
  it("is what the state says of kube-proxy, where that is told: anybody can take a tag away", () => {
    const changes = (kubeProxy: string, isAbsent?: boolean, tags = {}) =>
      modeChanges(
        { mode: "CalicoCni", kubeProxy, hasKubeProxy: kubeProxy !== "Absent" } as any,
        live("none", undefined, tags) as any,
        isAbsent,
      ).map(({ wrong }) => wrong.split(",")[0]);
    assert.deepEqual(changes("Absent", true), []);
    assert.deepEqual(changes("Disable", true), ["is not Absent"]);
    assert.deepEqual(changes("Absent"), ["is Absent"]);
    assert.deepEqual(changes("Absent", undefined, tag), []);
  });

  for (const [title, args, found, says] of other) {
    it(`refuses a change: ${title}`, async () => {
      await assert.rejects(program(args, { live: found }), (error: Error) => {
        assert.match(error.message, says);
        assert.match(error.message, /docs\/modes\.md, "Changing the mode of a living cluster"/);
        return true;
      });
    });
  }

  it("takes a cluster whose kube-proxy was removed as the typed resource, and does not make one", async () => {
    const recording = await program(removed, { live: live("none") });
    const { type, inputs } = recording.named("dev-cluster");
    assert.equal(type, "azure-native:containerservice:ManagedCluster");
    assert.equal(inputs.tags["aks-calico-ebpf-kube-proxy"], "Removed");
    await assert.rejects(
      program(removed, {}),
      /kubeProxy: is Removed, and there is no cluster dev-x7k2p9 yet/,
    );
  });

  it("stops before the cluster, also in a preview that knows the names", async () => {
    const named = { resourceGroupName: "shared", clusterName: "blue" };
    const found = { live: live("azure", "none"), preview: true };
    await assert.rejects(program(named, found), /mode: is AzureManaged/);
  });

  it("is not asked for in a preview that does not know the names yet", async () => {
    const recording = await program({}, { preview: true, live: live("azure", "none"), state: () => ({}) });
    assert.ok(!recording.invokes.some(({ token }) => token === asked));
  });

  for (const message of [
    'autorest/azure: Service returned an error. Status=404 Code="ResourceGroupNotFound" Message="gone"',
    "GET https://management.azure.com/x\nRESPONSE 404: 404 Not Found\nERROR CODE: ResourceNotFound",
    "GET https://management.azure.com/x\nRESPONSE 404: 404 Not Found\nERROR CODE UNAVAILABLE",
  ]) {
    it(`takes for "not there": ${message.split("\n").at(-1)}`, async () => {
      const recording = await program({}, { live: new Error(message) });
      assert.equal(recording.named("dev-cluster").inputs.resourceName, "dev-x7k2p9");
    });
  }

  for (const message of [
    'Status=403 Code="AuthorizationFailed" Message="The client does not have authorization over scope /subscriptions/404"',
    'Status=404 Code="SubscriptionNotFound" Message="The subscription could not be found."',
    "dial tcp: lookup management.azure.com: no such host",
  ]) {
    it(`passes on, with what to do: ${message.slice(0, 40)}`, async () => {
      await assert.rejects(program({}, { live: new Error(message) }), (error: Error) => {
        assert.ok(error.message.includes(message), error.message);
        assert.match(
          error.message,
          /does not tell whether the cluster dev-x7k2p9 is there[\s\S]*needs to read it/,
        );
        return true;
      });
    });
  }
});
