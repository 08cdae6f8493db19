// What a program would change of living pools, with what AKS knows of them.
import assert from "node:assert/strict";
import { specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { fixedChanges, fixedOfPool } from "../../components/aks/fixedOfPool";
import { poolChanges, poolWarnings } from "../../components/aks/poolChanges";
import { unseenChanges, unseenInPools } from "../../components/aks/unseen";
import { body } from "./record";

describe("a pool that has left nodePools", () => {
  const has = (name: string) => ({ name, mode: "System" });
  const live = { name: "blue", agentPoolProfiles: ["sys2", "sys3", "sys4"].map(has) } as any;
  const findings = (names: string[], made: (string | undefined)[]) => {
    const pools: any[] = names.map((name, i) => ({
      name,
      path: i === 0 ? "systemPool" : `nodePools[${i - 1}]`,
      body: { count: 1 },
      recorded: made[i] && { inputs: { agentPoolName: made[i] } },
      has: live.agentPoolProfiles.find((one: any) => one.name === name),
    }));
    return poolChanges({} as any, pools, live, undefined, new Map(), "aks");
  };

  it("is not deleted by naming it as the system pool, nor recommended for that while it is there", () => {
    const [finding, ...more] = findings(["sys2"], ["sys2"]);
    assert.deepEqual([finding.path, more], ["systemPool.name", []]);
    assert.match(finding.wrong, /is sys2, which this component has made as one of nodePools/);
    assert.deepEqual(findings(["sys2"], [undefined]), []);
    const [gone] = findings(["sys", "sys2"], [undefined, "sys2"]);
    assert.match(gone.write, /^sys3 or sys4; /);
  });
});

describe("a living pool", () => {
  const pools = (max: number, recorded: object | undefined, live: any): any[] =>
    ["system", "work"].map((name, i) => ({
      name,
      path: i === 0 ? "systemPool" : "nodePools[0]",
      autoscaling: {},
      body: { count: max, maxCount: max },
      recorded: i === 0 ? undefined : recorded && { inputs: recorded },
      has: live.agentPoolProfiles.find((one: any) => one.name === name),
    }));
  const pool = (name: string, more: object) => ({ name, enableAutoScaling: true, ...more });
  const live = (system: object, work: object) =>
    ({ name: "blue", id: "/ID", agentPoolProfiles: [pool("system", system), pool("work", work)] }) as any;
  const inputs = (max: number) => ({
    agentPoolProfiles: [{ name: "work" }, { name: "system", maxCount: max }],
  });
  const found = (max: number, recorded: number, has: any) =>
    poolChanges(
      {} as any,
      pools(max, { agentPoolName: "work", maxCount: recorded }, has),
      has,
      inputs(recorded),
      new Map(),
      "aks",
    ).map(({ path, write }) => [path, write]);

  it("that has grown past the program's maximum, which somebody has raised, loses no nodes unseen", () => {
    const grown = live({ count: 8, maxCount: 9 }, { count: 3, maxCount: 3 });
    assert.deepEqual(found(3, 3, grown), [
      ["systemPool.autoscaling.max", "9; or nothing else, and run `pulumi up --refresh`"],
    ]);
    assert.deepEqual(
      found(3, 3, live({ count: 3, maxCount: 9 }, { count: 5, maxCount: 9 })).map(([path]) => path),
      ["nodePools[0].autoscaling.max"],
    );
    assert.deepEqual(found(3, 6, grown), [], "the program lowers it");
    const broken = live({ count: 8, maxCount: 3 }, { count: 3, maxCount: 3 });
    assert.deepEqual(found(3, 3, broken), [], "an update that lowers it was broken off");
    const off = live({ count: 8, maxCount: undefined }, { count: 3, maxCount: 3 });
    assert.match(found(3, 3, off)[0][1], /^8; or nothing else/);
    const warned = (max: number, has: any, work = {}) => poolWarnings({} as any, pools(max, work, has));
    assert.deepEqual(warned(3, grown), [
      "systemPool.autoscaling.max is 3, and the pool has 8 nodes: AKS deletes 5 of them",
    ]);
    assert.deepEqual(warned(9, grown), []);
    const without = { agentPoolProfiles: grown.agentPoolProfiles.slice(0, 1) };
    assert.deepEqual(warned(9, without), [
      "the pool work is gone from Azure: `pulumi up --refresh` makes it again",
    ]);
  });

  it("that is not in the state is not made once more", () => {
    const has = live({ count: 1 }, { count: 1 });
    const asked = pools(9, undefined, has);
    const [finding, ...more] = poolChanges({} as any, asked, has, inputs(9), new Map(), "aks");
    assert.deepEqual([finding.path, more], ["nodePools[0].name", []]);
    assert.match(
      finding.write,
      /`pulumi import .*:AgentPool aks-pool-work '\/ID\/agentPools\/work' --parent 'parent=URN' /,
    );
    assert.deepEqual(poolChanges({} as any, asked, has, undefined, new Map(), "aks"), []);
  });

  it("that the state has under another name, since it was rotated, is not taken in under this one", () => {
    const has = live({ count: 1 }, { count: 1 });
    const asked = pools(9, undefined, has);
    const [finding] = poolChanges({} as any, asked, has, inputs(9), new Map([["work", "wor"]]), "aks");
    assert.match(`${finding.wrong} ${finding.write}`, /is wor to this component.*wor, with rotation: true$/);
  });

  it("of which two live while it is rotated is the one that the state has, or the other goes first", () => {
    const has = {
      name: "blue",
      agentPoolProfiles: ["system", "work", "workb"].map((name) => ({ name, vmSize: name })),
    };
    const both = (vmSize: string) => {
      const rotated = pools(9, { agentPoolName: "workb" }, has);
      Object.assign(rotated[1], { rotation: true, body: { vmSize } });
      return poolChanges({} as any, rotated, has as any, inputs(9), new Map([["workb", "work"]]), "aks");
    };
    assert.deepEqual(both("workb"), []);
    for (const vmSize of ["work", "D16"]) {
      const [{ path, wrong, write }] = both(vmSize);
      assert.equal(path, "nodePools[0].rotation");
      assert.match(`${wrong} ${write}`, /workb and work both live.*what workb has, until work is gone/);
    }
  });

  it("and the state with a secret in the list of pools, or in a pool, are no stack trace", () => {
    const envelope = { [specialSigKey]: "a secret's" };
    const has = live({ count: 1 }, { count: 1 });
    const asked = pools(9, { agentPoolName: "work", nodeTaints: envelope }, has);
    const inList = { agentPoolProfiles: envelope };
    assert.deepEqual(poolChanges({} as any, asked, has, inList, new Map(), "aks"), []);
    const recorded = {
      id: "",
      inputs: inList,
      answer: { ...has, ...inList },
      isReady: true,
      isComparable: false,
    };
    const plan = { hasKubeProxy: true, managedCluster: {}, networkPlan: {} } as any;
    assert.deepEqual(unseenChanges(plan, { tags: {} } as any, asked, recorded, has), []);
    asked[1].recorded.answer = { name: "work", count: 1 };
    assert.deepEqual(unseenInPools(plan, asked, { agentPoolProfiles: [{ name: "work" }] } as any), []);
  });
});

describe("a property that a living pool keeps", () => {
  const live = (property: string, value: unknown) => ({ name: "work", ...body(property, value) });
  const other: Record<string, [unknown, unknown]> = {
    availabilityZones: [["1", "2"], ["1"]],
    scaleSetPriority: ["Spot", undefined],
    kubeletConfig: [{ cpuManagerPolicy: "static" }, { cpuManagerPolicy: "none" }],
    linuxOSConfig: [{ swapFileSizeMB: 1 }, { swapFileSizeMB: 2 }],
    "networkProfile.nodePublicIPTags": [[{ tag: "a" }], [{ tag: "b" }]],
  };
  for (const property of fixedOfPool)
    it(`is refused: ${property}`, async () => {
      const [asked, has] =
        other[property] ?? (property.startsWith("enable") ? [true, false] : ["new", "old"]);
      const [finding, ...more] = await fixedChanges(
        "nodePools[0]",
        body(property, asked),
        live(property, has),
      );
      assert.deepEqual(more, []);
      assert.ok(finding.wrong.startsWith(`asks for ${property} `), finding.wrong);
      const deletes = ["vmSize", "gpuInstanceProfile", "networkProfile.nodePublicIPTags"].includes(property);
      assert.match(finding.why, deletes ? /delete the pool with its nodes/ : /AKS .* would refuse/);
      assert.match(finding.write, /rotation: true in the pool, or another name/);
      assert.deepEqual(await fixedChanges("nodePools[0]", body(property, asked), live(property, asked)), []);
      const [ofSystem] = await fixedChanges("systemPool", body(property, asked), live(property, has));
      assert.match(ofSystem.why, /AKS .* would refuse/);
      assert.match(ofSystem.write, /^what it has, or rotation: true in the pool: /);
    });

  it("zones and a subnet of its own come and go neither", async () => {
    const zones = await fixedChanges("nodePools[0]", {}, live("availabilityZones", ["1"]));
    assert.match(zones[0].wrong, /asks for availabilityZones \[\], and the pool work has \["1"\]/);
    assert.equal(zones[0].path, "nodePools[0].profile.availabilityZones");
    assert.deepEqual(
      await fixedChanges(
        "nodePools[0]",
        body("availabilityZones", ["1", "2"]),
        live("availabilityZones", ["2", "1"]),
      ),
      [],
    );
    const subnet = await fixedChanges("nodePools[0]", body("vnetSubnetID", "/subscriptions/S"), live("", 0));
    assert.match(subnet[0].wrong, /vnetSubnetID \/subscriptions\/S, and the pool work has \(none\)/);
  });

  it("is no change in what AKS fills in", async () => {
    const filled = { osDiskSizeGB: 128, osDiskType: "Managed", maxPods: 110, scaleSetPriority: "Regular" };
    assert.deepEqual(await fixedChanges("nodePools[0]", {}, { name: "work", ...filled }), []);
    assert.deepEqual(
      await fixedChanges(
        "nodePools[0]",
        body("vnetSubnetID", "/subscriptions/S"),
        live("vnetSubnetID", "/subscriptions/s"),
      ),
      [],
    );
  });
});
