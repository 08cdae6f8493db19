// Which `Known*` enum of the SDK lists the values of which property. The mappers do not say it and the enums exist only
// by name, so it is written down here; test/azure reads the SDK's own declarations and fails on any that is missing.

const pool = {
  osDiskType: "KnownOSDiskType",
  kubeletDiskType: "KnownKubeletDiskType",
  workloadRuntime: "KnownWorkloadRuntime",
  podIPAllocationMode: "KnownPodIPAllocationMode",
  osType: "KnownOSType",
  osSKU: "KnownOssku",
  scaleDownMode: "KnownScaleDownMode",
  mode: "KnownAgentPoolMode",
  scaleSetPriority: "KnownScaleSetPriority",
  scaleSetEvictionPolicy: "KnownScaleSetEvictionPolicy",
  gpuInstanceProfile: "KnownGPUInstanceProfile",
};

/** SDK class -> property (by the SDK's name) -> enum. */
export const enumOf: Record<string, Record<string, string>> = {
  ManagedCluster: {
    supportPlan: "KnownKubernetesSupportPlan",
    publicNetworkAccess: "KnownPublicNetworkAccess",
  },
  ManagedClusterSKU: { name: "KnownManagedClusterSKUName", tier: "KnownManagedClusterSKUTier" },
  ExtendedLocation: { type: "KnownExtendedLocationTypes" },
  PowerState: { code: "KnownCode" },
  ManagedClusterAgentPoolProfile: { ...pool, type: "KnownAgentPoolType" },
  AgentPool: { ...pool, typePropertiesType: "KnownAgentPoolType" },
  AgentPoolUpgradeSettings: { undrainableNodeBehavior: "KnownUndrainableNodeBehavior" },
  PortRange: { protocol: "KnownProtocol" },
  AgentPoolSecurityProfile: { sshAccess: "KnownAgentPoolSSHAccess" },
  GPUProfile: { driver: "KnownGPUDriver" },
  LocalDNSProfile: { mode: "KnownLocalDNSMode", state: "KnownLocalDNSState" },
  LocalDNSOverride: {
    queryLogging: "KnownLocalDNSQueryLogging",
    protocol: "KnownLocalDNSProtocol",
    forwardDestination: "KnownLocalDNSForwardDestination",
    forwardPolicy: "KnownLocalDNSForwardPolicy",
    serveStale: "KnownLocalDNSServeStale",
  },
  ManagedClusterWindowsProfile: { licenseType: "KnownLicenseType" },
  ManagedClusterPodIdentity: { provisioningState: "KnownManagedClusterPodIdentityProvisioningState" },
  ManagedClusterNodeResourceGroupProfile: { restrictionLevel: "KnownRestrictionLevel" },
  ContainerServiceNetworkProfile: {
    networkPlugin: "KnownNetworkPlugin",
    networkPluginMode: "KnownNetworkPluginMode",
    networkPolicy: "KnownNetworkPolicy",
    networkMode: "KnownNetworkMode",
    networkDataplane: "KnownNetworkDataplane",
    outboundType: "KnownOutboundType",
    loadBalancerSku: "KnownLoadBalancerSku",
    ipFamilies: "KnownIpFamily",
  },
  AdvancedNetworkingSecurity: { advancedNetworkPolicies: "KnownAdvancedNetworkPolicies" },
  ManagedClusterLoadBalancerProfile: { backendPoolType: "KnownBackendPoolType" },
  ManagedClusterAutoUpgradeProfile: {
    upgradeChannel: "KnownUpgradeChannel",
    nodeOSUpgradeChannel: "KnownNodeOSUpgradeChannel",
  },
  ManagedClusterPropertiesAutoScalerProfile: { expander: "KnownExpander" },
  AzureKeyVaultKms: { keyVaultNetworkAccess: "KnownKeyVaultNetworkAccessTypes" },
  ManagedClusterIngressProfileNginx: { defaultIngressControllerType: "KnownNginxIngressControllerType" },
  ServiceMeshProfile: { mode: "KnownServiceMeshMode" },
  IstioIngressGateway: { mode: "KnownIstioIngressGatewayMode" },
  ManagedClusterNodeProvisioningProfile: {
    mode: "KnownNodeProvisioningMode",
    defaultNodePools: "KnownNodeProvisioningDefaultNodePools",
  },
  ManagedClusterBootstrapProfile: { artifactSource: "KnownArtifactSource" },
  SystemData: { createdByType: "KnownCreatedByType", lastModifiedByType: "KnownCreatedByType" },
  TimeInWeek: { day: "KnownWeekDay" },
  WeeklySchedule: { dayOfWeek: "KnownWeekDay" },
  RelativeMonthlySchedule: { weekIndex: "KnownType", dayOfWeek: "KnownWeekDay" },
};
