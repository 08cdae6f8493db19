// Calico whose own resources are CRDs of projectcalico.org/v3: AKS's, ours, somebody else's, and one that comes there.
import assert from "node:assert/strict";
import { apiOf, nativeV3 } from "../../rehearsal/aks/calicoApi";
import { calicoCrds, installCrds } from "../../rehearsal/aks/crds";
import { withApi } from "../../rehearsal/controlPlane/api";
import type { CalicoApi } from "../../rehearsal/controlPlane/cluster";
import { layout } from "../../rehearsal/controlPlane/kwok";
import { messageOf } from "../../rehearsal/system/refusal";
import { eventually, layers, ok, StayingCluster, startTimeoutMs } from "./harness";

const [v1, v3]: CalicoApi[] = ["crd.projectcalico.org/v1", "projectcalico.org/v3"];
const env = [{ name: "CALICO_API_GROUP", value: v3 }];
const deny = { excludedNamespaces: ["legacy"] };

const withCluster = <T>(cluster: StayingCluster, work: Parameters<typeof withApi<T>>[1]) =>
  withApi(layout(cluster.clusters.status("stays")!.folder), work);

/** Whether it serves Calico's resources in that API. */
const serves = (cluster: StayingCluster, api: CalicoApi) =>
  withCluster(cluster, async (client) => (await client.get(`/apis/${api}`)) !== undefined);

describe("native v3 CRDs", function () {
  this.timeout(240_000);
  let cluster: StayingCluster;

  const begin = (options: Parameters<typeof StayingCluster.start>[0]) =>
    before(async function () {
      this.timeout(startTimeoutMs);
      cluster = await StayingCluster.start(options);
    });

  /** eBPF, unchanged by an up that refreshes, and away. */
  async function there(args: object) {
    const stack = await cluster.stack("layers", "there");
    ok(await stack.up({ args }));
    assert.deepEqual(await cluster.red(), []);
    assert.deepEqual([await serves(cluster, v1), await serves(cluster, v3)], [false, true]);
    const again = await stack.up({ args }, { args: ["--refresh"] });
    ok(again);
    assert.deepEqual(again.changes, {});
    ok(await stack.destroy());
  }

  describe("of AKS's Calico", () => {
    begin({ calicoVersion: "3.33.0", calicoApi: v3 });
    after(() => cluster?.end());

    it("are switched", () => there({ defaultDeny: deny }));
  });

  describe("of a Calico of our own, and of somebody else's", () => {
    begin({ calico: false });
    after(() => cluster?.end());

    it("are switched, ours by its chart's values", () =>
      there({
        mode: "SelfManaged",
        calico: { version: "v3.33.0", values: { tigeraOperator: { env } } },
        defaultDeny: deny,
      }));

    it("are switched, somebody's by what calico-node is told", async () => {
      const theirs = await cluster.stack("somebody");
      ok(await theirs.up({ version: "v3.33.0" }));
      await there({ mode: "SelfManaged", calico: { existing: true } });
    });
  });

  describe("to which AKS's Calico is migrated", () => {
    begin({});
    after(() => cluster?.end());

    it("lose no setting: a plain up changes nothing, one that refreshes goes on there", async () => {
      const stack = await cluster.stack("layers");
      const args = { felix: { bpfMapSizeConntrack: 600000 }, defaultDeny: deny };
      ok(await stack.up({ args }));
      await migrate(cluster);
      const plain = await stack.up({ args });
      ok(plain);
      assert.deepEqual(plain.changes, {});
      const refreshed = await stack.up({ args }, { args: ["--refresh"] });
      ok(refreshed);
      assert.deepEqual(await cluster.red(), []);
      const { felix } = await cluster.snapshot();
      assert.equal(felix.apiVersion, v3);
      assert.equal(felix.spec.bpfMapSizeConntrack, 600000);
      ok(await stack.up({ args: { felix: { bpfMapSizeConntrack: 700000 } } }));
      assert.equal((await cluster.snapshot()).felix.spec.bpfMapSizeConntrack, 700000);
      const names = stack.names();
      assert.deepEqual(
        layers.filter((name) => !names.includes(name)),
        [],
      );
      ok(await stack.destroy());
      await cluster.onIptables();
    });
  });
});

/**
 * As a DatastoreMigration does (projectcalico/calico, kube-controllers/pkg/controllers/migration): copies the resources,
 * has the operator take v3 (tigera/operator, apiserver_controller.go, setAPIGroupEnvVar), and deletes the old CRDs.
 */
async function migrate(cluster: StayingCluster): Promise<void> {
  await withCluster(cluster, async (api) => {
    const crds = await calicoCrds(() => undefined, "3.31.2");
    await installCrds(api, nativeV3(crds));
    for (const plural of ["felixconfigurations", "globalnetworkpolicies"])
      for (const { metadata, spec } of await api.list(`/apis/${v1}/${plural}`)) {
        const { name, annotations } = metadata;
        const kind = plural.startsWith("felix") ? "FelixConfiguration" : "GlobalNetworkPolicy";
        await api.create(`/apis/${v3}/${plural}`, {
          ...{ apiVersion: v3, kind, spec },
          metadata: { name, annotations },
        });
      }
    const operator = "/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator";
    const { spec } = (await api.get(operator))!;
    const containers = spec.template.spec.containers.map((one: any) => ({
      ...one,
      env: [...(one.env ?? []), ...env],
    }));
    await api.patch(operator, { spec: { template: { spec: { containers } } } });
    await eventually(async () => {
      const { calicoNode } = await cluster.snapshot();
      return apiOf(calicoNode) === v3 ? undefined : "calico-node is not told of v3";
    }, 60);
    for (const { spec: crd, metadata } of crds.filter(({ spec }) => spec.group === "crd.projectcalico.org")) {
      // An API server that cannot list the instances yet gives up on the deletion for minutes.
      const list = () => api.list(`/apis/${v1}/${crd.names.plural}`);
      await eventually(() => list().then(() => undefined, messageOf));
      await api.delete(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`);
    }
    await eventually(async () => ((await serves(cluster, v1)) ? "v1 is still served" : undefined), 60);
    await eventually(async () => (await cluster.red()).join("; ") || undefined, 60);
  });
}
