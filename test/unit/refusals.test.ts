import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane } from "../../components";
import { record } from "./record";

const group = "22222222-2222-2222-2222-222222222222";
const entra = (more: object) => ({ entra: { adminGroupObjectIds: [group], ...more } });
const pool = (more: object) => ({ userPools: [{ name: "work", ...more }] });
const work = "userPools[0]";

/** Arguments, the property that the message names, and words of the reason or of what to write. */
type Case = [title: string, args: object, path: string, says: RegExp];

const cluster: Case[] = [
  ["a mistyped argument", { userPool: [] }, "userPool", /write: userPools/],
  [
    "local accounts off without Entra",
    { disableLocalAccounts: true },
    "disableLocalAccounts",
    /nobody could sign in/,
  ],
  [
    "another policy engine",
    { network: { networkPolicy: "cilium" } },
    "network.networkPolicy",
    /always Calico's/,
  ],
  ["kubeProxyConfig", { network: { kubeProxyConfig: {} } }, "network.kubeProxyConfig", /`kubeProxy`/],
  ["a mistyped network mode", { network: { mode: "Overlays" } }, "network.mode", /write: "Overlay"/],
  [
    "pods' range in Flat",
    { network: { mode: "Flat", podCidr: "10.1.0.0/16" } },
    "network.podCidr",
    /mode: Overlay/,
  ],
  ["a range that is none", { network: { podCidr: "10.300.0.0/16" } }, "network.podCidr", /CIDR notation/],
  [
    "bits behind the prefix",
    { network: { serviceCidr: "10.0.0.5/16" } },
    "network.serviceCidr",
    /write: 10\.0\.0\.0\/16/,
  ],
  [
    "overlapping ranges",
    { network: { podCidr: "10.0.128.0/17" } },
    "network.podCidr",
    /overlaps the services' range/,
  ],
  ["too few pods", { network: { podCidr: "10.244.0.0/25" } }, "network.podCidr", /\/22 or shorter/],
  ["too many services", { network: { serviceCidr: "172.0.0.0/8" } }, "network.serviceCidr", /\/12 or longer/],
  [
    "DNS outside the services",
    { network: { dnsServiceIp: "10.1.0.10" } },
    "network.dnsServiceIp",
    /such as 10\.0\.0\.10/,
  ],
  ["DNS on the first address", { network: { dnsServiceIp: "10.0.0.1" } }, "network.dnsServiceIp", /reserved/],
  [
    "DNS that is no address",
    { network: { dnsServiceIp: "kube-dns" } },
    "network.dnsServiceIp",
    /four numbers/,
  ],
  [
    "a subnet's bare name",
    { network: { subnetId: "nodes" } },
    "network.subnetId",
    /virtualNetworks\/NAME\/subnets\/NAME/,
  ],
  ["an unknown way out", { network: { outboundType: "none" } }, "network.outboundType", /loadBalancer/],
  [
    "authorized ranges on a private cluster",
    { apiServer: { privateCluster: true, authorizedIpRanges: ["203.0.113.0/24"] } },
    "apiServer.authorizedIpRanges",
    /one of the two/,
  ],
  [
    "a DNS zone without a private cluster",
    { apiServer: { privateDnsZone: "system" } },
    "apiServer.privateDnsZone",
    /privateCluster: true/,
  ],
  [
    "a range that is none",
    { apiServer: { authorizedIpRanges: ["office"] } },
    "apiServer.authorizedIpRanges[0]",
    /not an IPv4 range/,
  ],
  ["Entra without groups", { entra: {} }, "entra.adminGroupObjectIds", /is missing/],
  ["an empty list of groups", entra({ adminGroupObjectIds: [] }), "entra.adminGroupObjectIds", /is empty/],
  [
    "a group's display name",
    entra({ adminGroupObjectIds: ["admins"] }),
    "entra.adminGroupObjectIds[0]",
    /GUID/,
  ],
  [
    "an unknown login mode",
    entra({ kubeloginMode: "azcli" }),
    "entra.kubeloginMode",
    /write: "azurecli"|one of azurecli/,
  ],
  ["a tenant's domain", entra({ tenantId: "contoso.com" }), "entra.tenantId", /GUID/],
  [
    "an identity's bare name",
    { userAssignedIdentityId: "aks" },
    "userAssignedIdentityId",
    /userAssignedIdentities\/NAME/,
  ],
  ["a version that is a number", { kubernetesVersion: 1.3 }, "kubernetesVersion", /quotes/],
  ["a patch version under a channel", { kubernetesVersion: "1.35.2" }, "kubernetesVersion", /write: "1\.35"/],
  ["an unknown tier", { tier: "Paid" }, "tier", /one of Free, Standard, Premium/],
  [
    "node images of another channel",
    { upgrades: { channel: "node-image", nodeOsChannel: "Unmanaged" } },
    "upgrades.nodeOsChannel",
    /NodeImage/,
  ],
  [
    "a window without a day",
    { maintenanceWindow: { startTime: "02:00" } },
    "maintenanceWindow.dayOfWeek",
    /is missing/,
  ],
  [
    "a window at no hour",
    { maintenanceWindow: { dayOfWeek: "Sunday", startTime: 120 } },
    "maintenanceWindow.startTime",
    /quotes/,
  ],
  [
    "a short window",
    { maintenanceWindow: { dayOfWeek: "Sunday", startTime: "02:00", durationHours: 2 } },
    "maintenanceWindow.durationHours",
    /4 to 24/,
  ],
  [
    "an offset that is none",
    { maintenanceWindow: { dayOfWeek: "Sunday", startTime: "02:00", utcOffset: "CET" } },
    "maintenanceWindow.utcOffset",
    /\+01:00/,
  ],
  ["a cluster's name that Azure refuses", { clusterName: "-blue" }, "clusterName", /1 to 63/],
  [
    "a group's name that Azure refuses",
    { resourceGroupName: "blue." },
    "resourceGroupName",
    /no period last/,
  ],
  ["a tag's name that Azure refuses", { tags: { "a/b": "c" } }, 'tags["a/b"]', /without <>/],
  ["a tag that is no text", { tags: { cost: 5 } }, 'tags["cost"]', /must be a text/],
  ["a protect that is no switch", { protect: "yes" }, "protect", /true or false/],
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
];

