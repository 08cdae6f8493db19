// What AKS asks of a managed cluster beyond its shape.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, isObject, list, nodeGroupName, text } from "../values";
import { checkAddons } from "./addons";
import { checkNetwork } from "./network";
import { checkVersion } from "./pool";
import { checkPools } from "./pools";

export function* checkCluster(body: Props, names: Props): Generator<Problem> {
  yield* checkVersion(at(body, "properties.kubernetesVersion"), "properties.kubernetesVersion");
  yield* checkHostName(body);
  yield* checkNodeGroup(body, names);
  yield* checkIdentity(body);
  yield* checkAccess(body);
  yield* checkSupport(body);
  yield* checkPools(body);
  yield* checkNetwork(body);
  yield* checkAddons(body);
}

/** azure-rest-api-specs, managedClusters.json ("dnsPrefix"): 1 to 54 letters, digits and hyphens. */
function* checkHostName(body: Props): Generator<Problem> {
  const prefix = "properties.dnsPrefix";
  const sub = "properties.fqdnSubdomain";
  if (absent(body, prefix) && absent(body, sub))
    yield missing(prefix, "Set dnsPrefix: the API server's name begins with it.");
  const value = text(body, prefix);
  if (value !== undefined && !/^[A-Za-z0-9]([-A-Za-z0-9]{0,52}[A-Za-z0-9])?$/.test(value))
    yield invalid(
      prefix,
      `The value of parameter ${prefix} is invalid: "${value}".`,
      "Write 1 to 54 letters, digits and hyphens that begin and end with a letter or digit.",
    );
  if (value !== undefined && text(body, sub) !== undefined)
    yield invalid(sub, "dnsPrefix and fqdnSubdomain cannot both be set.", "Leave one of them out.");
}

/**
 * A group of its own: learn.microsoft.com/azure/aks/faq ("Can I provide my own name for the AKS node resource group?").
 * At most 80 characters, AKS's own `MC_...` too, which it does not cut: Azure-Terraform/terraform-azurerm-kubernetes#33
 * and rancher/dashboard#8980 have its words.
 */
function* checkNodeGroup(body: Props, names: Props): Generator<Problem> {
  const path = "properties.nodeResourceGroup";
  const group = text(body, path);
  const [own, name, location] = [
    text(names, "resourceGroupName"),
    text(names, "resourceName"),
    text(body, "location"),
  ];
  const byAks =
    absent(body, path) && own && name && location ? nodeGroupName(own, name, location) : undefined;
  const length = (group ?? byAks ?? "").length;
  if (length > 80)
    yield invalid(
      byAks ? "name" : path,
      "The length of the node resource group name is too long. The maximum length is 80 and the length of the value " +
        `provided is ${length}. Please see https://aka.ms/aks-naming-rules for more details.`,
      "Set nodeResourceGroup to a name of 1 to 80 characters.",
    );
  if (group === undefined || length > 80) return;
  if (!/^[-\w.()]*[-\w()]$/.test(group))
    yield invalid(
      path,
      `The value of parameter ${path} is invalid: "${group}".`,
      "Write 1 to 80 letters, digits, `-`, `_`, `.` and brackets, not ending with a dot.",
    );
  if (group.toLowerCase() === String(names.resourceGroupName).toLowerCase())
    yield invalid(
      path,
      "nodeResourceGroup is the cluster's own resource group.",
      "Write a name that is not in use.",
    );
}

/** `@azure/arm-containerservice`, ManagedClusterIdentity ("Only one user assigned identity is allowed"). */
function* checkIdentity(body: Props): Generator<Problem> {
  const type = at(body, "identity.type");
  if (absent(body, "identity") && absent(body, "properties.servicePrincipalProfile"))
    yield missing("properties.servicePrincipalProfile", 'Set identity: { type: "SystemAssigned" }.');
  if (type === UNKNOWN || at(body, "identity") === UNKNOWN) return;
  const assigned = at(body, "identity.userAssignedIdentities");
  const count = isObject(assigned) ? Object.keys(assigned).length : assigned === UNKNOWN ? 1 : 0;
  if (type === "UserAssigned" && count !== 1)
    yield invalid(
      "identity.userAssignedIdentities",
      `A cluster with identity type UserAssigned takes one identity, ${count} given.`,
      "Write the resource id of one user-assigned identity.",
    );
  if (type === "SystemAssigned" && count > 0)
    yield invalid(
      "identity.userAssignedIdentities",
      "userAssignedIdentities do not go with identity type SystemAssigned.",
      'Set type: "UserAssigned", or leave the identities out.',
    );
  for (const id of isObject(assigned) ? Object.keys(assigned) : [])
    if (
      id !== UNKNOWN &&
      !/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i.test(
        id,
      )
    )
      yield invalid(
        "identity.userAssignedIdentities",
        `'${id}' is not the id of a user-assigned identity.`,
        "Write the identity resource's `id`.",
      );
}

