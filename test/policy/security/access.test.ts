import assert from "node:assert/strict";
import { apiServerAccess } from "../../../policy/policies/security/apiServerAccess";
import { privateCluster } from "../../../policy/policies/security/privateCluster";
import { isOwnOutbound, isWholeInternet, isWithin } from "../../../policy/policies/security/ranges";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters } from "./everywhere";

const access = (apiServerAccessProfile: any) => ({ apiServerAccessProfile });
const path = "apiServerAccessProfile.authorizedIPRanges";

describe("policy aks-api-server-access", () => {
  ofClusters(apiServerAccess, {
    right: [
      access({ authorizedIPRanges: ["203.0.113.0/24"] }),
      access({ authorizedIPRanges: ["0.0.0.0/32"] }),
      access({ enablePrivateCluster: true }),
      access({ enablePrivateCluster: unknown }),
      access({ authorizedIPRanges: unknown }),
      access({ authorizedIPRanges: [unknown] }),
      access(unknown),
    ],
    wrong: [
      [
        {},
        path,
        /is missing and the cluster is not private\. .*Write `apiServerAccessProfile: \{ authorizedIPRanges/,
      ],
      [access({ authorizedIPRanges: [] }), path, /is empty and .*enablePrivateCluster: true/],
      [access({ enablePrivateCluster: false }), path, /is missing/],
      [
        access({ authorizedIPRanges: ["203.0.113.1", "0.0.0.0/0"] }),
        `${path}[1]`,
        /is 0\.0\.0\.0\/0\. .*whole internet/,
      ],
      [
        access({ authorizedIPRanges: ["0.0.0.0/32", unknown, "128.0.0.0/1"] }),
        `${path}[2]`,
        /guards nothing/,
      ],
    ],
  });

  describe("with allowedCidrs", () => {
    ofClusters(apiServerAccess, {
      config: { allowedCidrs: ["203.0.113.0/24", "198.51.100.7"] },
      right: [
        access({
          authorizedIPRanges: ["203.0.113.128/25", "203.0.113.9", "198.51.100.7/32", "0.0.0.0/32", unknown],
        }),
        access({ enablePrivateCluster: true }),
      ],
      wrong: [
        [
          access({ authorizedIPRanges: ["203.0.113.0/24", "203.0.112.0/23"] }),
          `${path}[1]`,
          /is 203\.0\.112\.0\/23, which does not lie within 203\.0\.113\.0\/24, 198\.51\.100\.7\. .*allowedCidrs/,
        ],
        [access({ authorizedIPRanges: ["198.51.100.8"] }), `${path}[0]`, /does not lie within/],
        [access({ authorizedIPRanges: ["AzureCloud"] }), `${path}[0]`, /is AzureCloud, which does not lie/],
      ],
    });
    it("says each range that is too wide", async () => {
      const settings = access({ authorizedIPRanges: ["10.0.0.0/8", "203.0.113.1", "0.0.0.0/0"] });
      const config = { allowedCidrs: ["203.0.113.0/24"] };
      const said = await judge(apiServerAccess, clusterSpellings[0].type, settings, config);
      assert.deepEqual(
        said.map((message) => /\[(\d)\]/.exec(message)?.[1]),
        ["0", "2"],
      );
    });
  });
});

describe("policies: address ranges", () => {
  it("lie within each other, and what is no range within its equal", () => {
    for (const [inner, outer, expected] of [
      ["10.1.2.3", "10.0.0.0/8", true],
      ["10.0.0.0/8", "10.0.0.0/8", true],
      ["10.0.0.0/7", "10.0.0.0/8", false],
      ["10.1.2.3/8", "10.0.0.0/8", true],
      ["11.0.0.0/8", "10.0.0.0/8", false],
      ["255.255.255.255", "0.0.0.0/0", true],
      ["AzureCloud", "azurecloud", true],
      ["azurecloud", "AzureCloud", true],
      ["10.0.0.0/33", "0.0.0.0/0", false],
      ["AzureCloud", "0.0.0.0/0", false],
      ["300.1.1.1", "0.0.0.0/0", false],
    ] as const)
      assert.equal(isWithin(inner, outer), expected, `${inner} in ${outer}`);
  });
  it("have two words of their own", () => {
    assert.deepEqual(["0.0.0.0/0", "0.0.0.0/1", "8.0.0.0/2", "1.1.1.1", "x"].map(isWholeInternet), [
      ...[true, true, false, false, false],
    ]);
    assert.deepEqual(["0.0.0.0/32", "0.0.0.0", "0.0.0.0/31", "x"].map(isOwnOutbound), [
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("policy aks-private-cluster", () => {
  const where = "apiServerAccessProfile.enablePrivateCluster";
  ofClusters(privateCluster, {
    right: [
      access({ enablePrivateCluster: true }),
      access({ enablePrivateCluster: unknown }),
      access(unknown),
    ],
    wrong: [
      [
        {},
        where,
        /is not true\. .*public address.*Write `apiServerAccessProfile: \{ enablePrivateCluster: true \}`/,
      ],
      [access({ authorizedIPRanges: ["203.0.113.0/24"] }), where, /aks-api-server-access/],
    ],
  });
});
