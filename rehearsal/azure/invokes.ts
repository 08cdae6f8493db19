// azure-native's functions, as far as a cluster's program asks for them.
import type { CheckFailure, Props } from "../plugin/provider";
import { ArmError } from "./arm";
import { toOutputs } from "./body";
import { aksKubeconfig } from "./kubeconfig";
import { checkGeneric, inVersion } from "./previews";
import type { Azure } from "./resources";
import type { Stored } from "./store";
import { cluster, idOf, parentOf, typeOf } from "./types";
import { at, isObject, list, sameId, text, uuidOf } from "./values";

type Answer = { result: Props; failures: CheckFailure[] };

export const functions = [
  "azure-native:authorization:getClientConfig",
  "azure-native:containerservice:listManagedClusterUserCredentials",
  "azure-native:containerservice:listManagedClusterAdminCredentials",
];

/** @throws Error naming the function where the rehearsal has no answer. */
export async function invoke(azure: Azure, token: string, args: Props, signal: AbortSignal): Promise<Answer> {
  const [, modulePath = "", name = ""] = token.split(":");
  if (name === "listManagedClusterUserCredentials") return credentials(azure, args, false, signal);
  if (name === "listManagedClusterAdminCredentials") return credentials(azure, args, true, signal);
  const { subscriptionId, tenantId } = azure.account;
  if (name === "getClientConfig" && modulePath.startsWith("authorization")) {
    // Whoever would be signed in: made up, but the same each time.
    const [clientId, objectId] = ["rehearsal client", "rehearsal user"].map(uuidOf);
    return ok({ clientId, objectId, subscriptionId, tenantId });
  }
  if (name.startsWith("get") && name !== "getClientToken") return ok(read(azure, token, args));
  throw new Error(
    `The rehearsal's Azure does not know the function ${token}. It knows getClientConfig, listManagedClusterUserCredentials, ` +
      "listManagedClusterAdminCredentials and `get` of the resource types that it holds. Pass the value in as a config value instead.",
  );
}

const ok = (result: Props): Answer => ({ result, failures: [] });

/** `getManagedCluster` and its like, from what Azure holds. */
function read(azure: Azure, token: string, args: Props): Props {
  const type = typeOf(token.replace(/:get(?=[A-Z]\w*$)/, ":"));
  for (const name of [...type.names, ...(type.generic ? ["apiVersion"] : [])])
    if (typeof args[name] !== "string")
      throw new Error(`${token}: missing required property '${name}'. Give it the resource's name.`);
  if (type.generic) checkGeneric(args);
  const id = idOf(type, azure.account.subscriptionId, args);
  const response = type.model === "Subnet" ? subnet(azure, id) : azure.view(found(azure, id));
  return toOutputs(type, inVersion(response, text(args, "apiVersion")));
}

/** @throws Error as azure-native words it: pulumi-azure-native, provider.go `Invoke` ("request failed %v", then ARM's). */
function found(azure: Azure, id: string, action = ""): Stored {
  try {
    return azure.existing(id);
  } catch (error) {
    throw new Error(`request failed ${id}${action}: ${(error as Error).message}`);
  }
}

/** One that was declared with its network is there as well. */
function subnet(azure: Azure, id: string): Props {
  const network = azure.store.get(parentOf(id));
  const inline = list(network?.response, "properties.subnets").find((one) =>
    sameId(text(one, "id") ?? "", id),
  );
  return isObject(inline) && !azure.store.get(id) ? inline : found(azure, id).response;
}

async function credentials(azure: Azure, args: Props, admin: boolean, signal: AbortSignal): Promise<Answer> {
  const what = admin ? "listManagedClusterAdminCredentials" : "listManagedClusterUserCredentials";
  for (const name of ["resourceGroupName", "resourceName"])
    if (typeof args[name] !== "string")
      throw new Error(`${what}: missing required property '${name}'. Take it from the cluster's resource.`);
  const path = admin ? "listClusterAdminCredential" : "listClusterUserCredential";
  const stored = found(azure, idOf(cluster, azure.account.subscriptionId, args), `/${path}`);
  const entra = at(stored.response, "properties.aadProfile.managed") === true;
  if (admin && at(stored.response, "properties.disableLocalAccounts") === true)
    // AKS's words: Azure/caf-terraform-landingzones#416.
    throw new ArmError([
      {
        target: "",
        code: "BadRequest",
        message:
          "Getting static credential is not allowed because this cluster is set to disable local accounts.",
        advice: "Use listManagedClusterUserCredentials and kubelogin, or set disableLocalAccounts: false.",
      },
    ]);
  const format = args.format ?? "exec";
  if (format !== "exec" && (entra || format !== "azure"))
    throw new Error(
      `${what}: format ${JSON.stringify(format)} is not to be had: the sign-in that was built into kubectl went with ` +
        'Kubernetes 1.26. Leave `format` out or write "exec".',
    );
  const names = ["fqdn", "privateFQDN"].map((name) => text(stored.response, `properties.${name}`));
  if (args.serverFqdn !== undefined && args.serverFqdn !== null && !names.includes(args.serverFqdn as string))
    throw new Error(
      `${what}: serverFqdn ${JSON.stringify(args.serverFqdn)} is no name of the cluster. Leave it out.`,
    );
  const { tenantId, environment } = azure.account;
  const own = text(stored.response, "properties.aadProfile.tenantID");
  const name = String(stored.response.name);
  await azure.ready(stored.id, { signal, status: () => undefined });
  const kubeconfig = aksKubeconfig(await azure.clusters.kubeconfig(name), {
    cluster: name,
    resourceGroup: String(args.resourceGroupName),
    admin,
    ...(entra && !admin ? { entra: { tenantId: own ?? tenantId, environment } } : {}),
  });
  const value = Buffer.from(kubeconfig).toString("base64");
  return ok({ kubeconfigs: [{ name: admin ? "clusterAdmin" : "clusterUser", value }] });
}
