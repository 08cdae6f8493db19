import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import {
  AksCluster,
  type AksClusterArgs,
  CalicoEbpfCluster,
  CalicoEbpfDataplane,
  type FurtherPoolArgs,
} from "../../components";
import { record } from "./record";
import { type Case, checkCluster, refusal, titleOf } from "./refusalCases";

const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w";
const identity =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks";
const importId =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/blue";

const pass = /write: one of mode, .*, or managedCluster\.NAME where it is a property of azure-native's/;
/** Arguments that there are no longer, or never were, and where to go. */
const unknown: Case[] = [
  [{ nodePool: [] }, "nodePool", /write: nodePools\n?/],
  [{ userPools: [] }, "userPools", pass],
  [{ tier: "Standard" }, "tier", pass],
  [{ entra: {} }, "entra", pass],
  [{ upgrades: {} }, "upgrades", pass],
  [{ addonProfiles: {} }, "addonProfiles", pass],
  [{ windowsProfile: {} }, "windowsProfile", pass],
  [{ monitoring: { logAnalyticsWorkspaceId: workspace, dcr: {} } }, "monitoring.dcr", /or nothing/],
];

const cluster: Case[] = [
  [{ kubeloginMode: "azcli" }, "kubeloginMode", /write: "azurecli"|one of azurecli/],
  [{ protect: "yes" }, "protect", /true or false/],
  [{ mode: pulumi.output("CalicoCni") }, "mode", /an Output[^]*known when the program runs/],
  [{ createIdentity: pulumi.output(true) }, "createIdentity", /an Output/],
  [{ managedCluster: pulumi.output({}) }, "managedCluster", /an Output/],
  [{ maintenanceWindow: "Sunday" }, "maintenanceWindow", /an object/],
  [{ managedCluster: "Standard" }, "managedCluster", /an object/],
  [
    { managedCluster: { disableLocalAccount: true } },
    "managedCluster.disableLocalAccount",
    /disableLocalAccounts$/,
  ],
  [
    { managedCluster: { autoHeal: true } },
    "managedCluster.autoHeal",
    /azure-native's ManagedCluster, by its/,
  ],
  [{ monitoring: {} }, "monitoring.logAnalyticsWorkspaceId", /is missing/],
  [
    { managedCluster: { addonProfiles: { omsAgent: { enabled: true } } } },
    "managedCluster.addonProfiles",
    /one spelling[^]*omsagent/,
  ],
  [{ clusterName: null }, "clusterName", /a text that is not empty/],
  [{ resourceGroupName: 7 }, "resourceGroupName", /a text that is not empty/],
  [{ kubernetesVersion: 1.3 }, "kubernetesVersion", /in quotes/],
  [{ nodePools: [pulumi.output({ name: "work" })] }, "nodePools[0]", /is an Output/],
  [{ nodePools: [null] }, "nodePools[0]", /is null/],
  [
    { monitoring: { logAnalyticsWorkspaceId: workspace, containerInsights: "yes" } },
    "monitoring.containerInsights",
    /true or false/,
  ],
  [{ createIdentity: true, userAssignedIdentityId: identity }, "createIdentity", /one of the two/],
  ...["networkProfile", "addonProfiles"].map((member): Case => [
    { importId, managedCluster: { [member]: pulumi.output({}) } },
    `managedCluster.${member}`,
    /is an Output beside importId[^]*an object, whose properties may be Outputs/,
  ]),
  [{ operationTimeoutMinutes: 20000 }, "operationTimeoutMinutes", /at most a week/],
  [
    { createIdentity: true, managedCluster: { apiServerAccessProfile: pulumi.output({}) } },
    "managedCluster.apiServerAccessProfile",
    /properties may be Outputs/,
  ],
  [{ importId: "blue" }, "importId", /managedClusters\/NAME/],
  [{ importId, clusterName: "green" }, "clusterName", /is green, and importId names blue/],
  [
    { importId, mode: "CalicoCni", kubeProxy: "Absent", network: { podCidr: "10.100.0.0/16" } },
    "importId",
    /Disable or Keep/,
  ],
];

/** What is ours under `managedCluster`, and where it is said instead. */
const owned: Record<string, RegExp> = {
  location: /write: location/,
  tags: /write: tags/,
  kubernetesVersion: /write: kubernetesVersion/,
  resourceName: /write: clusterName/,
  resourceGroupName: /write: resourceGroupName/,
  agentPoolProfiles: /write: systemPool and nodePools/,
  identity: /write: userAssignedIdentityId or createIdentity/,
  enableRBAC: /it is on/,
  windowsProfile: /Linux nodes only/,
  "networkProfile.networkPlugin": /follows from `mode`/,
  "networkProfile.networkPolicy": /follows from `mode`/,
  "networkProfile.networkDataplane": /cilium and Calico exclude each other/,
  "networkProfile.networkPluginMode": /write: network\.mode/,
  "networkProfile.podCidr": /write: network\.podCidr/,
  "networkProfile.serviceCidr": /write: network\.serviceCidr/,
  "networkProfile.kubeProxyConfig": /iptables mode only[^]*kubeProxy: Absent/,
};

