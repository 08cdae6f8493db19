// Who reaches a cluster, who acts in it, and as whom it acts itself.
import { baseline, clusterPolicy, isTrue, poolPolicy, property, strict } from "../../define";
import { textsKnob } from "../../knobs";
import { isOwnOutbound, isWholeInternet, isWithin } from "../../ranges";
import { items, same, Unknown } from "../../unknown";

export const rbacEnabled = clusterPolicy(
  {
    name: "aks-rbac-enabled",
    wants: "An AKS cluster must have Kubernetes role-based access control.",
    why:
      "Everybody who reaches the API server may then do everything in the cluster, and AKS cannot turn RBAC on later: the " +
      "cluster would have to be replaced.",
    write: "Write `enableRBAC: true`, or leave it out: it is on by default.",
    ...baseline("high", "PA-7"),
    answers: "CKV_AZURE_5 Azure.AKS.UseRBAC ac4a19c2-fa67-49b4-8ae5-0b2e78c49457",
    url: "https://learn.microsoft.com/azure/aks/concepts-identity",
  },
  property("enableRBAC", (value) => value !== false),
);

export const managedIdentity = clusterPolicy(
  {
    name: "aks-managed-identity",
    wants: "An AKS cluster must use a managed identity instead of a service principal.",
    why: "Without an identity the cluster can make neither nodes nor load balancers in Azure.",
    write:
      'Write `identity: { type: "SystemAssigned" }`, or "UserAssigned" with `userAssignedIdentities: [identity.id]`, and take ' +
      "servicePrincipalProfile out.",
    ...baseline("high", "IM-3"),
    answers: "Azure.AKS.ManagedIdentity da6e2401-19da-4532-9141-fb8fbde08431",
    url: "https://learn.microsoft.com/azure/aks/use-managed-identity",
  },
  (cluster) => {
    const verdict = property("identity.type", (type) => same(type, "SystemAssigned", "UserAssigned"))(
      cluster,
    );
    const isPrincipal = cluster.get("servicePrincipalProfile", "clientId") !== undefined;
    const why =
      "The cluster then acts in Azure as a service principal, whose secret lies in its settings and expires some day: from " +
      "then on no node joins and no load balancer changes.";
    return verdict && isPrincipal ? { ...verdict, why } : verdict;
  },
);

export const noNodePublicIp = poolPolicy(
  {
    name: "aks-no-node-public-ip",
    wants: "The nodes of an AKS cluster must not have public IP addresses.",
    why:
      "Every node is then reached from the internet, past load balancers and firewalls; under eBPF Calico guards a node's " +
      "own ports only where a HostEndpoint says so.",
    write:
      "Write `enableNodePublicIP: false`, or leave it out. AKS does not change it in a pool that is there: make a new pool.",
    ...baseline("high", "NS-2"),
    answers: "CKV_AZURE_143",
    url: "https://learn.microsoft.com/azure/aks/use-node-public-ips",
  },
  property("enableNodePublicIP", (value) => value !== true),
);

const allowedCidrs = textsKnob(
  "allowedCidrs",
  "IPv4 ranges within which every authorized range must lie. Empty: any ranges but the whole internet. " +
    "0.0.0.0/32, the cluster's own outbound address, is always allowed.",
);

export const apiServerAccess = clusterPolicy(
  {
    name: "aks-api-server-access",
    wants: "An AKS cluster must be private or have authorized IP ranges.",
    write:
      'Write `apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] }` with your own ranges, those of CI among ' +
      "them, or `apiServerAccessProfile: { enablePrivateCluster: true }`.",
    ...strict("high", "NS-1"),
    answers: "CKV_AZURE_6 Azure.AKS.AuthorizedIPs 0e246bcf-5f6f-4f87-bc6f-775d4712c7ea",
    url: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
    knobs: [allowedCidrs],
  },
  (cluster, args) => {
    const isPrivate = cluster.get("apiServerAccessProfile", "enablePrivateCluster");
    const ranges = cluster.get("apiServerAccessProfile", "authorizedIPRanges");
    const path = cluster.path("apiServerAccessProfile.authorizedIPRanges");
    if (isPrivate === true) return undefined;
    if (isPrivate === Unknown || ranges === Unknown) return { notKnown: path };
    if (!Array.isArray(ranges) || ranges.length === 0)
      return {
        found: `${path} is ${ranges === undefined ? "missing" : "empty"} and the cluster is not private`,
        why: "Its API server answers the whole internet, and a leaked credential works from everywhere.",
      };
    const allowed = allowedCidrs.of(args.getConfig());
    return items(ranges).map((range, at) => {
      const found = `${path}[${at}] is ${String(range)}`;
      if (range === Unknown) return { notKnown: `${path}[${at}]` };
      if (isOwnOutbound(range)) return undefined;
      if (isWholeInternet(range))
        return { found, why: "That is the whole internet or half of it, and guards nothing." };
      if (!allowed.length || allowed.some((one) => isWithin(range, one))) return undefined;
      return {
        found: `${found}, which does not lie within ${allowed.join(", ")}`,
        why: "Only those may reach an API server here.",
        write: "Write a range within them, or add this one to the knob `allowedCidrs`.",
      };
    });
  },
);

