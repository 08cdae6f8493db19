import assert from "node:assert/strict";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import { rbacEnabled } from "../../../policy/policies/security/rbacEnabled";
import { judge, unknown } from "../judge";

describe("policy aks-rbac-enabled", () => {
  const tokens = [
    (ManagedCluster as any).__pulumiType,
    "azure-native:containerservice/v20250901:ManagedCluster",
    "azure-native:containerservice/v20250602preview:ManagedCluster",
    "azure-native_containerservice_v20250901:containerservice:ManagedCluster",
  ];
  for (const type of tokens) {
    it(`refuses enableRBAC: false on ${type}`, async () => {
      const [message, ...more] = await judge(rbacEnabled, type, { enableRBAC: false });
      assert.match(message, /^enableRBAC is false\./);
      assert.match(message, /AKS cannot turn RBAC on later/);
      assert.match(message, /Write `enableRBAC: true`/);
      assert.deepEqual(more, []);
    });
  }

  it("accepts true, absent, null and what a preview does not know", async () => {
    for (const props of [{ enableRBAC: true }, {}, { enableRBAC: null }, { enableRBAC: unknown }]) {
      assert.deepEqual(await judge(rbacEnabled, tokens[0], props), [], JSON.stringify(props));
    }
  });

  it("leaves other resources alone", async () => {
    for (const type of ["azure-native:containerservice:AgentPool", "my:containerservice:ManagedCluster"]) {
      assert.deepEqual(await judge(rbacEnabled, type, { enableRBAC: false }), [], type);
    }
  });
});