describe("arguments that are refused before anything is declared", () => {
  checkCluster([...unknown, ...cluster]);

  it("what is ours under managedCluster, by name and all together", async () => {
    const managedCluster: Record<string, any> = { networkProfile: {} };
    for (const path of Object.keys(owned)) {
      const [, profile, property] = /^(networkProfile\.)?(.*)$/.exec(path)!;
      (profile ? managedCluster.networkProfile : managedCluster)[property] = "x";
    }
    const { errors } = await refusal(() => new AksCluster("dev", { managedCluster }));
    const paths = Object.keys(owned).map((path) => `managedCluster.${path}`);
    assert.deepEqual(errors.map(({ propertyPath }) => propertyPath).sort(), paths.sort());
    for (const { propertyPath } of errors) {
      const [, path] = propertyPath.split(/^managedCluster\./);
      const inNetwork = path.split("networkProfile.")[1];
      const alone = inNetwork ? { networkProfile: { [inNetwork]: "x" } } : { [path]: "x" };
      const { message } = await refusal(() => new AksCluster("dev", { managedCluster: alone }));
      assert.match(message, owned[path]);
    }
  });

  it("node auto provisioning beside AKS's Calico, and beside no other", async () => {
    const managedCluster = { nodeProvisioningProfile: { mode: "Auto" } };
    const { errors } = await refusal(() => new AksCluster("dev", { managedCluster }));
    assert.equal(errors[0].propertyPath, "managedCluster.nodeProvisioningProfile.mode");
    assert.match(errors[0].reason, /autoscaling of the pools, or mode: CalicoCni/);
    const others = [{ mode: "SelfManaged" }, { mode: "CalicoCni", network: { podCidr: "10.100.0.0/16" } }];
    for (const args of others as object[]) {
      const recording = await record(() => new AksCluster("dev", { managedCluster, ...args }));
      assert.equal(recording.named("dev-cluster").inputs.nodeProvisioningProfile.mode, "Auto");
    }
  });

  it("a typo in azure-native's properties, by the compiler", () => {
    const cluster: AksClusterArgs = {
      managedCluster: {
        // @ts-expect-error: upgradeChannel
        autoUpgradeProfile: { upgradeChanel: "stable" },
      },
    };
    // @ts-expect-error: maxSurge
    const pool: FurtherPoolArgs = { name: "work", profile: { upgradeSettings: { maxSurg: "33%" } } };
    assert.ok(cluster && pool);
  });

  for (const name of ["", "a_b", "x".repeat(48), "dev-", "1dev"]) {
    it(`a component's name that makes no names in Azure: ${JSON.stringify(name)}`, async () => {
      const error = await refusal(() => new AksCluster(name));
      assert.deepEqual(
        error.errors.map((e) => e.propertyPath),
        ["name"],
      );
    });
  }

  it("and all that is wrong is named at once", async () => {
    const error = await refusal(
      () =>
        new CalicoEbpfCluster("dev", {
          kubeloginMode: "x" as any,
          dataplane: "y" as any,
          systemPool: { profile: { maxPods: 1 } },
        }),
    );
    assert.deepEqual(error.errors.map((e) => e.propertyPath).sort(), [
      "dataplane",
      "kubeloginMode",
      "systemPool.profile.maxPods",
    ]);
    assert.match(error.message, /^aks-calico-ebpf:index:CalicoEbpfCluster "dev": 3 arguments are refused\n/);
  });
});

describe("values that are known later", () => {
  const later = <T>(value: T) => pulumi.output(value);

  it("are checked before the resource that takes them, at their path", async () => {
    const cases: [object, RegExp][] = [
      [{ systemPool: { count: later(1001) } }, /systemPool\.count: is 1001/],
      [{ network: { podCidr: later("10.0.0.0/16") } }, /network\.podCidr: .* overlaps .*services' range/],
      [{ network: { serviceCidr: later("10.244.0.0/24") } }, /overlaps/],
      [
        { network: { serviceCidr: later("10.9.0.0/16"), podCidr: later("10.9.0.0/20") } },
        /network\.podCidr: 10\.9\.0\.0\/20 overlaps 10\.9\.0\.0\/16/,
      ],
      [
        { managedCluster: { networkProfile: later({ networkPlugin: "kubenet" }) } },
        /managedCluster\.networkProfile\.networkPlugin: is "kubenet"/,
      ],
      [
        { nodePools: [{ name: "work", profile: { osSKU: later("Windows2022") } }] },
        /nodePools\[0\]\.profile\.osSKU: is "Windows2022"/,
      ],
      [{ network: { serviceCidr: later(undefined) } }, /network\.serviceCidr: is missing/],
      [
        { monitoring: { logAnalyticsWorkspaceId: workspace, diagnosticCategories: later(undefined) } },
        /monitoring\.diagnosticCategories: is missing/,
      ],
    ];
    for (const [index, [args, says]] of cases.entries()) {
      const Component = [AksCluster, CalicoEbpfCluster][index % 2];
      await assert.rejects(
        record(() => new Component("dev", args as any)),
        says,
        titleOf(args),
      );
    }
  });

  it("go through where they are right, and derived defaults follow them", async () => {
    const recording = await record(
      () =>
        new AksCluster("dev", {
          network: { serviceCidr: later("172.20.0.0/16") },
          systemPool: { count: later(5) },
        }),
    );
    const { inputs } = recording.named("dev-cluster");
    assert.equal(inputs.networkProfile.dnsServiceIP, "172.20.0.10");
    assert.equal(inputs.agentPoolProfiles[0].count, 5);
  });

  it("hold their layer back: a host that is none reaches no resource", async () => {
    const program = () =>
      new CalicoEbpfDataplane(
        "dev",
        { apiServerHost: later("https://aks.example.net") },
        { provider: new Provider("cluster", { kubeconfig: "{}" }) },
      );
    await assert.rejects(record(program), /apiServerHost: /);
  });
});
