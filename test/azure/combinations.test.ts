import { removeFolders } from "./fixtures";
import { cluster, type Change } from "./refused";

describe("azure: which settings of a cluster go together", () => {
  after(removeFolders);

  const network =
    (change: Change): Change =>
    (inputs) =>
      change(inputs.networkProfile);
  const table: [string, Change, string, RegExp][] = [
    [
      "no pools",
      (all) => delete all.agentPoolProfiles,
      "properties.agentPoolProfiles",
      /is missing \(null\)/,
    ],
    [
      "no system pool",
      (all) => (all.agentPoolProfiles[0].mode = "User"),
      "properties.agentPoolProfiles",
      /at least one system pool/,
    ],
    [
      "two pools of a name",
      (all) => all.agentPoolProfiles.push({ ...all.agentPoolProfiles[0] }),
      "properties.agentPoolProfiles[1].name",
      /not unique/,
    ],
    ["no name for the API server", (all) => delete all.dnsPrefix, "properties.dnsPrefix", /is missing/],
    ["no identity", (all) => delete all.identity, "properties.servicePrincipalProfile", /SystemAssigned/],
    [
      "identity without its id",
      (all) => (all.identity = { type: "UserAssigned" }),
      "identity.userAssignedIdentities",
      /takes one identity, 0 given/,
    ],
    [
      "identity by name",
      (all) => (all.identity = { type: "UserAssigned", userAssignedIdentities: ["mine"] }),
      "identity.userAssignedIdentities",
      /not the id/,
    ],
    [
      "overlay without Azure CNI",
      network((net) => Object.assign(net, { networkPlugin: "kubenet", networkPluginMode: "overlay" })),
      "properties.networkProfile.networkPluginMode",
      /requires network plugin 'azure'/,
    ],
    [
      "policy without a plugin",
      network((net) => (net.networkPlugin = "none")),
      "properties.networkProfile.networkPolicy",
      /not supported with network plugin 'none'/,
    ],
    [
      "Azure's policy on kubenet",
      network((net) => Object.assign(net, { networkPlugin: "kubenet", networkPolicy: "azure" })),
      "properties.networkProfile.networkPolicy",
      /requires network plugin 'azure'/,
    ],
    [
      "Cilium's policy alone",
      network((net) => (net.networkPolicy = "cilium")),
      "properties.networkProfile.networkPolicy",
      /dataplane 'cilium'/,
    ],
    [
      "Cilium under Calico",
      network((net) => (net.networkDataplane = "cilium")),
      "properties.networkProfile.networkDataplane",
      /cannot be combined/,
    ],
    [
      "auto-provisioning with Calico",
      (all) => (all.nodeProvisioningProfile = { mode: "Auto" }),
      "properties.nodeProvisioningProfile.mode",
      /does not support Calico/,
    ],
    [
      "DNS outside the services",
      network((net) => (net.serviceCidr = "10.2.0.0/16")),
      "properties.networkProfile.dnsServiceIP",
      /not in serviceCidr/,
    ],
    [
      "DNS on the first address",
      network((net) => (net.dnsServiceIP = "10.0.0.1")),
      "properties.networkProfile.dnsServiceIP",
      /reserved/,
    ],
    [
      "services too large",
      network((net) => (net.serviceCidr = "10.0.0.0/8")),
      "properties.networkProfile.serviceCidr",
      /too large/,
    ],
    [
      "pods among services",
      network((net) => Object.assign(net, { networkPluginMode: "overlay", podCidr: "10.0.0.0/8" })),
      "properties.networkProfile.podCidr",
      /overlaps/,
    ],
    [
      "routes without a subnet",
      network((net) => (net.outboundType = "userDefinedRouting")),
      "properties.networkProfile.outboundType",
      /subnet of your own/,
    ],
    [
      "private with allowed ranges",
      (all) =>
        (all.apiServerAccessProfile = {
          enablePrivateCluster: true,
          authorizedIPRanges: ["203.0.113.0/24"],
        }),
      "properties.apiServerAccessProfile.authorizedIPRanges",
      /not supported on a private cluster/,
    ],
    [
      "range that is none",
      (all) => (all.apiServerAccessProfile = { authorizedIPRanges: ["office"] }),
      "properties.apiServerAccessProfile.authorizedIPRanges[0]",
      /203.0.113.0\/24/,
    ],
    [
      "DNS zone of a public cluster",
      (all) => (all.apiServerAccessProfile = { privateDNSZone: "system" }),
      "properties.apiServerAccessProfile.privateDNSZone",
      /requires a private cluster/,
    ],
    [
      "no accounts at all",
      (all) => (all.disableLocalAccounts = true),
      "properties.disableLocalAccounts",
      /requires AKS-managed Microsoft Entra/,
    ],
    [
      "Entra without RBAC",
      (all) => Object.assign(all, { enableRBAC: false, aadProfile: { managed: true } }),
      "properties.enableRBAC",
      /requires Kubernetes RBAC/,
    ],
    [
      "group by name",
      (all) => (all.aadProfile = { managed: true, adminGroupObjectIDs: ["admins"] }),
      "properties.aadProfile.adminGroupObjectIDs[0]",
      /a UUID/,
    ],
    [
      "workload identity alone",
      (all) => delete all.oidcIssuerProfile,
      "properties.securityProfile.workloadIdentity.enabled",
      /requires the OIDC issuer/,
    ],
    [
      "long-term support for free",
      (all) => (all.supportPlan = "AKSLongTermSupport"),
      "properties.supportPlan",
      /Premium/,
    ],
    [
      "two channels for nodes",
      (all) => (all.autoUpgradeProfile = { upgradeChannel: "node-image", nodeOSUpgradeChannel: "None" }),
      "properties.autoUpgradeProfile.nodeOSUpgradeChannel",
      /NodeImage/,
    ],
    ["version", (all) => (all.kubernetesVersion = "latest"), "properties.kubernetesVersion", /not supported/],
    [
      "a long group for nodes",
      (all) => (all.nodeResourceGroup = "n".repeat(81)),
      "properties.nodeResourceGroup",
      /maximum length is 80 and the length of the value provided is 81\b/,
    ],
    [
      "a long group for nodes that AKS names",
      (all) => Object.assign(all, { resourceGroupName: "a-long-group", resourceName: "a".repeat(63) }),
      "name",
      /node resource group name is too long.* provided is 90\b/,
    ],
    [
      "its own group for nodes",
      (all) => (all.nodeResourceGroup = "RG"),
      "properties.nodeResourceGroup",
      /own resource group/,
    ],
    [
      "Windows without its profile",
      (all) =>
        all.agentPoolProfiles.push({
          name: "win",
          osType: "Windows",
          osSKU: "Windows2022",
          mode: "User",
          count: 1,
        }),
      "properties.windowsProfile",
      /adminPassword/,
    ],
  ];
  for (const [what, change, path, words] of table) it(what, () => cluster(change, path, words));
});
