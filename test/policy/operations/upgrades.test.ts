import assert from "node:assert/strict";
import { autoUpgrade } from "../../../policy/policies/operations/autoUpgrade";
import { nodeAutoUpgrade } from "../../../policy/policies/operations/nodeAutoUpgrade";
import { version } from "../../../policy/policies/operations/version";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters, ofPools, repairs } from "./cases";

describe("policy aks-auto-upgrade", () => {
  const channel = (upgradeChannel: unknown) => ({ autoUpgradeProfile: { upgradeChannel } });
  ofClusters(autoUpgrade, {
    accepts: [channel("patch"), channel("stable"), channel("rapid"), channel("node-image")],
    refuses: [
      [
        {},
        "The upgrade channel is left out, which means none",
        'Write `@autoUpgradeProfile.upgradeChannel@: "patch"`',
      ],
      [channel("none"), "The upgrade channel is none"],
      [channel(null), "left out"],
    ],
    unknowns: [channel(unknown), { autoUpgradeProfile: unknown }],
  });
  repairs(
    autoUpgrade,
    [
      { from: {}, to: channel("patch") },
      {
        from: { autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: "None" } },
        to: { autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "None" } },
      },
    ],
    [channel("stable"), channel(unknown), { autoUpgradeProfile: unknown }],
  );
});

describe("policy aks-node-auto-upgrade", () => {
  const channel = (nodeOSUpgradeChannel: unknown) => ({
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel },
  });
  ofClusters(nodeAutoUpgrade, {
    accepts: [channel("NodeImage"), channel("SecurityPatch"), channel(undefined), {}],
    refuses: [
      [
        channel("None"),
        "nodeOSUpgradeChannel is None",
        'Write `@autoUpgradeProfile.nodeOSUpgradeChannel@: "NodeImage"` or "SecurityPatch"',
      ],
      [channel("Unmanaged"), "nodeOSUpgradeChannel is Unmanaged"],
    ],
    unknowns: [channel(unknown), { autoUpgradeProfile: unknown }],
  });
  repairs(
    nodeAutoUpgrade,
    [{ from: channel("None"), to: channel("NodeImage") }],
    [channel("SecurityPatch"), channel(unknown), {}],
  );
});

describe("policy aks-version", () => {
  const of = (kubernetesVersion: unknown, upgradeChannel?: string) => ({
    kubernetesVersion,
    autoUpgradeProfile: { upgradeChannel },
  });
  ofClusters(version, {
    accepts: [
      of("1.34"),
      of("1.36.1"),
      of("1.100"),
      of(undefined),
      of("1.20", "stable"),
      of("1.20", "rapid"),
    ],
    refuses: [
      [
        of("1.33.9"),
        "The cluster wants Kubernetes 1.33.9, older than 1.34",
        'Write `@kubernetesVersion@: "1.34"` or newer, or leave it out.',
      ],
      [of("1.9", "patch"), "older than 1.34"],
    ],
    unknowns: [of(unknown)],
  });
  ofPools(version, {
    accepts: [{ orchestratorVersion: "1.35" }, {}],
    refuses: [
      [
        { orchestratorVersion: "1.30" },
        'Pool "work" wants Kubernetes 1.30, older than 1.34',
        'Write `@orchestratorVersion@: "1.34"`',
      ],
    ],
    unknowns: [{ orchestratorVersion: unknown }],
  });
  ofClusters(version, {
    accepts: [of("1.35.1"), of("1.35"), of("1.36.2")],
    refuses: [
      [
        of("1.36.1"),
        "The cluster wants Kubernetes 1.36.1, which is not among the versions that this team allows: 1.35, 1.36.2.",
        "add it to the policy's allowedVersions",
      ],
      [of("1.34.9"), "older than 1.35"],
    ],
    unknowns: [of(unknown)],
    config: { minimumVersion: "1.35", allowedVersions: ["1.35", "1.36.2"] },
  });
  it("says what is wrong with its knob", async () => {
    const { type, props } = clusterSpellings[0];
    await assert.rejects(judge(version, type, props(of("1.35")), { minimumVersion: 1.3 }), {
      message: 'minimumVersion is 1.3 in the policy configuration; write "1.34"',
    });
  });
});