export const privateCluster = clusterPolicy(
  {
    name: "aks-private-cluster",
    wants: "An AKS cluster's API server must have no public address.",
    why: "At a public address it is found, and tried.",
    write:
      "Write `apiServerAccessProfile: { enablePrivateCluster: true }` and run Pulumi where the VNet is reached. Without API " +
      "server VNet integration AKS does so at a cluster's creation only; for one that has to stay public set this policy to " +
      '"disabled" and guard it with aks-api-server-access.',
    ...strict("medium", "NS-2"),
    answers: "CKV_AZURE_115 040732e8-d947-40b8-95d6-854c95024bf8",
    url: "https://learn.microsoft.com/azure/aks/private-clusters",
  },
  property("apiServerAccessProfile.enablePrivateCluster", isTrue),
);

export const managedAad = clusterPolicy(
  {
    name: "aks-managed-aad",
    wants: "An AKS cluster must use AKS-managed Microsoft Entra ID integration.",
    why:
      "People then reach the cluster with certificates that nobody can take back one by one, and that no second factor " +
      "guards.",
    write:
      "Write `aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] }`, the group being the object id of those who " +
      "administer the cluster.",
    ...strict("high", "IM-1"),
    answers: "Azure.AKS.ManagedAAD 450d2877-ebea-41e8-b00c-e286317d21bf",
    url: "https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id",
  },
  (cluster) => {
    const verdict = property("aadProfile.managed", isTrue)(cluster);
    const isLegacy = cluster.get("aadProfile", "serverAppID") !== undefined;
    const why = "aadProfile.serverAppID belongs to the legacy integration, which is deprecated.";
    return verdict && isLegacy ? { ...verdict, why } : verdict;
  },
);

export const localAccountsOff = clusterPolicy(
  {
    name: "aks-local-accounts-off",
    wants: "An AKS cluster must not have local accounts.",
    why:
      "Whoever may list the cluster's credentials gets a certificate of its administrator, which passes by Entra, its groups " +
      "and its second factor, and leaves nobody's name in the audit log.",
    // No remediation: where Entra is not set up it would lock everybody out, Pulumi's own kubeconfig with them.
    write:
      "Write `disableLocalAccounts: true`, with `aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] }` beside it: " +
      "without Entra nobody could sign in any more.",
    ...strict("high", "IM-1"),
    answers: "CKV_AZURE_141 Azure.AKS.LocalAccounts 993c2fcd-2b29-49d2-9eb0-df2c3a730c32",
    url: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
  },
  property("disableLocalAccounts", isTrue),
);

export const azureRbac = clusterPolicy(
  {
    name: "aks-azure-rbac",
    wants: "An AKS cluster must use Azure RBAC for Kubernetes authorization.",
    why:
      "Who may do what is otherwise written in role bindings inside the cluster, where Azure's access reviews and Privileged " +
      "Identity Management do not see it.",
    write:
      "Write `aadProfile: { managed: true, enableAzureRBAC: true }`, and give its users roles such as `Azure Kubernetes " +
      "Service RBAC Writer` on the cluster first.",
    ...strict("medium", "PA-7"),
    answers: "Azure.AKS.AzureRBAC",
    url: "https://learn.microsoft.com/azure/aks/manage-azure-rbac",
  },
  property("aadProfile.enableAzureRBAC", isTrue),
);
