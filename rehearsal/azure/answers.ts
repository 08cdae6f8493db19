// What Azure answers for the resources around a cluster: the request completed with its defaults and with what only Azure
// knows. Clusters and pools: aks.ts.
import type { Props } from "../plugin/provider";
import { clusterResponse, identityOf, identityResponse, poolProperties } from "./aks";
import type { Store } from "./store";
import { parentOf, type ResourceType } from "./types";
import { at, digest, isObject, list, text, uuidOf } from "./values";

/** @param type what is made; @param body the request. @returns as ARM would answer a GET */
export function answer(
  store: Store,
  tenantId: string,
  type: ResourceType,
  id: string,
  inputs: Props,
  body: Props,
): Props {
  if (type.model === "ManagedCluster") return clusterResponse(id, inputs, body, tenantId);
  const name = inputs[type.names.at(-1)!];
  const properties = (isObject(body.properties) ? body.properties : {}) as Props;
  const given: Props = { id, name, type: type.arm, ...body };
  const made = (more: Props): Props => ({ ...given, properties: more });
  const succeeded = { provisioningState: "Succeeded" };
  switch (type.model) {
    case "AgentPool": {
      const cluster = store.get(parentOf(id))!.response;
      const version = text(cluster, "properties.currentKubernetesVersion")!;
      const network = at(cluster, "properties.networkProfile") as Props;
      return made(poolProperties(properties, version, network));
    }
    case "Identity":
      return made({ ...identityOf(id), tenantId });
    case "RoleAssignment":
      return made({ ...properties, scope: inputs.scope });
    case "VirtualNetwork": {
      const own = list(properties, "subnets") as Props[];
      const subnets = own.map((subnet) => ({ ...subnet, id: `${id}/subnets/${String(subnet.name)}` }));
      return made({ ...properties, subnets, resourceGuid: uuidOf(id), ...succeeded });
    }
    case "MaintenanceConfiguration":
    case "DiagnosticSetting":
    case "DataCollectionRuleAssociation":
      return given;
    case "Workspace":
      return made({
        retentionInDays: 30,
        publicNetworkAccessForIngestion: "Enabled",
        publicNetworkAccessForQuery: "Enabled",
        sku: { name: "PerGB2018" },
        ...properties,
        customerId: uuidOf(`workspace ${id.toLowerCase()}`),
        ...succeeded,
      });
    case "DataCollectionRule": {
      const immutableId = `dcr-${digest(`rule ${id.toLowerCase()}`, 32)}`;
      return made({ ...properties, immutableId, ...succeeded });
    }
    case "DiskEncryptionSet": {
      const answered = made({
        encryptionType: "EncryptionAtRestWithCustomerKey",
        rotationToLatestKeyVersionEnabled: false,
        ...properties,
        ...succeeded,
      });
      return { ...answered, identity: identityResponse(id, (body.identity ?? {}) as Props, tenantId) };
    }
    case "Vault":
      return made({ ...properties, vaultUri: vaultUri(String(name)), ...succeeded });
    case "Key": {
      const key = `${vaultUri(String(inputs.vaultName))}keys/${String(name)}`;
      const version = uuidOf(`key ${id.toLowerCase()}`).replaceAll("-", "");
      return made({
        keySize: 2048,
        ...properties,
        keyUri: key,
        keyUriWithVersion: `${key}/${version}`,
      });
    }
    default:
      return made({ ...properties, ...succeeded });
  }
}

/** azure-rest-api-specs, keyvault.json, examples of Vaults_CreateOrUpdate. */
const vaultUri = (name: string): string => `https://${name.toLowerCase()}.vault.azure.net/`;
