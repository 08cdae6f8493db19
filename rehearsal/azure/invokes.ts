// azure-native's functions, as far as a cluster's program asks for them.
import type { Props } from "../plugin/provider";
import { refusal } from "./arm";
import { toOutputs } from "./body";
import { aksKubeconfig, kubelogin } from "./kubeconfig";
import { inlineSubnet } from "./placement/held";
import { checkGeneric, inVersion } from "./previews";
import type { Azure } from "./resources";
import type { Stored } from "./store";
import { cluster, idOf, typeOf } from "./types";
import { at, text, uuidOf } from "./values";

export const functions = [
  "azure-native:authorization:getClientConfig",
  "azure-native:containerservice:listManagedClusterUserCredentials",
  "azure-native:containerservice:listManagedClusterAdminCredentials",
];

/** @throws Error naming the function where the rehearsal has no answer. */
export async function invoke(azure: Azure, token: string, args: Props, signal: AbortSignal): Promise<Props> {
  const name = token.split(":").at(-1)!;
  const { subscriptionId, tenantId } = azure.account;
  if (/^listManagedCluster(User|Admin)Credentials$/.test(name)) return credentials(azure, args, name, signal);
  if (/:authorization.*:getClientConfig$/.test(token)) {
    // Whoever would be signed in: made up, but the same each time.
    const [clientId, objectId] = ["rehearsal client", "rehearsal user"].map(uuidOf);
    return { clientId, objectId, subscriptionId, tenantId };
  }
  if (name.startsWith("get") && name !== "getClientToken") return read(azure, token, args);
  throw new Error(
    `The rehearsal's Azure does not know the function ${token}. It knows getClientConfig, listManagedClusterUserCredentials, ` +
      "listManagedClusterAdminCredentials and `get` of the resource types that it holds. Pass the value in as a config value instead.",
  );
}

function need(what: string, args: Props, names: readonly string[]): void {
  const missing = names.find((name) => typeof args[name] !== "string");
  if (missing !== undefined)
    throw new Error(`${what}: missing required property '${missing}'. Take it from the resource.`);
}

/** `getManagedCluster` and its like, from what Azure holds. */
function read(azure: Azure, token: string, args: Props): Props {
  const type = typeOf(token.replace(/:get(?=[A-Z]\w*$)/, ":"));
  need(token, args, [...type.names, ...(type.generic ? ["apiVersion"] : [])]);
  if (type.generic) checkGeneric(args);
  const id = idOf(type, azure.account.subscriptionId, args);
  // A subnet that was declared with its network is there as well.
  const inline = azure.store.get(id) ? undefined : inlineSubnet(azure.store, id);
  const response = inline ?? azure.view(found(azure, id));
  return toOutputs(type, inVersion(response, text(args, "apiVersion")));
}

/** @throws Error as azure-native words it: pulumi-azure-native, provider.go `Invoke` ("request failed %v", then ARM's). */
function found(azure: Azure, id: string, action = ""): Stored {
  try {
    return azure.store.existing(id);
  } catch (error) {
    throw new Error(`request failed ${id}${action}: ${(error as Error).message}`);
  }
}

async function credentials(azure: Azure, args: Props, what: string, signal: AbortSignal): Promise<Props> {
  need(what, args, cluster.names);
  const [, kind] = /(User|Admin)/.exec(what)!;
  const admin = kind === "Admin";
  const id = idOf(cluster, azure.account.subscriptionId, args);
  const stored = found(azure, id, `/listCluster${kind}Credential`);
  const entra = at(stored.response, "properties.aadProfile.managed") === true;
  if (admin && at(stored.response, "properties.disableLocalAccounts") === true)
    // AKS's words: Azure/caf-terraform-landingzones#416.
    throw refusal(
      400,
      "BadRequest",
      "Getting static credential is not allowed because this cluster is set to disable local accounts.",
      "Use listManagedClusterUserCredentials and kubelogin, or set disableLocalAccounts: false.",
    );
  const name = String(stored.response.name);
  await azure.ready(stored.id, { signal, status: () => undefined });
  const source = await azure.clusters.kubeconfig(name);
  const tenantId = text(stored.response, "properties.aadProfile.tenantID") ?? azure.account.tenantId;
  const exec = entra && !admin ? kubelogin(name, tenantId) : undefined;
  const kubeconfig = aksKubeconfig(source, kind, String(args.resourceGroupName), name, exec);
  return {
    kubeconfigs: [{ name: `cluster${kind}`, value: Buffer.from(kubeconfig).toString("base64") }],
  };
}
