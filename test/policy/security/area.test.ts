import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { security } from "../../../policy/policies/security";
import { packFolder } from "../judge";

/** What each stands for in Checkov and PSRule; `on` is what a cluster has without anything around it. */
const expected: Record<string, { on?: true; ids: string[] }> = {
  "aks-rbac-enabled": { on: true, ids: ["CKV_AZURE_5", "Azure.AKS.UseRBAC"] },
  "aks-managed-identity": { on: true, ids: ["Azure.AKS.ManagedIdentity"] },
  "aks-no-node-public-ip": { on: true, ids: ["CKV_AZURE_143"] },
  "aks-secret-rotation": { on: true, ids: ["CKV_AZURE_172", "Azure.AKS.SecretStoreRotation"] },
  "aks-api-server-access": { ids: ["CKV_AZURE_6", "Azure.AKS.AuthorizedIPs"] },
  "aks-private-cluster": { ids: ["CKV_AZURE_115"] },
  "aks-managed-aad": { ids: ["Azure.AKS.ManagedAAD"] },
  "aks-local-accounts-off": { ids: ["CKV_AZURE_141", "Azure.AKS.LocalAccounts"] },
  "aks-azure-rbac": { ids: ["Azure.AKS.AzureRBAC"] },
  "aks-azure-policy-addon": { ids: ["CKV_AZURE_116", "Azure.AKS.AzurePolicyAddOn"] },
  "aks-disk-encryption-set": { ids: ["CKV_AZURE_117"] },
  "aks-host-encryption": { ids: ["CKV_AZURE_227"] },
  "aks-ephemeral-os-disk": { ids: ["CKV_AZURE_226", "Azure.AKS.EphemeralOSDisk"] },
  "aks-secret-store": { ids: ["CKV_AZURE_172", "Azure.AKS.SecretStore"] },
  "aks-defender": { ids: ["Azure.AKS.DefenderProfile"] },
  "aks-container-insights": { ids: ["CKV_AZURE_4", "Azure.AKS.ContainerInsights"] },
  "aks-audit-logs": { ids: ["Azure.AKS.AuditLogs"] },
  "aks-platform-logs": { ids: ["Azure.AKS.PlatformLogs"] },
};

describe("policies of security", () => {
  it("are these", () =>
    assert.deepEqual(security.map(({ name }) => name).sort(), Object.keys(expected).sort()));

  for (const policy of security) {
    it(`${policy.name} says what it is, what it stands for and what to write`, () => {
      const { on, ids } = expected[policy.name];
      const tags = policy.tags ?? [];
      assert.equal(policy.enforcementLevel, on ? "mandatory" : "disabled");
      assert.deepEqual(
        tags.filter((tag) => /^(CKV_|Azure\.)/.test(tag)),
        ids,
      );
      assert.deepEqual(tags.slice(0, 2), ["aks", on ? "baseline" : "strict"]);
      assert.match(policy.remediationSteps ?? "", /`.+`/, "the exact lines");
      assert.match(policy.url ?? "", /^https:\/\/learn\.microsoft\.com\/azure\//);
      assert.match(policy.description, /^.{20,}\.$/);
      assert.ok(policy.displayName && policy.severity && policy.framework);
      assert.equal(
        /"remediate"/.test(policy.remediationSteps ?? ""),
        "remediateResource" in policy,
        "who can fix it says so",
      );
    });
  }

  it("name their frameworks in their files, too", () => {
    const folder = path.join(packFolder, "policies", "security");
    const sources = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
    for (const { name, tags = [], severity } of security) {
      const source = sources.find((text) => text.includes(`name: "${name}"`));
      assert.ok(source, name);
      const doc = source.slice(source.indexOf("@severity")).split("*/")[0];
      assert.ok(doc.startsWith(`@severity ${severity}\n`), `${name}: severity`);
      for (const id of tags.filter((tag) => /^(CKV_|Azure\.)/.test(tag)))
        assert.ok(doc.includes(id), `${name}: ${id}`);
    }
  });
});
