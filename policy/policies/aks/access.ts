// Who reaches a cluster, who acts in it, and as whom it acts itself.
import { baseline, clusterPolicy, isTrue, poolPolicy, property, strict, Verdict } from "../../define";
import { textsKnob } from "../../knobs";
import { isOwnOutbound, isWholeInternet, isWithin } from "../../ranges";
import { items, same, Unknown } from "../../unknown";

export const rbacEnabled = clusterPolicy({
  name: "aks-rbac-enabled",
  wants: "An AKS cluster must have Kubernetes role-based access control.",
  why: "Everybody who reaches the API server may then do everything, and AKS cannot turn RBAC on later.",
  write: "Write `enableRBAC: true`, or leave it out: it is on by default.",
  ...baseline("high", "PA-7"),
  answers: "CKV_AZURE_5 Azure.AKS.UseRBAC ac4a19c2-fa67-49b4-8ae5-0b2e78c49457",
  url: "https://learn.microsoft.com/azure/aks/concepts-identity",
  judge: property("enableRBAC", (value) => value !== false),
});

export const managedIdentity = clusterPolicy({
  name: "aks-managed-identity",
  wants: "An AKS cluster must use a managed identity instead of a service principal.",
  why: "Without an identity it needs a service principal, whose secret one day expires: no node joins any more.",
  write: 'Write `identity: { type: "SystemAssigned" }` or "UserAssigned", and no servicePrincipalProfile.',
  ...baseline("high", "IM-3"),
  answers: "Azure.AKS.ManagedIdentity da6e2401-19da-4532-9141-fb8fbde08431",
  url: "https://learn.microsoft.com/azure/aks/use-managed-identity",
  judge: property("identity.type", (type) => same(type, "SystemAssigned", "UserAssigned")),
});

export const noNodePublicIp = poolPolicy({
  name: "aks-no-node-public-ip",
  wants: "The nodes of an AKS cluster must not have public IP addresses.",
  why: "Every node is then reached from the internet, past load balancers and firewalls.",
  write: "Write `enableNodePublicIP: false`, or leave it out, in a new pool: AKS does not change it later.",
  ...baseline("high", "NS-2"),
  answers: "CKV_AZURE_143",
  url: "https://learn.microsoft.com/azure/aks/use-node-public-ips",
  judge: property("enableNodePublicIP", (value) => value !== true),
});

const allowedCidrs = textsKnob(
  "allowedCidrs",
  "IPv4 ranges that hold every authorized range, less 0.0.0.0/32; empty: any but the whole internet.",
);

export const apiServerAccess = clusterPolicy({
  name: "aks-api-server-access",
  wants: "An AKS cluster must be private or have authorized IP ranges.",
  why: "A leaked credential works from everywhere that reaches the API server.",
  write:
    'Write `apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] }` with your ranges, within the knob ' +
    "`allowedCidrs` and CI's among them, or `enablePrivateCluster: true` in their place.",
  ...strict("high", "NS-1"),
  answers: "CKV_AZURE_6 Azure.AKS.AuthorizedIPs 0e246bcf-5f6f-4f87-bc6f-775d4712c7ea",
  url: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
  knobs: [allowedCidrs],
  judge: (cluster, args) => {
    const isPrivate = cluster.get("apiServerAccessProfile", "enablePrivateCluster");
    const ranges = cluster.get("apiServerAccessProfile", "authorizedIPRanges");
    const path = cluster.path("apiServerAccessProfile.authorizedIPRanges");
    if (isPrivate === true) return undefined;
    if (isPrivate === Unknown || ranges === Unknown) return { notKnown: path };
    if (!ranges?.length)
      return { found: `${path} is ${ranges ? "empty" : "missing"} and the cluster is not private` };
    const allowed = allowedCidrs.of(args.getConfig());
    return items(ranges).map((range, at): Verdict => {
      const found = `${path}[${at}] is ${String(range)}`;
      if (range === Unknown) return { notKnown: `${path}[${at}]` };
      if (isOwnOutbound(range)) return undefined;
      if (isWholeInternet(range)) return { found: `${found}, the whole internet or half of it` };
      if (!allowed.length || allowed.some((one) => isWithin(range, one))) return undefined;
      return { found: `${found}, which does not lie within ${allowed.join(", ")}` };
    });
  },
});

export const privateCluster = clusterPolicy({
  name: "aks-private-cluster",
  wants: "An AKS cluster's API server must have no public address.",
  why: "At a public address it is found, and tried.",
  write:
    "Write `apiServerAccessProfile: { enablePrivateCluster: true }` on a new cluster, or take aks-api-server-access.",
  ...strict("medium", "NS-2"),
  answers: "CKV_AZURE_115 040732e8-d947-40b8-95d6-854c95024bf8",
  url: "https://learn.microsoft.com/azure/aks/private-clusters",
  judge: property("apiServerAccessProfile.enablePrivateCluster", isTrue),
});

export const managedAad = clusterPolicy({
  name: "aks-managed-aad",
  wants: "An AKS cluster must use AKS-managed Microsoft Entra ID integration.",
  why: "People then come with certificates, which nobody can take back one by one.",
  write: "Write `aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] }`, and no legacy serverAppID.",
  ...strict("high", "IM-1"),
  answers: "Azure.AKS.ManagedAAD 450d2877-ebea-41e8-b00c-e286317d21bf",
  url: "https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id",
  judge: property("aadProfile.managed", isTrue),
});

export const localAccountsOff = clusterPolicy({
  name: "aks-local-accounts-off",
  wants: "An AKS cluster must not have local accounts.",
  why: "Whoever may list credentials gets a certificate of its administrator, past Entra, and no name is logged.",
  // No remediation: where Entra is not set up it would lock everybody out, Pulumi's own kubeconfig with them.
  write: "Write `disableLocalAccounts: true`, after aks-managed-aad: without Entra nobody could sign in.",
  ...strict("high", "IM-1"),
  answers: "CKV_AZURE_141 Azure.AKS.LocalAccounts 993c2fcd-2b29-49d2-9eb0-df2c3a730c32",
  url: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
  judge: property("disableLocalAccounts", isTrue),
});

export const azureRbac = clusterPolicy({
  name: "aks-azure-rbac",
  wants: "An AKS cluster must use Azure RBAC for Kubernetes authorization.",
  why: "Role bindings inside the cluster are not seen by Azure's access reviews.",
  write: "Write `aadProfile: { managed: true, enableAzureRBAC: true }`, and give roles such as RBAC Writer.",
  ...strict("medium", "PA-7"),
  answers: "Azure.AKS.AzureRBAC",
  url: "https://learn.microsoft.com/azure/aks/manage-azure-rbac",
  judge: property("aadProfile.enableAzureRBAC", isTrue),
});