/**
 * learn.microsoft.com/azure/aks/local-accounts (without Entra "any attempt to authenticate ... will fail"; that the API
 * refuses it is inferred), entra-id-control-plane-authentication ("Kubernetes RBAC enabled cluster"),
 * workload-identity-deploy-cluster (both flags together; that the API refuses the one alone is inferred).
 */
function* checkAccess(body: Props): Generator<Problem> {
  const managed = at(body, "properties.aadProfile.managed");
  const rbac = at(body, "properties.enableRBAC");
  const local = "properties.disableLocalAccounts";
  if (at(body, local) === true && managed !== true && managed !== UNKNOWN)
    yield invalid(
      local,
      "Disabling local accounts requires AKS-managed Microsoft Entra integration: nobody could sign in.",
      "Set aadProfile: { managed: true, adminGroupObjectIDs: [...] }, or leave disableLocalAccounts out.",
    );
  if (managed === true && rbac === false)
    yield invalid(
      "properties.enableRBAC",
      "Microsoft Entra integration requires Kubernetes RBAC.",
      "Set enableRBAC: true.",
    );
  if (at(body, "properties.aadProfile.enableAzureRBAC") === true && managed !== true && managed !== UNKNOWN)
    yield invalid(
      "properties.aadProfile.enableAzureRBAC",
      "Azure RBAC requires managed Entra.",
      "Set managed: true.",
    );
  const groups = "properties.aadProfile.adminGroupObjectIDs";
  for (const [i, id] of (list(body, groups) ?? []).entries())
    if (typeof id === "string" && id !== UNKNOWN && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      yield invalid(
        `${groups}[${i}]`,
        `The value of parameter ${groups}[${i}] is invalid: "${id}".`,
        "Write the object id of an Entra group (a UUID), not its name.",
      );
  const issuer = at(body, "properties.oidcIssuerProfile.enabled");
  if (at(body, "properties.securityProfile.workloadIdentity.enabled") === true)
    if (issuer !== true && issuer !== UNKNOWN)
      yield invalid(
        "properties.securityProfile.workloadIdentity.enabled",
        "Workload identity requires the OIDC issuer.",
        "Set oidcIssuerProfile: { enabled: true }.",
      );
}

function* checkSupport(body: Props): Generator<Problem> {
  const tier = at(body, "sku.tier");
  const plan = at(body, "properties.supportPlan");
  // learn.microsoft.com/azure/aks/long-term-support
  if (plan === "AKSLongTermSupport" && tier !== "Premium" && tier !== UNKNOWN)
    yield invalid(
      "properties.supportPlan",
      "AKSLongTermSupport requires tier Premium.",
      'Set sku.tier: "Premium".',
    );
  // learn.microsoft.com/azure/aks/auto-upgrade-node-os-image: "You can't change the node OS autoupgrade channel value
  // if your cluster autoupgrade channel is node-image".
  const nodes = at(body, "properties.autoUpgradeProfile.nodeOSUpgradeChannel");
  if (at(body, "properties.autoUpgradeProfile.upgradeChannel") === "node-image")
    if (nodes !== undefined && nodes !== UNKNOWN && nodes !== "NodeImage")
      yield invalid(
        "properties.autoUpgradeProfile.nodeOSUpgradeChannel",
        `nodeOSUpgradeChannel ${String(nodes)} does not go with upgradeChannel node-image.`,
        'Set nodeOSUpgradeChannel: "NodeImage".',
      );
}
