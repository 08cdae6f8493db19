import assert from "node:assert/strict";
import { apiServerAccess } from "../../../policy/policies/aks/access";
import { isOwnOutbound, isWholeInternet, isWithin } from "../../../policy/ranges";
import { ofClusters } from "../everySpelling";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

const access = (authorizedIPRanges: any) => ({ apiServerAccessProfile: { authorizedIPRanges } });
const path = "@apiServerAccessProfile.authorizedIPRanges";
const hidden = { apiServerAccessProfile: { enablePrivateCluster: true } };
ofClusters(apiServerAccess, {
  right: [
    access(["203.0.113.0/24"]),
    access(["0.0.0.0/32"]),
    hidden,
    { apiServerAccessProfile: { enablePrivateCluster: unknown } },
    access(unknown),
    access([unknown]),
    { apiServerAccessProfile: unknown },
  ],
  wrong: [
    [
      {},
      `${path}@ is missing and the cluster is not private. `,
      "Write `apiServerAccessProfile: { authorizedIPRanges",
    ],
    [access([]), `${path}@ is empty and `, "enablePrivateCluster: true"],
    [{ apiServerAccessProfile: { enablePrivateCluster: false } }, `${path}@ is missing`],
    [access(["203.0.113.1", "0.0.0.0/0"]), `${path}[1]@ is 0.0.0.0/0, the whole internet or half of it. `],
    [
      access(["0.0.0.0/32", unknown, "128.0.0.0/1"]),
      `${path}[2]@ is 128.0.0.0/1, the whole internet or half of it. `,
    ],
  ],
});
ofClusters(apiServerAccess, {
  config: { allowedCidrs: ["203.0.113.0/24", "198.51.100.7"] },
  right: [access(["203.0.113.128/25", "203.0.113.9", "198.51.100.7/32", "0.0.0.0/32", unknown]), hidden],
  wrong: [
    [
      access(["203.0.113.0/24", "203.0.112.0/23"]),
      `${path}[1]@ is 203.0.112.0/23, which does not lie within 203.0.113.0/24, 198.51.100.7. `,
      "allowedCidrs",
    ],
    [access(["198.51.100.8"]), `${path}[0]@ is `, "does not lie within"],
    [access(["AzureCloud"]), `${path}[0]@ is AzureCloud, which does not lie`],
  ],
});

describe("policy aks-api-server-access", () => {
  it("says each range that is too wide", async () => {
    const settings = access(["10.0.0.0/8", "203.0.113.1", "0.0.0.0/0"]);
    const config = { allowedCidrs: ["203.0.113.0/24"] };
    const said = await judge(apiServerAccess, clusterSpellings[0].type, settings, config);
    const places = said.map((message) => /\[(\d)\]/.exec(message)?.[1]);
    assert.deepEqual(places, ["0", "2"]);
  });

  it("knows which ranges lie within others, and those that have a meaning of their own", () => {
    for (const [inner, outer, expected] of [
      ["10.1.2.3", "10.0.0.0/8", true],
      ["10.0.0.0/8", "10.0.0.0/8", true],
      ["10.0.0.0/7", "10.0.0.0/8", false],
      ["10.1.2.3/8", "10.0.0.0/8", true],
      ["11.0.0.0/8", "10.0.0.0/8", false],
      ["255.255.255.255", "0.0.0.0/0", true],
      ["AzureCloud", "azurecloud", true],
      ["10.0.0.0/33", "0.0.0.0/0", false],
      ["AzureCloud", "0.0.0.0/0", false],
      ["300.1.1.1", "0.0.0.0/0", false],
    ] as const)
      assert.equal(isWithin(inner, outer), expected, `${inner} in ${outer}`);
    const only = (list: string[], test: (range: string) => boolean) => list.filter(test);
    const wide = ["0.0.0.0/0", "0.0.0.0/1"];
    assert.deepEqual(only([...wide, "8.0.0.0/2", "1.1.1.1", "x"], isWholeInternet), wide);
    const outbound = ["0.0.0.0/32", "0.0.0.0"];
    assert.deepEqual(only([...outbound, "0.0.0.0/31", "x"], isOwnOutbound), outbound);
  });
});
