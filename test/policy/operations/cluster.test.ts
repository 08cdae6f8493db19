// What a cluster must say of itself to be run well.
import assert from "node:assert/strict";
import { allowedRegions, paidTier } from "../../../policy/policies/aks/general";
import { autoUpgrade, nodeAutoUpgrade } from "../../../policy/policies/aks/upgrades";
import { ofClusters, property, repairs } from "../everySpelling";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

property(ofClusters, paidTier, "sku.tier", {
  right: ["Standard", "Premium", "standard"],
  wrong: [
    [
      undefined,
      "@@ is missing. In the tier Free, the default, ",
      'Write `sku: { name: "Base", tier: "Standard" }`',
    ],
    ["Free", "@@ is Free. ", "nobody answers for the API server's uptime"],
  ],
});

property(ofClusters, allowedRegions, "location", {
  config: { regions: ["westeurope", "North Europe"] },
  right: ["West Europe", "northeurope", undefined],
  wrong: [
    [
      "eastus",
      "@@ is eastus. This team allows westeurope, North Europe.",
      "Write one of them as `location`, or add this one to the knob `regions`.",
    ],
  ],
});
it("policy aks-allowed-regions allows every region where no list is set", async () => {
  for (const { type, props } of clusterSpellings)
    for (const config of [{}, { regions: [] }])
      assert.deepEqual(await judge(allowedRegions, type, props({ location: "eastus" }), config), []);
});

const channel = (upgradeChannel: unknown) => ({ autoUpgradeProfile: { upgradeChannel } });
property(ofClusters, autoUpgrade, "autoUpgradeProfile.upgradeChannel", {
  right: ["patch", "stable", "rapid", "node-image"],
  wrong: [
    [
      undefined,
      "@@ is missing. Without a channel Kubernetes stays as it is",
      'Write `autoUpgradeProfile: { upgradeChannel: "patch" }`',
    ],
    ["none", "@@ is none."],
    ["", "@@ is empty."],
    [null, "@@ is missing."],
  ],
  also: {
    right: [{ sku: { name: "Automatic", tier: "Standard" } }],
    wrong: [[{ sku: { name: "Base", tier: "Standard" } }, "@autoUpgradeProfile.upgradeChannel@ is missing."]],
  },
});
const beside = (upgradeChannel: string) => ({
  autoUpgradeProfile: { upgradeChannel, nodeOSUpgradeChannel: "None" },
});
repairs(
  autoUpgrade,
  [
    [{}, channel("patch")],
    [beside("none"), beside("patch")],
  ],
  [channel("stable"), channel(unknown), { autoUpgradeProfile: unknown }],
);

const nodeChannel = (nodeOSUpgradeChannel: unknown) => ({
  autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel },
});
property(ofClusters, nodeAutoUpgrade, "autoUpgradeProfile.nodeOSUpgradeChannel", {
  right: ["NodeImage", "SecurityPatch", undefined],
  wrong: [
    [
      "None",
      "@@ is None. ",
      "fixes of the kernel",
      'Write `autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" }` or "SecurityPatch"',
    ],
    ["Unmanaged", "@@ is Unmanaged. "],
  ],
});
repairs(
  nodeAutoUpgrade,
  [[nodeChannel("None"), nodeChannel("NodeImage")]],
  [nodeChannel("SecurityPatch"), nodeChannel(unknown), {}],
);
