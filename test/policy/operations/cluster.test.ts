// What a cluster must say of itself to be run well.
import assert from "node:assert/strict";
import { allowedRegions } from "../../../policy/policies/operations/allowedRegions";
import { autoUpgrade } from "../../../policy/policies/operations/autoUpgrade";
import { minNodes } from "../../../policy/policies/operations/minNodes";
import { nodeAutoUpgrade } from "../../../policy/policies/operations/nodeAutoUpgrade";
import { noHttpAppRouting } from "../../../policy/policies/operations/noHttpAppRouting";
import { paidTier } from "../../../policy/policies/operations/paidTier";
import { standardLoadBalancer } from "../../../policy/policies/operations/standardLoadBalancer";
import { version } from "../../../policy/policies/operations/version";
import { at, ofClusters, ofPools, property, repairs } from "../everySpelling";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

property(ofClusters, paidTier, "sku.tier", {
  right: ["Standard", "Premium", "standard"],
  wrong: [
    [undefined, "The tier is left out, which means Free", 'Write `sku: { name: "Base", tier: "Standard" }`'],
    ["Free", "The tier is Free: nobody answers for the API server's uptime"],
  ],
});

property(ofClusters, standardLoadBalancer, "networkProfile.loadBalancerSku", {
  right: ["standard", "Standard", undefined],
  wrong: [
    ["basic", "loadBalancerSku is basic", 'Write `@networkProfile.loadBalancerSku@: "standard"`'],
    ["Basic", "which Azure has retired"],
  ],
});
const sku = (value: unknown) => ({
  networkProfile: { networkPlugin: "azure", loadBalancerSku: value },
});
repairs(standardLoadBalancer, [[sku("basic"), sku("standard")]], [sku("standard"), sku(unknown), {}]);

property(ofClusters, noHttpAppRouting, "addonProfiles.httpApplicationRouting.enabled", {
  right: [false, undefined],
  wrong: [
    [
      true,
      "The add-on HTTP application routing is on",
      "Write `@addonProfiles.httpApplicationRouting.enabled@: false`",
    ],
  ],
  also: {
    right: [at("addonProfiles.omsagent.enabled", true)],
    wrong: [
      [
        at("addonProfiles.httpapplicationrouting.enabled", true),
        "@addonProfiles.httpapplicationrouting.enabled@: false",
      ],
    ],
  },
});
const routing = (enabled: unknown) => ({
  addonProfiles: { azurepolicy: { enabled: true }, httpApplicationRouting: { enabled } },
});
repairs(noHttpAppRouting, [[routing(true), routing(false)]], [routing(false), routing(unknown), {}]);

property(ofClusters, allowedRegions, "location", {
  config: { regions: ["westeurope", "North Europe"] },
  right: ["West Europe", "northeurope", undefined],
  wrong: [
    [
      "eastus",
      "The cluster stands in eastus, which is not among the regions that this team allows: westeurope, North Europe.",
      "Write one of them as `location`",
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
      "The upgrade channel is left out, which means none",
      'Write `@autoUpgradeProfile.upgradeChannel@: "patch"`',
    ],
    ["none", "The upgrade channel is none"],
    [null, "left out"],
  ],
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
      "nodeOSUpgradeChannel is None",
      'Write `@autoUpgradeProfile.nodeOSUpgradeChannel@: "NodeImage"` or "SecurityPatch"',
    ],
    ["Unmanaged", "nodeOSUpgradeChannel is Unmanaged"],
  ],
});
repairs(
  nodeAutoUpgrade,
  [[nodeChannel("None"), nodeChannel("NodeImage")]],
  [nodeChannel("SecurityPatch"), nodeChannel(unknown), {}],
);

const wants = (kubernetesVersion: unknown, upgradeChannel?: string) => ({
  kubernetesVersion,
  autoUpgradeProfile: { upgradeChannel },
});
property(ofClusters, version, "kubernetesVersion", {
  right: ["1.34", "1.36.1", "1.100", undefined],
  wrong: [
    [
      "1.33.9",
      "The cluster wants Kubernetes 1.33.9, older than 1.34",
      'Write `@kubernetesVersion@: "1.34"` or newer, or leave it out.',
    ],
  ],
  also: {
    right: [wants("1.20", "stable"), wants("1.20", "rapid")],
    wrong: [[wants("1.9", "patch"), "older than 1.34"]],
  },
});
property(ofClusters, version, "kubernetesVersion", {
  config: { minimumVersion: "1.35", allowedVersions: ["1.35", "1.36.2"] },
  right: ["1.35.1", "1.35", "1.36.2"],
  wrong: [
    [
      "1.36.1",
      "The cluster wants Kubernetes 1.36.1, which is not among the versions that this team allows: 1.35, 1.36.2.",
      "add it to the policy's allowedVersions",
    ],
    ["1.34.9", "older than 1.35"],
  ],
});
property(ofPools, version, "orchestratorVersion", {
  right: ["1.35", undefined],
  wrong: [
    ["1.30", 'Pool "work" wants Kubernetes 1.30, older than 1.34', 'Write `@orchestratorVersion@: "1.34"`'],
  ],
});

const pools = (...agentPoolProfiles: unknown[]) => ({ agentPoolProfiles });
const system = (pool: object) => ({ mode: "System", ...pool });
const scaled = (minCount: unknown) => system({ enableAutoScaling: true, minCount, maxCount: 10, count: 9 });
ofClusters(minNodes, {
  right: [
    pools(system({ count: 3 })),
    pools(system({ count: 1 }), system({ count: 2 })),
    pools(scaled(3)),
    pools({ count: 3 }),
    pools(),
    {},
    pools(system({ count: unknown })),
    pools(system({ count: 1 }), { mode: unknown, count: unknown }),
    pools(system({ enableAutoScaling: unknown, count: 1 })),
    pools(scaled(unknown)),
    pools(unknown),
    { agentPoolProfiles: unknown },
  ],
  wrong: [
    [
      pools(system({ count: 1 })),
      "The system pools begin with 1 node, fewer than 3",
      "Write `@agentPoolProfiles[0].count@: 3` or more",
    ],
    [
      pools({ mode: "User", count: 9 }, scaled(2)),
      "begin with 2 nodes, fewer than 3",
      "Write `@agentPoolProfiles[1].minCount@: 3` or more",
    ],
    [pools(system({ count: 1 }), system({ count: 1 })), "begin with 2 nodes", "count: 2` or more"],
    [pools(system({})), "begin with 0 nodes", "count: 3` or more"],
  ],
});
ofClusters(minNodes, {
  config: { minimum: 1 },
  right: [pools(system({ count: 1 }))],
  wrong: [[pools(system({ count: 0 })), "fewer than 1"]],
});
