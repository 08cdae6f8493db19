// What Azure answers for the resources around a cluster: the request completed with what only Azure knows. Its defaults
// are left out: nothing in a rehearsal reads them. Clusters and pools: aks.ts.
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
    VirtualNetwork: { subnets },
    Workspace: { customerId: uuidOf(`workspace ${lower}`) },
    DataCollectionRule: { immutableId: `dcr-${digest(`rule ${lower}`, 32)}` },
    Vault: { vaultUri: vaultUri(String(name)) },
    Key: { keyUri: key, keyUriWithVersion: `${key}/${uuidOf(`key ${lower}`).replaceAll("-", "")}` },
  };
  return {
    ...given,
    ...(type.model === "DiskEncryptionSet"
      ? { identity: identityResponse(id, body.identity as Props, tenantId) }
      : {}),
    properties: { ...properties, ...added[type.model] },
  };
}

/** azure-rest-api-specs, keyvault.json, examples of Vaults_CreateOrUpdate. */
const vaultUri = (name: string): string => `https://${name.toLowerCase()}.vault.azure.net/`;