const dataplane: Case[] = [
  ["a mistyped data plane", { dataplane: "eBPF" }, "dataplane", /write: "Ebpf"/],
  ["VPP", { dataplane: "VPP" }, "dataplane", /one of Ebpf, Iptables/],
  ["an unknown fate of kube-proxy", { kubeProxy: "Gone" }, "kubeProxy", /one of Disable, Keep, Absent/],
  ["a data plane that is known later", { dataplane: pulumi.output("Ebpf") }, "dataplane", /an Output/],
  ["bpfEnabled by hand", { felix: { bpfEnabled: true } }, "felix.bpfEnabled", /Degraded/],
  ["a mistyped setting", { felix: { loglevel: "Off" } }, "felix.loglevel", /write: logLevel/],
  [
    "an unknown service mode",
    { felix: { externalServiceMode: "Direct" } },
    "felix.externalServiceMode",
    /Tunnel, DSR/,
  ],
  ["an empty conntrack map", { felix: { mapSizeConntrack: 0 } }, "felix.mapSizeConntrack", /at least one/],
  [
    "a port that is none",
    { felix: { kubeProxyHealthzPort: 70000 } },
    "felix.kubeProxyHealthzPort",
    /0 to 65535/,
  ],
  [
    "both translations",
    { felix: { connectTimeLoadBalancing: "Enabled", hostNetworkedNatWithoutCtlb: "Enabled" } },
    "felix.hostNetworkedNatWithoutCtlb",
    /write: Disabled/,
  ],
  [
    "neither translation",
    { felix: { connectTimeLoadBalancing: "Disabled", hostNetworkedNatWithoutCtlb: "Disabled" } },
    "felix.hostNetworkedNatWithoutCtlb",
    /write: Enabled/,
  ],
  [
    "kube-proxy's own port beside it",
    { kubeProxy: "Keep", felix: { kubeProxyHealthzPort: 10256 } },
    "felix.kubeProxyHealthzPort",
    /10258/,
  ],
  [
    "cleaning up behind a kube-proxy that runs",
    { kubeProxy: "Keep", felix: { kubeProxyIptablesCleanup: true } },
    "felix.kubeProxyIptablesCleanup",
    /flap/,
  ],
  ["no time at all", { rolloutTimeoutMinutes: 0 }, "rolloutTimeoutMinutes", /in minutes/],
];

