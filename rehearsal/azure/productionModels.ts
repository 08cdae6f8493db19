// What a cluster for production has beside it, and what preview versions of the AKS API add to a cluster.
// Source of each: azure-rest-api-specs at the API version that azure-native 3.28 uses for the type.
import { describe, listOf, model, oneOf, tags, type Kind } from "./model";
import { keyModels } from "./keyModels";
import type { Mapper } from "./sdk";

const onOff = oneOf("Enabled", "Disabled");
const anyOf = (names: string): Record<string, Kind> =>
  Object.fromEntries(names.split(" ").map((name) => [name, "any"]));

const workspace: Record<string, Mapper> = {
  WorkspaceSku: describe("WorkspaceSku", {
    "name!": oneOf(
      ..."Free Standard Premium PerNode PerGB2018 Standalone CapacityReservation LACluster".split(" "),
    ),
    capacityReservationLevel: "Number",
  }),
  WorkspaceFeatures: describe("WorkspaceFeatures", {
    clusterResourceId: "String",
    disableLocalAuth: "Boolean",
    enableDataExport: "Boolean",
    enableLogAccessUsingOnlyResourcePermissions: "Boolean",
    immediatePurgeDataOn30Days: "Boolean",
  }),
  WorkspaceCapping: describe("WorkspaceCapping", { dailyQuotaGb: "Number" }),
  WorkspaceIdentity: describe("WorkspaceIdentity", {
    "type!": oneOf("SystemAssigned", "UserAssigned", "None"),
    userAssignedIdentities: "any",
  }),
  Workspace: describe("Workspace", {
    "location!": "String",
    tags,
    identity: model("WorkspaceIdentity"),
    "properties.defaultDataCollectionRuleResourceId": "String",
    "properties.features": model("WorkspaceFeatures"),
    "properties.forceCmkForQuery": "Boolean",
    "properties.publicNetworkAccessForIngestion": onOff,
    "properties.publicNetworkAccessForQuery": onOff,
    "properties.retentionInDays": "Number",
    "properties.sku": model("WorkspaceSku"),
    "properties.workspaceCapping": model("WorkspaceCapping"),
  }),
};

const diagnostics: Record<string, Mapper> = {
  RetentionPolicy: describe("RetentionPolicy", { "enabled!": "Boolean", "days!": "Number" }),
  LogSettings: describe("LogSettings", {
    category: "String",
    categoryGroup: "String",
    "enabled!": "Boolean",
    retentionPolicy: model("RetentionPolicy"),
  }),
  MetricSettings: describe("MetricSettings", {
    category: "String",
    "enabled!": "Boolean",
    retentionPolicy: model("RetentionPolicy"),
    timeGrain: "String",
  }),
  DiagnosticSetting: describe("DiagnosticSetting", {
    "properties.eventHubAuthorizationRuleId": "String",
    "properties.eventHubName": "String",
    "properties.logAnalyticsDestinationType": "String",
    "properties.logs": listOf(model("LogSettings")),
    "properties.marketplacePartnerId": "String",
    "properties.metrics": listOf(model("MetricSettings")),
    "properties.serviceBusRuleId": "String",
    "properties.storageAccountId": "String",
    "properties.workspaceId": "String",
  }),
};

/** Of the sources and destinations only those of Container insights are looked into. */
const collection: Record<string, Mapper> = {
  ExtensionDataSource: describe("ExtensionDataSource", {
    "extensionName!": "String",
    extensionSettings: "any",
    inputDataSources: listOf("String"),
    name: "String",
    streams: listOf("String"),
  }),
  DataSources: describe("DataSources", {
    ...anyOf("dataImports iisLogs logFiles performanceCounters platformTelemetry prometheusForwarder syslog"),
    ...anyOf("windowsEventLogs windowsFirewallLogs"),
    extensions: listOf(model("ExtensionDataSource")),
  }),
  LogAnalyticsDestination: describe("LogAnalyticsDestination", {
    name: "String",
    workspaceResourceId: "String",
  }),
  Destinations: describe("Destinations", {
    ...anyOf("azureMonitorMetrics eventHubs eventHubsDirect monitoringAccounts storageAccounts"),
    ...anyOf("storageBlobsDirect storageTablesDirect"),
    logAnalytics: listOf(model("LogAnalyticsDestination")),
  }),
  DataFlow: describe("DataFlow", {
    builtInTransform: "String",
    destinations: listOf("String"),
    outputStream: "String",
    streams: listOf("String"),
    transformKql: "String",
  }),
  DataCollectionRule: describe("DataCollectionRule", {
    "location!": "String",
    tags,
    identity: "any",
    kind: "String",
    "properties.dataCollectionEndpointId": "String",
    "properties.dataFlows": listOf(model("DataFlow")),
    "properties.dataSources": model("DataSources"),
    "properties.description": "String",
    "properties.destinations": model("Destinations"),
    "properties.streamDeclarations": "any",
  }),
  DataCollectionRuleAssociation: describe("DataCollectionRuleAssociation", {
    "properties.dataCollectionEndpointId": "String",
    "properties.dataCollectionRuleId": "String",
    "properties.description": "String",
  }),
};

/** managedClusters.json of 2026-03-02-preview. */
const previews: Record<string, Mapper> = {
  KubeProxyIpvsConfig: describe("ContainerServiceNetworkProfileKubeProxyConfigIpvsConfig", {
    scheduler: oneOf("RoundRobin", "LeastConnection"),
    tcpFinTimeoutSeconds: "Number",
    tcpTimeoutSeconds: "Number",
    udpTimeoutSeconds: "Number",
  }),
  KubeProxyConfig: describe("ContainerServiceNetworkProfileKubeProxyConfig", {
    enabled: "Boolean",
    ipvsConfig: model("KubeProxyIpvsConfig"),
    mode: oneOf("IPTABLES", "IPVS", "NFTABLES"),
  }),
};

export const productionModels: Record<string, Mapper> = {
  ...workspace,
  ...diagnostics,
  ...collection,
  ...keyModels,
  ...previews,
};
