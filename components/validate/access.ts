// Who reaches the API server, and who signs in to it.
import type { ApiServerArgs, EntraArgs } from "../aksClusterArgs";
import { KubeloginMode } from "../enums";
import type { ArgumentReader } from "./findings";
import { azureId, cidrOrAddress, guid, listOf, oneOf, yesOrNo } from "./rules";

export function readApiServer(
  reader: ArgumentReader,
  args: ApiServerArgs | undefined,
): Partial<ApiServerArgs> {
  const given = reader.object<ApiServerArgs>("apiServer", args, {
    authorizedIpRanges: "",
    privateCluster: "",
    privateDnsZone: "",
  });
  const privateCluster = given.privateCluster ?? false;
  const refusal = yesOrNo()(privateCluster);
  if (refusal !== undefined) reader.refuse("apiServer.privateCluster", refusal);
  if (privateCluster && given.authorizedIpRanges !== undefined) {
    reader.refuse("apiServer.authorizedIpRanges", {
      wrong: "stands beside privateCluster",
      why: "a private cluster has no public address that ranges could guard, and AKS refuses the pair",
      write: "one of the two",
    });
  }
  if (!privateCluster && given.privateDnsZone !== undefined) {
    reader.refuse("apiServer.privateDnsZone", {
      wrong: "is given, but the cluster is not private",
      why: "only a private cluster has a private DNS zone",
      write: "privateCluster: true beside it, or leave it out",
    });
  }
  const zone = azureId("Microsoft.Network/privateDnsZones");
  return {
    authorizedIpRanges: reader.value(
      "apiServer.authorizedIpRanges",
      given.authorizedIpRanges,
      listOf(cidrOrAddress("an authorized range"), "authorized ranges are a list"),
    ),
    privateCluster,
    privateDnsZone: reader.value("apiServer.privateDnsZone", given.privateDnsZone, (value) =>
      value === "system" || value === "none" ? undefined : zone(value),
    ),
  };
}

export function readEntra(reader: ArgumentReader, args: EntraArgs | undefined): EntraArgs | undefined {
  if (args === undefined || args === null) return undefined;
  const given = reader.object<EntraArgs>("entra", args, {
    adminGroupObjectIds: "",
    disableLocalAccounts: "",
    azureRbac: "",
    tenantId: "",
    kubeloginMode: "",
  });
  if (given.adminGroupObjectIds === undefined) {
    reader.refuse("entra.adminGroupObjectIds", {
      wrong: "is missing",
      why: "somebody has to administer the cluster, Pulumi first of all",
      write: "the object ids of one group or more",
    });
  }
  const mode = given.kubeloginMode === undefined ? undefined : oneOf(KubeloginMode)(given.kubeloginMode);
  if (mode !== undefined) reader.refuse("entra.kubeloginMode", mode);
  const local = given.disableLocalAccounts === undefined ? undefined : yesOrNo()(given.disableLocalAccounts);
  if (local !== undefined) reader.refuse("entra.disableLocalAccounts", local);
  const groups = listOf(guid("a group"), "groups are a list");
  return {
    adminGroupObjectIds:
      reader.value<any>("entra.adminGroupObjectIds", given.adminGroupObjectIds, (value) =>
        Array.isArray(value) && value.length === 0
          ? { wrong: "is empty", why: "somebody has to administer the cluster", write: "one group or more" }
          : groups(value),
      ) ?? [],
    disableLocalAccounts: given.disableLocalAccounts,
    azureRbac: reader.value("entra.azureRbac", given.azureRbac, yesOrNo()),
    tenantId: reader.value("entra.tenantId", given.tenantId, guid("the tenant")),
    kubeloginMode: given.kubeloginMode,
  };
}