const endpoint: Case[] = [
  ["no host", { apiServerHost: undefined }, "apiServerHost", /is missing/],
  ["an empty host", { apiServerHost: "" }, "apiServerHost", /FQDN alone/],
  ["a URL", { apiServerHost: "https://aks.example.net" }, "apiServerHost", /FQDN alone/],
  ["a host with its port", { apiServerHost: "aks.example.net:443" }, "apiServerHost", /FQDN alone/],
  [
    "a port that is none",
    { apiServerHost: "aks.example.net", apiServerPort: 0 },
    "apiServerPort",
    /1 to 65535/,
  ],
];

async function refusal(
  program: () => unknown,
): Promise<Error & { errors: pulumi.InputPropertyErrorDetails[] }> {
  let declared = 0;
  let error: any;
  await record(() => {
    try {
      program();
    } catch (thrown) {
      error = thrown;
    }
  }).then((recording) => (declared = recording.resources.filter((r) => r.name === "dev").length));
  assert.ok(error !== undefined, "nothing was refused");
  assert.equal(declared, 0, "something was declared before the refusal");
  return error;
}

function check(cases: Case[], program: (args: any) => unknown): void {
  for (const [title, args, path, says] of cases) {
    it(`refuses ${title} (${path})`, async () => {
      const error = await refusal(() => program(args));
      assert.deepEqual(
        error.errors.map((e) => e.propertyPath),
        [path],
        error.message,
      );
      assert.match(error.message, says);
      assert.match(error.message, /why: .*\S[\s\S]*write: \S/);
    });
  }
}

describe("arguments that are refused before anything is declared", () => {
  describe("by AksCluster", () => check(cluster, (args) => new AksCluster("dev", args)));
  describe("by CalicoEbpfCluster, the cluster's", () =>
    check(cluster, (args) => new CalicoEbpfCluster("dev", args)));
  describe("by CalicoEbpfCluster, the data plane's", () =>
    check(dataplane, (args) => new CalicoEbpfCluster("dev", args)));

  const onCluster = (args: any) =>
    new CalicoEbpfDataplane("dev", args, { provider: new Provider("cluster", { kubeconfig: "{}" }) });
  describe("by CalicoEbpfDataplane", () => {
    check(endpoint, onCluster);
    check(dataplane, (args) => onCluster({ apiServerHost: "aks.example.net", ...args }));
  });

  for (const name of ["", "a_b", "x".repeat(48), "dev-", "1dev"]) {
    it(`refuses a component's name that makes no names in Azure: ${JSON.stringify(name)}`, async () => {
      const error = await refusal(() => new AksCluster(name));
      assert.deepEqual(
        error.errors.map((e) => e.propertyPath),
        ["name"],
      );
    });
  }

  it("names all that is wrong at once", async () => {
    const error = await refusal(
      () =>
        new CalicoEbpfCluster("dev", { tier: "x" as any, dataplane: "y" as any, systemPool: { maxPods: 1 } }),
    );
    assert.deepEqual(
      error.errors.map((e) => e.propertyPath),
      ["systemPool.maxPods", "tier", "dataplane"],
    );
    assert.match(error.message, /^aks-calico-ebpf:index:CalicoEbpfCluster "dev": 3 arguments are refused\n/);
  });
});

describe("values that are known later", () => {
  const later = <T>(value: T) => pulumi.output(value);

  it("are checked before the resource that takes them", async () => {
    const cases: [object, RegExp][] = [
      [{ systemPool: { count: later(0) } }, /systemPool\.count: is 0/],
      [{ network: { podCidr: later("10.0.0.0/16") } }, /overlaps the services' range/],
      [{ network: { serviceCidr: later("10.244.0.0/24") } }, /overlaps/],
      [{ entra: { adminGroupObjectIds: [later("admins")] } }, /adminGroupObjectIds\[0\]/],
      [{ tags: { "a/b": later("c") } }, /tags\["a\/b"\]/],
    ];
    for (const [args, says] of cases) {
      for (const Component of [AksCluster, CalicoEbpfCluster]) {
        await assert.rejects(
          record(() => new Component("dev", args as any)),
          says,
          JSON.stringify(args),
        );
      }
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
    await assert.rejects(record(program), /apiServerHost: "https:\/\/aks.example.net" does not fit/);
  });
});
