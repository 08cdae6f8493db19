import assert from "node:assert/strict";
import { networkPolicy } from "../../../policy/policies/dataplane/networkPolicy";
import { type Declared, judgeStack, unknown } from "../judge";
import { cluster, genericCluster, installation, object, pinned, provider } from "./programs";

const judge = (...declared: Declared[]) => judgeStack(networkPolicy, declared);
const bare = (profile: object = {}, more: Partial<Declared> = {}) =>
  cluster({ networkProfile: { networkPlugin: "none", ...profile } }, more);

describe("policy aks-network-policy", () => {
  it("accepts every engine that AKS brings", async () => {
    for (const engine of ["calico", "azure", "cilium", "Calico"]) {
      assert.deepEqual(await judge(cluster({ networkProfile: { networkPolicy: engine } })), [], engine);
    }
    assert.deepEqual(await judge(bare({ networkDataplane: "cilium" })), []);
    assert.deepEqual(await judge(), []);
  });

  it("refuses a cluster without an engine, in every spelling", async () => {
    const none = cluster({ networkProfile: { networkPlugin: "azure", networkPolicy: "none" } });
    for (const declared of [
      none,
      bare(),
      bare({}, pinned),
      genericCluster(),
      cluster({ networkProfile: undefined }),
    ]) {
      const [violation, ...more] = await judge(declared, provider());
      assert.equal(violation.resource, "aks");
      assert.match(violation.message, /^Nothing enforces network policies on cluster aks: /);
      assert.match(
        violation.message,
        /networkProfile\.networkPolicy is not set.* Write `networkPolicy: "calico"`, or/,
      );
      assert.deepEqual(more, []);
    }
  });

  it("takes Calico of one's own for an engine, which others' rules do not", async () => {
    const release = object("helm.sh/v3:Release", "operator", { chart: "tigera-operator" });
    const own = { ...installation(), type: "kubernetes:operator.tigera.io/v1:Installation" };
    for (const calico of [installation("Iptables"), own, release]) {
      assert.deepEqual(await judge(bare(), provider(), calico), []);
      assert.deepEqual(await judge(genericCluster(), provider(), calico), []);
    }
    const foreign = object("apps/v1:DaemonSet", "other", { metadata: { name: "other" } });
    assert.equal((await judge(bare(), provider(), foreign)).length, 1);
  });

  it("asks for each cluster; Calico that leads elsewhere counts for one", async () => {
    const green = [bare({}, { name: "green" }), provider(["green"], "k8s-green")];
    const found = await judge(bare(), provider(), ...green, installation());
    assert.deepEqual(
      found.map(({ resource }) => resource),
      ["green"],
    );
    const elsewhere = installation("BPF", { name: "elsewhere", provider: "config" });
    assert.deepEqual(await judge(bare(), provider(), provider([], "config"), elsewhere), []);
  });

  it("stays silent where a preview does not know", async () => {
    assert.deepEqual(await judge(cluster({ networkProfile: unknown })), []);
    assert.deepEqual(await judge(bare({ networkPolicy: unknown })), []);
    assert.deepEqual(await judge(bare(), { type: "kubernetes:helm.sh/v4:Chart", name: "chart" }), []);
  });
});
