// Pools on which Calico's eBPF data plane does not run, and what is ours in them.
import * as pulumi from "@pulumi/pulumi";
import { type Case, checkCluster } from "./refusalCases";

const pool = (more: object) => ({ nodePools: [{ name: "work", ...more }] });
const profile = (more: object) => pool({ profile: more });
const work = "nodePools[0]";
const pass = /write: one of vmSize, .*, or profile\.NAME where it is a property of azure-native's/;

const cases: Case[] = [
  [{ nodePools: { work: {} } }, "nodePools", /a list of pools/],
  [{ nodePools: pulumi.output([]) }, "nodePools", /known when the program runs/],
  [pool({ profile: pulumi.output({}) }), `${work}.profile`, /known when the program runs/],
  [profile({ scaleSetPriority: pulumi.output("Spot") }), `${work}.profile.scaleSetPriority`, /an Output/],
  [{ nodePools: [null] }, work, /is null/],
  [pool({ maxPods: 60 }), `${work}.maxPods`, pass],
  [pool({ osSku: "AzureLinux" }), `${work}.osSku`, pass],
  [pool({ minCount: 1 }), `${work}.minCount`, pass],
  [{ systemPool: { zones: ["1"] } }, "systemPool.zones", pass],
  [profile({ osSKU: "Windows2022" }), `${work}.profile.osSKU`, /no Linux/],
  [profile({ osSKU: "Ubuntu1804" }), `${work}.profile.osSKU`, /older than 5\.10/],
  [profile({ osSKU: "CBLMariner" }), `${work}.profile.osSKU`, /Ubuntu or AzureLinux/],
  [profile({ osType: "Windows" }), `${work}.profile.osType`, /pools are Linux/],
  [profile({ type: "AvailabilitySet" }), `${work}.profile.type`, /scale sets/],
  ...["name", "vmSize", "count"].map((key): Case => [
    profile({ [key]: "x" }),
    `${work}.profile.${key}`,
    new RegExp(`write: ${key} of the pool`),
  ]),
  ...["enableAutoScaling", "minCount", "maxCount"].map((key): Case => [
    profile({ [key]: 1 }),
    `${work}.profile.${key}`,
    /write: autoscaling of the pool/,
  ]),
  [profile({ nodeLabel: {} }), `${work}.profile.nodeLabel`, /write: nodeLabels$/],
  [profile({ resourceName: "x" }), `${work}.profile.resourceName`, /azure-native's AgentPool, by its/],
  [profile({ maxPods: 251 }), `${work}.profile.maxPods`, /10 to 250/],
  [{ nodePools: [{}] }, `${work}.name`, /is missing/],
  [{ nodePools: [{ name: "a" }, { name: "a" }] }, "nodePools[1].name", /as another pool's/],
  [{ nodePools: [{ name: "system" }] }, `${work}.name`, /as another pool's/],
  [{ nodePools: [{ name: "a", rotation: true }, { name: "ab" }] }, "nodePools[1].name", /other name of one/],
  [{ nodePools: [{ name: "twelveletter", rotation: true }] }, `${work}.name`, /11 characters/],
  [pool({ autoscaling: { min: 5 } }), `${work}.autoscaling.max`, /is missing/],
  [pool({ count: 1001 }), `${work}.count`, /0 to 1000/],
  [pool({ count: 1.5 }), `${work}.count`, /whole number/],
];

describe("pools that are refused", () => checkCluster(cases));
