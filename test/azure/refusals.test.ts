// One wrong thing in a request, and the one finding about it: refusals.yaml.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import yaml from "js-yaml";
import type { Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, genericInputs, poolInputs, removeFolders, world } from "./fixtures";
import * as beside from "./productionInputs";

const group = { resourceGroupName: "rg" };
const window = {
  schedule: { weekly: { intervalWeeks: 1, dayOfWeek: "Sunday" } },
  durationHours: 4,
  startTime: "02:00",
};
const aks = "containerservice:ManagedCluster";

/** Section -> type, and inputs that are accepted. */
const sections: Record<string, [string, () => Props]> = {
  cluster: [aks, clusterInputs],
  pool: [aks, clusterInputs],
  production: [aks, () => clusterInputs(beside.production)],
  AgentPool: ["containerservice:AgentPool", poolInputs],
  generic: ["resources:Resource", genericInputs],
  window: [
    "containerservice:MaintenanceConfiguration",
    () => ({
      ...group,
      resourceName: "aks",
      configName: "aksManagedAutoUpgradeSchedule",
      maintenanceWindow: structuredClone(window),
    }),
  ],
  network: [
    "network:VirtualNetwork",
    () => ({ ...group, virtualNetworkName: "net", addressSpace: { addressPrefixes: ["10.1.0.0/16"] } }),
  ],
  subnet: [
    "network:Subnet",
    () => ({ ...group, virtualNetworkName: "net", subnetName: "a", addressPrefix: "10.1.0.0/24" }),
  ],
  role: [
    "authorization:RoleAssignment",
    () => ({ scope: "/subscriptions/s", principalId: "p", roleDefinitionId: beside.role(beside.uuid) }),
  ],
  group: ["resources:ResourceGroup", () => ({ ...group })],
  workspace: ["operationalinsights:Workspace", beside.workspace],
  setting: ["monitor:DiagnosticSetting", beside.setting],
  collectionRule: ["monitor:DataCollectionRule", beside.collectionRule],
  association: ["monitor:DataCollectionRuleAssociation", beside.association],
  encryptionSet: ["compute:DiskEncryptionSet", () => beside.encryptionSet(beside.keyUrl)],
  vault: ["keyvault:Vault", beside.vault],
  key: ["keyvault:Key", beside.key],
};

/** "a.b=1", "a.0.b=text" or "-a.b". */
function change(inputs: any, edit: string): void {
  const [, remove, steps, written] = /^(-?)([^=]+)(?:=(.*))?$/.exec(edit)!;
  const way = steps.split(".");
  const last = way.pop()!;
  const parent = way.reduce((here, step) => here[step], inputs);
  if (remove) delete parent[last];
  else parent[last] = parsed(written);
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

describe("azure: a request is refused where it is wrong", () => {
  after(removeFolders);
  const cases = yaml.load(fs.readFileSync(path.join(__dirname, "refusals.yaml"), "utf8")) as Props;
  for (const [section, [type, inputs]] of Object.entries(sections))
    describe(section, () => {
      it("and accepted where it is not", async () =>
        assert.deepEqual(await (await world()).failures(type, inputs()), []));
      for (const [edits, expected] of Object.entries(cases[section] as Record<string, string>))
        it(edits, async () => {
          const wrong = inputs();
          const root = section === "pool" ? (wrong.agentPoolProfiles as Props[])[0] : wrong;
          for (const edit of edits.split(" ")) change(root, edit);
          const found = await (await world()).failures(type, wrong);
          const [target, ...words] = expected.split(" ");
          const at = section === "pool" ? `properties.agentPoolProfiles[0].${target}` : target;
          assert.equal(found.length, 1, `one finding expected, got:\n${found.join("\n")}`);
          assert.ok(found[0].startsWith(`${at}: `), `at ${at}, got: ${found[0]}`);
          assert.ok(found[0].includes(words.join(" ")), found[0]);
        });
    });
});
