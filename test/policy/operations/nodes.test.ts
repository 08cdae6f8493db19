import assert from "node:assert/strict";
import { minNodes } from "../../../policy/policies/operations/minNodes";
import { minUserPoolNodes } from "../../../policy/policies/operations/minUserPoolNodes";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters, ofPools } from "./cases";

const pools = (...agentPoolProfiles: unknown[]) => ({ agentPoolProfiles });
const scaled = (minCount: unknown, count = 9) => ({ enableAutoScaling: true, minCount, maxCount: 10, count });

describe("policy aks-min-nodes", () => {
  ofClusters(minNodes, {
    accepts: [
      pools({ mode: "System", count: 3 }),
      pools({ mode: "System", count: 1 }, { mode: "System", count: 2 }),
      pools({ mode: "System", ...scaled(3) }),
      pools({ count: 3 }),
      pools(),
      {},
    ],
    refuses: [
      [
        pools({ mode: "System", count: 1 }),
        "The system pools begin with 1 node, fewer than 3",
        "Write `@agentPoolProfiles[0].count@: 3` or more",
      ],
      [
        pools({ mode: "User", count: 9 }, { mode: "System", ...scaled(2) }),
        "begin with 2 nodes, fewer than 3",
        "Write `@agentPoolProfiles[1].minCount@: 3` or more",
      ],
      [
        pools({ mode: "System", count: 1 }, { mode: "System", count: 1 }),
        "begin with 2 nodes",
        "count: 2` or more",
      ],
      [pools({ mode: "System" }), "begin with 0 nodes", "count: 3` or more"],
    ],
    unknowns: [
      pools({ mode: "System", count: unknown }),
      pools({ mode: "System", count: 1 }, { mode: unknown, count: unknown }),
      pools({ mode: "System", enableAutoScaling: unknown, count: 1 }),
      pools({ mode: "System", ...scaled(unknown) }),
      pools(unknown),
      { agentPoolProfiles: unknown },
    ],
  });
  ofClusters(minNodes, {
    accepts: [pools({ mode: "System", count: 1 })],
    refuses: [[pools({ mode: "System", count: 0 }), "fewer than 1"]],
    unknowns: [],
    config: { minimum: 1 },
  });
});

describe("policy aks-min-user-pool-nodes", () => {
  ofPools(minUserPoolNodes, {
    accepts: [{ count: 3 }, scaled(3), { count: 0, scaleSetPriority: "Spot" }, { mode: "System", count: 1 }],
    refuses: [
      [{ count: 2 }, 'Pool "work" begins with 2, fewer than 3', "Write `@count@: 3` or more"],
      [scaled(0), "begins with 0, fewer than 3", "Write `@minCount@: 3` or more"],
      [{}, "begins with no number of nodes of its own", "Write `@count@: 3`"],
    ],
    unknowns: [
      { count: unknown },
      scaled(unknown),
      { enableAutoScaling: unknown, count: 1 },
      { mode: unknown, count: 1 },
    ],
  });
  ofPools(minUserPoolNodes, {
    accepts: [{ count: 2 }],
    refuses: [[{ count: 1 }, "fewer than 2"]],
    unknowns: [],
    config: { minimum: 2 },
  });

  it("lets the pools that its knob names have fewer", async () => {
    const { type, props } = clusterSpellings[0];
    const two = props(
      pools({ name: "gpu", mode: "User", count: 0 }, { name: "work", mode: "User", count: 1 }),
    );
    const [message, ...more] = await judge(minUserPoolNodes, type, two, { excludedPools: ["gpu"] });
    assert.match(message, /^Pool "work"/);
    assert.deepEqual(more, []);
    await assert.rejects(judge(minUserPoolNodes, type, two, { excludedPools: "gpu" }), {
      message: 'excludedPools is "gpu" in the policy configuration; write a list of texts, such as ["gpu"]',
    });
  });
});
