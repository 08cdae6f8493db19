// What Azure answers for the resources around a cluster: the request completed with its defaults and with what only Azure
// knows. Clusters and pools: aks.ts.
import type { Props } from "../plugin/provider";
import { clusterResponse, identityOf, identityResponse, poolProperties } from "./aks";
import type { Store } from "./store";
import { namesIn, parentOf, typeOfId } from "./types";
import { at, digest, isObject, list, text, uuidOf } from "./values";

/** @param body the request. @returns as ARM would answer a GET */
export function answer(store: Store, tenantId: string, id: string, body: Props): Props {
  const type = typeOfId(id)!;
  const names = namesIn(type, id);
  if (type.model === "ManagedCluster") return clusterResponse(id, names, body, tenantId);
  const name = names[type.names.at(-1)!];
  const properties = (isObject(body.properties) ? body.properties : {}) as Props;
  const given: Props = { id, name, type: type.arm, ...body };
  // As they were sent.
  if (/^(MaintenanceConfiguration|DiagnosticSetting|DataCollectionRuleAssociation)$/.test(type.model))
    return given;
  if (type.model === "AgentPool") {
    const cluster = store.get(parentOf(id))!.response;
    const version = text(cluster, "properties.currentKubernetesVersion")!;
    const network = at(cluster, "properties.networkProfile") as Props;
    return { ...given, properties: poolProperties(properties, version, network) };
  }
  const lower = id.toLowerCase();
  const subnets = list(properties, "subnets").map((subnet) => ({
    ...(subnet as Props),
    id: `${id}/subnets/${text(subnet, "name")}`,
  }));
  const key = `${vaultUri(String(names.vaultName))}keys/${String(name)}`;
  /** What Azure alone knows. */
  const added: Record<string, Props> = {
    Identity: { ...identityOf(id), tenantId },
    RoleAssignment: { scope: names.scope },
    VirtualNetwork: { subnets, resourceGuid: uuidOf(id) },
    Workspace: { customerId: uuidOf(`workspace ${lower}`) },
    DataCollectionRule: { immutableId: `dcr-${digest(`rule ${lower}`, 32)}` },
    Vault: { vaultUri: vaultUri(String(name)) },
    Key: { keyUri: key, keyUriWithVersion: `${key}/${uuidOf(`key ${lower}`).replaceAll("-", "")}` },
  };
  const stateless = ["Identity", "RoleAssignment", "Key"].includes(type.model);
  return {
    ...given,
    ...(type.model === "DiskEncryptionSet"
      ? { identity: identityResponse(id, body.identity as Props, tenantId) }
      : {}),
    properties: {
      ...defaults[type.model],
      ...properties,
      ...added[type.model],
      ...(stateless ? {} : { provisioningState: "Succeeded" }),
    },
  };
}

/** What Azure fills in. */
const defaults: Record<string, Props> = {
  Workspace: {
    retentionInDays: 30,
    publicNetworkAccessForIngestion: "Enabled",
    publicNetworkAccessForQuery: "Enabled",
    sku: { name: "PerGB2018" },
  },
  DiskEncryptionSet: {
    encryptionType: "EncryptionAtRestWithCustomerKey",
    rotationToLatestKeyVersionEnabled: false,
  },
  Key: { keySize: 2048 },
};

/** azure-rest-api-specs, keyvault.json, examples of Vaults_CreateOrUpdate. */
const vaultUri = (name: string): string => `https://${name.toLowerCase()}.vault.azure.net/`;
