// Pools that AKS would refuse, or on which Calico's eBPF data plane does not run.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, CalicoEbpfCluster } from "../../components";
import { record } from "./record";
import { type Case, checkCluster } from "./refusalCases";

const pool = (more: object) => ({ userPools: [{ name: "work", ...more }] });
const work = "userPools[0]";

const cases: Case[] = [
  [{ userPools: { work: {} } }, "userPools", /a list of pools/],
  [{ userPools: pulumi.output([]) }, "userPools", /known when the program runs/],
  [pool({ osSku: "Windows2022" }), `${work}.osSku`, /Linux nodes only/],
  [pool({ osType: "Windows" }), `${work}.osType`, /pools are Linux/],
  [pool({ osSku: "Ubuntu1804" }), `${work}.osSku`, /older than 5\.10/],
  [pool({ osSku: "CBLMariner" }), `${work}.osSku`, /retired/],
  [{ userPools: [{}] }, `${work}.name`, /1 to 12 lower-case/],
  [{ userPools: [{ name: "Work_1" }] }, `${work}.name`, /1 to 12 lower-case/],
  [{ userPools: [{ name: "a" }, { name: "a" }] }, "userPools[1].name", /also the name of userPools\[0\]/],
  [{ userPools: [{ name: "system" }] }, `${work}.name`, /also the name of systemPool/],
  [pool({ autoscaling: { min: 5, max: 3 } }), `${work}.autoscaling.max`, /5 or more/],
  [pool({ autoscaling: { min: 5 } }), `${work}.autoscaling.max`, /is missing/],
  [{ systemPool: { autoscaling: { min: 0, max: 3 } } }, "systemPool.autoscaling.min", /1 to 1000/],
  [pool({ count: 9, autoscaling: { min: 1, max: 3 } }), `${work}.count`, /from 1 to 3/],
  [{ systemPool: { count: 0 } }, "systemPool.count", /1 to 1000/],
  [pool({ count: 1001 }), `${work}.count`, /0 to 1000/],
  [pool({ count: 1.5 }), `${work}.count`, /whole number/],
  [pool({ maxPods: 9 }), `${work}.maxPods`, /10 to 250/],
  [pool({ maxPods: 251 }), `${work}.maxPods`, /10 to 250/],
  [pool({ osDiskSizeGb: 8 }), `${work}.osDiskSizeGb`, /30 to 2048/],
  [pool({ taints: ["dedicated=gpu"] }), `${work}.taints[0]`, /NoSchedule/],
  [pool({ labels: { "a b": "c" } }), `${work}.labels["a b"]`, /label/],
  [pool({ zones: [1] }), `${work}.zones[0]`, /"1"/],
  [pool({ vmSize: "large" }), `${work}.vmSize`, /Standard_D4ds_v5/],
  [pool({ minCount: 1 }), `${work}.minCount`, /autoscaling\.min/],
  [{ windowsProfile: {} }, "windowsProfile", /Linux nodes only/],
  [pool({ osDiskType: "Local" }), `${work}.osDiskType`, /Managed, Ephemeral/],
  [pool({ encryptionAtHost: "yes" }), `${work}.encryptionAtHost`, /true or false/],
  [pool({ enableEncryptionAtHost: true }), `${work}.enableEncryptionAtHost`, /it is called encryptionAtHost/],
  [
    pool({ vmSize: "Standard_D4s_v5", osDiskType: "Ephemeral" }),
    `${work}.osDiskType`,
    /no disk of its own[\s\S]*Standard_D4ds_v5/,
  ],
  [
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
