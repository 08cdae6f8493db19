// What Azure answers for clusters and pools: the request completed with its defaults and with what only Azure knows.
import type { ClusterSpec } from "../controlPlane/cluster";
import type { NodePool } from "../controlPlane/nodes";
import type { Props } from "../plugin/provider";
import {
  at,
  digest,
  isObject,
  list,
  mapValues,
  nodeGroupName,
  normalizedLocation,
  text,
  uuidOf,
} from "./values";

/** What the rehearsal's control plane runs; AKS would take its default minor version. */
const defaultVersion = "1.35";

/** @param body the request. Defaults: azure-rest-api-specs, managedClusters.json and learn.microsoft.com/azure/aks. */
export function clusterResponse(id: string, names: Props, body: Props, tenantId: string): Props {
  const asked = (body.properties ?? {}) as Props;
  const location = normalizedLocation(String(body.location));
  const version = text(body, "properties.kubernetesVersion") ?? defaultVersion;
  const prefix = text(asked, "dnsPrefix") ?? text(asked, "fqdnSubdomain")!;
  // AKS: <dnsPrefix>-<8 hex digits>.hcp.<region>.azmk8s.io, and beside it a private name.
  const host = `${prefix}-${digest(id.toLowerCase(), 8)}`;
  const api = (asked.apiServerAccessProfile ?? {}) as Props;
  const isPrivate = api.enablePrivateCluster === true;
  const publicName = !isPrivate || api.enablePrivateClusterPublicFQDN !== false;
  // learn.microsoft.com/azure/aks/private-clusters: with zone `none` "the cluster will only have a public FQDN".
  const privateName = isPrivate && String(api.privateDNSZone).toLowerCase() !== "none";
  const issuer = `https://${location}.oic.prod-aks.azure.com/${tenantId}/${uuidOf(`issuer ${id.toLowerCase()}`)}/`;
  return {
    id,
    name: names.resourceName,
    type: "Microsoft.ContainerService/ManagedClusters",
    ...body,
    location,
    sku: { name: "Base", tier: "Free", ...(body.sku as Props) },
    ...(isObject(body.identity) ? { identity: identityResponse(id, body.identity, tenantId) } : {}),
    properties: {
      enableRBAC: true,
      disableLocalAccounts: false,
      nodeResourceGroup: nodeGroupName(String(names.resourceGroupName), String(names.resourceName), location),
      ...asked,
      kubernetesVersion: version,
      currentKubernetesVersion: version,
      provisioningState: "Succeeded",
      ...(publicName ? { fqdn: `${host}.hcp.${location}.azmk8s.io` } : {}),
      ...(privateName
        ? { privateFQDN: `${host}.${uuidOf(`zone ${id}`)}.privatelink.${location}.azmk8s.io` }
        : {}),
      oidcIssuerProfile: {
        enabled: false,
        ...(asked.oidcIssuerProfile as Props),
        ...(at(asked, "oidcIssuerProfile.enabled") === true ? { issuerURL: issuer } : {}),
      },
      networkProfile: {
        networkPlugin: "kubenet",
        serviceCidr: "10.0.0.0/16",
        dnsServiceIP: "10.0.0.10",
        outboundType: "loadBalancer",
        loadBalancerSku: "standard",
        ipFamilies: ["IPv4"],
        ...(asked.networkProfile as Props),
      },
      agentPoolProfiles: list(asked, "agentPoolProfiles").map((pool) =>
        poolProperties(pool as Props, version, asked.networkProfile as Props),
      ),
    },
  };
}

export function identityResponse(id: string, identity: Props, tenantId: string): Props {
  if (identity.type === "SystemAssigned")
    return { ...identity, principalId: uuidOf(`principal ${id}`), tenantId };
  const assigned = (at(identity, "userAssignedIdentities") ?? {}) as Props;
  return { ...identity, userAssignedIdentities: mapValues(assigned, (_, own) => identityOf(own)) };
}

/** Ids of a user-assigned identity, the same wherever they are asked for. */
export const identityOf = (id: string): Props => ({
  principalId: uuidOf(`principal ${id.toLowerCase()}`),
  clientId: uuidOf(`client ${id.toLowerCase()}`),
});

/** azure-cli, `az aks create --max-pods`: 'If not specified, defaults to 30 for "azure", 110 for "kubenet", or 250 for "none"'. */
const maxPods: Record<string, number> = { azure: 30, kubenet: 110, none: 250 };

/** A pool as Azure gives it back; maxPods with overlay: learn.microsoft.com/azure/aks/concepts-network-ip-address-planning. */
export function poolProperties(pool: Props, version: string, network: Props | undefined): Props {
  const overlay = network?.networkPluginMode === "overlay";
  const own = (pool.orchestratorVersion as string | undefined) ?? version;
  return {
    count: 1,
    mode: "User",
    osType: "Linux",
    osSKU: pool.osType === "Windows" ? "Windows2022" : "Ubuntu",
    osDiskSizeGB: 128,
    osDiskType: "Managed",
    kubeletDiskType: "OS",
    maxPods: overlay ? 250 : (maxPods[String(network?.networkPlugin)] ?? 110),
    type: "VirtualMachineScaleSets",
    enableAutoScaling: false,
    enableNodePublicIP: false,
    ...pool,
    orchestratorVersion: own,
    currentOrchestratorVersion: own,
    // The image is a name only: no node boots from it here.
    nodeImageVersion: `AKS${String(pool.osSKU ?? "Ubuntu")}-rehearsal`,
    provisioningState: "Succeeded",
  };
}

/** What a pool means for the control plane on this machine. */
export function nodePool(properties: Props): NodePool {
  const labels = properties.nodeLabels as Record<string, string> | undefined;
  const taints = properties.nodeTaints as string[] | undefined;
  return {
    name: String(properties.name),
    count: Number(properties.count ?? 1),
    // Gateway pools run no system pods either.
    mode: properties.mode === "System" ? "System" : "User",
    ...(properties.osSKU ? { osSku: String(properties.osSKU) } : {}),
    ...(labels ? { labels } : {}),
    ...(taints ? { taints } : {}),
  };
}

/** Where the API server is reached: by its private name on a private cluster. */
export const apiServerName = (response: Props): string =>
  (text(response, "properties.privateFQDN") ?? text(response, "properties.fqdn"))!;

/** Whether AKS brings kube-proxy: it does unless a preview member says otherwise (previews.ts). */
export const hasKubeProxy = (body: Props): boolean =>
  at(body, "properties.networkProfile.kubeProxyConfig.enabled") !== false;

/** What a cluster means for the control plane on this machine. */
export function clusterSpec(response: Props): ClusterSpec {
  const network = (at(response, "properties.networkProfile") ?? {}) as Props;
  return {
    name: String(response.name),
    kubernetesVersion: text(response, "properties.kubernetesVersion"),
    fqdn: apiServerName(response),
    calico: network.networkPolicy === "calico",
    kubeProxy: hasKubeProxy(response),
    networkPlugin: network.networkPlugin === "none" ? "none" : "azure",
    pools: list(response, "properties.agentPoolProfiles").map((pool) => nodePool(pool as Props)),
  };
}
