// What Azure Monitor asks of a workspace and of a diagnostic setting beyond their shape.
import { UNKNOWN, type Json, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, hasUnknown, isObject, list, number, text } from "../values";

/** terraform-provider-azurerm, log_analytics_workspace: "Possible values are between 30 and 730", 7 on the Free plan. */
export function* checkWorkspace(body: Props): Generator<Problem> {
  const path = "properties.retentionInDays";
  const days = number(body, path);
  const free = text(body, "properties.sku.name") === "Free";
  if (days !== undefined && (free ? days !== 7 : days < 30 || days > 730))
    yield invalid(path, `retentionInDays ${days} is not supported.`, `Write ${free ? "7" : "30 to 730"}.`);
}

/** learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-containerservice-managedclusters-logs */
const clusterLogs = [
  ..."cloud-controller-manager cluster-autoscaler csi-azuredisk-controller csi-azurefile-controller".split(
    " ",
  ),
  ..."csi-snapshot-controller fleet-mcs-controller-manager fleet-member-agent".split(" "),
  ..."fleet-member-net-controller-manager guard karpenter-events kube-apiserver kube-audit".split(" "),
  ..."kube-audit-admin kube-controller-manager kube-scheduler".split(" "),
];

const isCluster = (id: string | undefined): boolean =>
  id !== undefined && /\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/]+\/?$/i.test(id);

const bad = (target: string, message: string, advice: string): Problem => ({
  ...invalid(target, message, advice),
  code: "BadRequest",
});

/**
 * Categories are known only of clusters. AKS's words for one that it does not have:
 * hashicorp/terraform-provider-azurerm#2985. What a setting needs at least, and one of category and group for each
 * entry: learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings; its words are inferred.
 */
export function* checkDiagnostics(inputs: Props, body: Props): Generator<Problem> {
  const sinks =
    "workspaceId storageAccountId eventHubAuthorizationRuleId marketplacePartnerId serviceBusRuleId";
  if (sinks.split(" ").every((name) => absent(body, `properties.${name}`)))
    yield bad("properties", "At least one data sink needs to be specified.", "Set workspaceId.");
  const workspace = text(body, "properties.workspaceId");
  if (workspace !== undefined && !workspaceId.test(workspace))
    yield bad(
      "properties.workspaceId",
      `'${workspace}' is not the id of a workspace.`,
      "Write the Workspace resource's `id`.",
    );
  const entries = ["logs", "metrics"].flatMap((kind) =>
    (list(body, `properties.${kind}`) ?? []).map((entry, i): [string, string, Json] => [
      kind,
      `properties.${kind}[${i}]`,
      entry,
    ]),
  );
  if (entries.length === 0 && !["logs", "metrics"].some((kind) => at(body, `properties.${kind}`) === UNKNOWN))
    yield bad("properties", "At least one category of logs or metrics is needed.", "Set logs or metrics.");
  for (const [kind, path, entry] of entries) {
    if (!isObject(entry)) continue;
    yield* checkEntry(entry, kind, path, isCluster(text(inputs, "resourceUri")));
  }
}

const workspaceId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i;

function* checkEntry(entry: Props, kind: string, path: string, cluster: boolean): Generator<Problem> {
  const [category, group] = ["category", "categoryGroup"].map((name) => at(entry, name));
  if ((category === undefined) === (group === undefined))
    yield bad(path, "Each entry names either a category or a categoryGroup.", "Write one of the two.");
  const known = kind === "logs" ? clusterLogs : ["AllMetrics"];
  if (cluster && typeof category === "string" && category !== UNKNOWN && !known.includes(category))
    yield bad(
      `${path}.category`,
      `Category '${category}' is not supported.`,
      `Write one of: ${known.join(", ")}.`,
    );
  if (cluster && typeof group === "string" && group !== UNKNOWN && !["allLogs", "audit"].includes(group))
    yield bad(
      `${path}.categoryGroup`,
      `Category group '${group}' is not supported.`,
      "Write allLogs or audit.",
    );
  // learn.microsoft.com/azure/azure-monitor/platform/migrate-to-azure-storage-lifecycle-policy: no new ones since 2023.
  if (at(entry, "retentionPolicy.enabled") === true)
    yield bad(
      `${path}.retentionPolicy`,
      "Diagnostic settings does not support retention for new diagnostic settings.",
      "Leave retentionPolicy out: the workspace's retentionInDays holds.",
    );
}

/**
 * learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure: a flow's destinations are names
 * of the destinations. The codes: MicrosoftDocs/azure-docs#112612; the words of this one are inferred.
 */
export function* checkCollectionRule(body: Props): Generator<Problem> {
  const destinations = at(body, "properties.destinations");
  if (hasUnknown(destinations)) return;
  const lists = isObject(destinations) ? Object.values(destinations).flat() : [];
  const names = lists.map((destination) => text(destination, "name")).filter((name) => name !== undefined);
  for (const [i, flow] of (list(body, "properties.dataFlows") ?? []).entries())
    for (const name of list(flow, "destinations") ?? [])
      if (name !== UNKNOWN && !names.includes(String(name)))
        yield {
          target: `properties.dataFlows[${i}]`,
          code: "InvalidPayload",
          message: `Data collection rule is invalid (InvalidDataFlow: destination '${String(name)}' is not declared).`,
          advice: `Write one of the names in destinations: ${names.join(", ") || "there is none"}.`,
        };
}

/** azure-rest-api-specs, dataCollectionRuleAssociations_API.json: it ties a resource to a rule or to an endpoint. */
export function* checkAssociation(body: Props): Generator<Problem> {
  if (
    ["dataCollectionRuleId", "dataCollectionEndpointId"].every((name) => absent(body, `properties.${name}`))
  )
    yield missing("properties.dataCollectionRuleId", "Write the DataCollectionRule resource's `id`.");
}
