// Pools that AKS would refuse, or on which Calico's eBPF data plane does not run.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, CalicoEbpfCluster } from "../../components";
import { record } from "./record";
import { type Case, checkCluster } from "./refusalCases";

const pool = (more: object) => ({ userPools: [{ name: "work", ...more }] });
const work = "userPools[0]";

const cases: Case[] = [
  ["pools that are no list", { userPools: { work: {} } }, "userPools", /a list of pools/],
  [
    "pools that are known later",
    { userPools: pulumi.output([]) },
    "userPools",
    /known when the program runs/,
  ],
  ["a Windows pool", pool({ osSku: "Windows2022" }), `${work}.osSku`, /Linux nodes only/],
  ["osType", pool({ osType: "Windows" }), `${work}.osType`, /pools are Linux/],
  ["a kernel below 5.10", pool({ osSku: "Ubuntu1804" }), `${work}.osSku`, /older than 5\.10/],
  ["a retired system", pool({ osSku: "CBLMariner" }), `${work}.osSku`, /retired/],
  ["a pool without a name", { userPools: [{}] }, `${work}.name`, /1 to 12 lower-case/],
  [
    "a pool's name that Azure refuses",
    { userPools: [{ name: "Work_1" }] },
    `${work}.name`,
    /1 to 12 lower-case/,
  ],
  [
    "two pools of one name",
    { userPools: [{ name: "a" }, { name: "a" }] },
    "userPools[1].name",
    /also the name of userPools\[0\]/,
  ],
  [
    "the system pool's name",
    { userPools: [{ name: "system" }] },
    `${work}.name`,
    /also the name of systemPool/,
  ],
  ["min above max", pool({ autoscaling: { min: 5, max: 3 } }), `${work}.autoscaling.max`, /5 or more/],
  ["one bound only", pool({ autoscaling: { min: 5 } }), `${work}.autoscaling.max`, /is missing/],
  [
    "a system pool scaled to nothing",
    { systemPool: { autoscaling: { min: 0, max: 3 } } },
    "systemPool.autoscaling.min",
    /1 to 1000/,
  ],
  [
    "a count outside the bounds",
    pool({ count: 9, autoscaling: { min: 1, max: 3 } }),
    `${work}.count`,
    /from 1 to 3/,
  ],
  ["no nodes in the system pool", { systemPool: { count: 0 } }, "systemPool.count", /1 to 1000/],
  ["too many nodes", pool({ count: 1001 }), `${work}.count`, /0 to 1000/],
  ["half a node", pool({ count: 1.5 }), `${work}.count`, /whole number/],
  ["too few pods on a node", pool({ maxPods: 9 }), `${work}.maxPods`, /10 to 250/],
  ["too many pods on a node", pool({ maxPods: 251 }), `${work}.maxPods`, /10 to 250/],
  ["a small disk", pool({ osDiskSizeGb: 8 }), `${work}.osDiskSizeGb`, /30 to 2048/],
  ["a taint without an effect", pool({ taints: ["dedicated=gpu"] }), `${work}.taints[0]`, /NoSchedule/],
  ["a label that is none", pool({ labels: { "a b": "c" } }), `${work}.labels["a b"]`, /label/],
  ["a zone that is a number", pool({ zones: [1] }), `${work}.zones[0]`, /"1"/],
  ["a size that is none", pool({ vmSize: "large" }), `${work}.vmSize`, /Standard_D4ds_v5/],
  ["Azure's word for autoscaling", pool({ minCount: 1 }), `${work}.minCount`, /autoscaling\.min/],
  ["a Windows profile", { windowsProfile: {} }, "windowsProfile", /Linux nodes only/],
  ["an unknown disk", pool({ osDiskType: "Local" }), `${work}.osDiskType`, /Managed, Ephemeral/],
  [
    "an encryption that is no switch",
    pool({ encryptionAtHost: "yes" }),
    `${work}.encryptionAtHost`,
    /true or false/,
  ],
  [
    "Azure's word for it",
    pool({ enableEncryptionAtHost: true }),
    `${work}.enableEncryptionAtHost`,
    /it is called encryptionAtHost/,
  ],
  [
    "an ephemeral disk on machines without one",
    pool({ vmSize: "Standard_D4s_v5", osDiskType: "Ephemeral" }),
    `${work}.osDiskType`,
    /no disk of its own[\s\S]*Standard_D4ds_v5/,
  ],
  [
    "an ephemeral disk larger than the machine's",
    { systemPool: { osDiskType: "Ephemeral", osDiskSizeGb: 200 } },
    "systemPool.osDiskType",
    /150 GiB[\s\S]*osDiskSizeGb of 150 or less/,
  ],
];

describe("pools that are refused", () => {
  checkCluster(cases);

  it("a disk that fits, or of which nothing is known, is taken", async () => {
    const ephemeral = { osDiskType: "Ephemeral" } as const;
    for (const one of [
      { ...ephemeral, osDiskSizeGb: 150 },
      { ...ephemeral, vmSize: "Standard_E8ads_v5", osDiskSizeGb: 300 },
      { ...ephemeral, vmSize: "Standard_DS3_v2", osDiskSizeGb: 200 },
      { ...ephemeral, vmSize: "Standard_D4ads_v6", osDiskSizeGb: 200 },
      { osDiskType: "Managed", vmSize: "Standard_D4s_v5" } as const,
    ]) {
      const recording = await record(() => new AksCluster("dev", { systemPool: one }));
      const [body] = recording.named("dev-cluster").inputs.agentPoolProfiles;
      assert.equal(body.osDiskType, one.osDiskType);
    }
    const later = { ...ephemeral, vmSize: pulumi.output("Standard_D4s_v5") };
    await assert.rejects(
      record(() => new AksCluster("dev", { systemPool: later })),
      /no disk of its own/,
    );
  });
});

describe("zones", () => {
  async function warnings(program: () => unknown): Promise<string[]> {
    const said: string[] = [];
    const { warn } = pulumi.log;
    (pulumi.log as any).warn = async (message: string) => void said.push(message);
    try {
      await record(program);
    } finally {
      (pulumi.log as any).warn = warn;
    }
    return said;
  }
  const system = (vmSize: string, zones?: string[]) => ({ systemPool: { vmSize, zones } });

  it("asked for with machines that are older than zones are warned of, once, and not refused", async () => {
    for (const Component of [AksCluster, CalicoEbpfCluster]) {
      const [warning, ...more] = await warnings(
        () => new Component("dev", system("Standard_DS3", ["1", "2"])),
      );
      assert.deepEqual(more, []);
      assert.match(
        warning,
        /^aks-calico-ebpf:index:AksCluster "dev": the pool system asks for the zones 1, 2, and Standard_DS3 is of/,
      );
      assert.match(warning, /Write a newer size/);
    }
  });

  it("are warned of in no other case", async () => {
    for (const args of [
      system("Standard_DS3"),
      system("Standard_DS3", []),
      system("Standard_DS3_v2", ["1"]),
      system("Standard_B4ms", ["1"]),
      system("Standard_D4ds_v5", ["1", "2", "3"]),
    ]) {
      assert.deepEqual(await warnings(() => new AksCluster("dev", args)), [], JSON.stringify(args));
    }
  });
});
