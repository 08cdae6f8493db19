// Enumerations are `as const` objects with a type of the same name: TypeScript callers may write the member or the
// plain word, and Pulumi's schema inference still sees a closed list (it refuses string unions).

/** Which data plane Calico runs. */
export const Dataplane = {
  /** Calico's eBPF data plane; the default. */
  Ebpf: "Ebpf",
  /** Calico's iptables data plane: the way back. */
  Iptables: "Iptables",
} as const;
export type Dataplane = (typeof Dataplane)[keyof typeof Dataplane];

/** Who brings Calico, and what it does in the cluster. Cannot be changed on a living cluster: docs/modes.md. */
export const CalicoMode = {
  /** AKS's add-on (`networkPolicy: calico`) on Azure CNI; the default. */
  AzureManaged: "AzureManaged",
  /** The chart `tigera-operator`, for policy and data plane; Azure CNI gives pods their addresses. */
  SelfManaged: "SelfManaged",
  /** The same chart, and Calico gives pods their addresses too: a cluster made with `networkPlugin: none`. */
  CalicoCni: "CalicoCni",
} as const;
export type CalicoMode = (typeof CalicoMode)[keyof typeof CalicoMode];

/** What becomes of kube-proxy while Calico's eBPF data plane is on. */
export const KubeProxy = {
  /** Its DaemonSet gets a node selector that matches no node; taken back by `destroy` and by `Iptables`. The default. */
  Disable: "Disable",
  /** It keeps running beside Calico. Only for kube-proxy in iptables mode. */
  Keep: "Keep",
  /** The cluster is made without it, with a preview version of AKS's API. Only in mode `CalicoCni`. */
  Absent: "Absent",
  /** AKS has taken it out of the living cluster, by `az aks update --kube-proxy-config`. Only in mode `CalicoCni`. */
  Removed: "Removed",
} as const;
export type KubeProxy = (typeof KubeProxy)[keyof typeof KubeProxy];

/** How traffic from outside the cluster reaches a pod on another node. */
export const ExternalServiceMode = {
  /** Request and answer pass through the node that took the request; the default. */
  Tunnel: "Tunnel",
  /** The answer leaves the pod's node directly with the address of the node that took the request. */
  DSR: "DSR",
} as const;
export type ExternalServiceMode = (typeof ExternalServiceMode)[keyof typeof ExternalServiceMode];

/** For which services the address is translated when a program calls `connect`, before the first packet. */
export const ConnectTimeLoadBalancing = {
  /** TCP only; the default. */
  TCP: "TCP",
  /** TCP and UDP. */
  Enabled: "Enabled",
  /** None. */
  Disabled: "Disabled",
} as const;
export type ConnectTimeLoadBalancing =
  (typeof ConnectTimeLoadBalancing)[keyof typeof ConnectTimeLoadBalancing];

/** A feature of Felix that is on or off. */
export const Switch = { Enabled: "Enabled", Disabled: "Disabled" } as const;
export type Switch = (typeof Switch)[keyof typeof Switch];

/** Reverse path filtering on the host's interfaces. */
export const ReversePathFilter = {
  /** A packet's source must be reachable through some interface; the default. */
  Loose: "Loose",
  /** A packet's source must be reachable through the interface that it came in by. */
  Strict: "Strict",
  Disabled: "Disabled",
} as const;
export type ReversePathFilter = (typeof ReversePathFilter)[keyof typeof ReversePathFilter];

/** What happens when the conntrack map is nearly full. */
export const ConntrackScaling = {
  /** Its size is doubled; the default. */
  DoubleIfFull: "DoubleIfFull",
  /** It keeps its size. */
  Disabled: "Disabled",
} as const;
export type ConntrackScaling = (typeof ConntrackScaling)[keyof typeof ConntrackScaling];

/** What the BPF programs write to the kernel's trace pipe. */
export const BpfLogLevel = { Off: "Off", Info: "Info", Debug: "Debug" } as const;
export type BpfLogLevel = (typeof BpfLogLevel)[keyof typeof BpfLogLevel];

/** How Azure CNI gives addresses to pods. */
export const NetworkMode = {
  /** Pods have addresses of their own range, which the VNet does not know; the default. */
  Overlay: "Overlay",
  /** Pods have addresses of the nodes' subnet. */
  Flat: "Flat",
} as const;
export type NetworkMode = (typeof NetworkMode)[keyof typeof NetworkMode];

/** How traffic leaves the cluster (`outboundType` of AKS). */
export const OutboundType = {
  LoadBalancer: "loadBalancer",
  UserDefinedRouting: "userDefinedRouting",
  ManagedNatGateway: "managedNATGateway",
  UserAssignedNatGateway: "userAssignedNATGateway",
} as const;
export type OutboundType = (typeof OutboundType)[keyof typeof OutboundType];

/** The node's operating system: those whose kernel is 5.10 or newer, as Calico's eBPF data plane needs. */
export const OsSku = {
  /** The Ubuntu that AKS chooses for the Kubernetes version: 22.04 (kernel 5.15), from 1.35 on 24.04 (6.8). */
  Ubuntu: "Ubuntu",
  Ubuntu2204: "Ubuntu2204",
  Ubuntu2404: "Ubuntu2404",
  /** The Azure Linux that AKS chooses for the Kubernetes version. */
  AzureLinux: "AzureLinux",
  /** Kernel 6.6. */
  AzureLinux3: "AzureLinux3",
} as const;
export type OsSku = (typeof OsSku)[keyof typeof OsSku];

/** Where a node's operating system disk lies. */
export const OsDiskType = {
  /** A managed disk; AKS's choice where the machine size has no room for the other. */
  Managed: "Managed",
  /** The machine's own disk: faster, and gone with the machine. */
  Ephemeral: "Ephemeral",
} as const;
export type OsDiskType = (typeof OsDiskType)[keyof typeof OsDiskType];

/** Kinds of workloads that can be restarted after a switch. */
export const WorkloadKind = {
  Deployment: "Deployment",
  DaemonSet: "DaemonSet",
  StatefulSet: "StatefulSet",
} as const;
export type WorkloadKind = (typeof WorkloadKind)[keyof typeof WorkloadKind];

/** The control plane's price tier. */
export const Tier = {
  /** No uptime SLA; the default, as in Azure. */
  Free: "Free",
  /** Uptime SLA. */
  Standard: "Standard",
  /** Uptime SLA and long-term support. */
  Premium: "Premium",
} as const;
export type Tier = (typeof Tier)[keyof typeof Tier];

/** Which Kubernetes versions AKS moves the cluster to by itself. */
export const UpgradeChannel = {
  /** The newest patch of the minor version that the cluster has; the default. */
  Patch: "patch",
  /** The newest patch of the minor version before the newest. */
  Stable: "stable",
  /** The newest supported version. */
  Rapid: "rapid",
  /** Node images only. */
  NodeImage: "node-image",
  None: "none",
} as const;
export type UpgradeChannel = (typeof UpgradeChannel)[keyof typeof UpgradeChannel];

/** How nodes get operating system updates. */
export const NodeOsUpgradeChannel = {
  /** A new node image each week; the default. */
  NodeImage: "NodeImage",
  /** Security patches on the running image. */
  SecurityPatch: "SecurityPatch",
  /** The operating system's own unattended updates. */
  Unmanaged: "Unmanaged",
  None: "None",
} as const;
export type NodeOsUpgradeChannel = (typeof NodeOsUpgradeChannel)[keyof typeof NodeOsUpgradeChannel];

export const DayOfWeek = {
  Monday: "Monday",
  Tuesday: "Tuesday",
  Wednesday: "Wednesday",
  Thursday: "Thursday",
  Friday: "Friday",
  Saturday: "Saturday",
  Sunday: "Sunday",
} as const;
export type DayOfWeek = (typeof DayOfWeek)[keyof typeof DayOfWeek];

/** How `kubelogin` gets a token for the cluster (Azure/kubelogin, login modes). */
export const KubeloginMode = {
  /** The token of `az login`; the default. */
  AzureCli: "azurecli",
  /** The token of `azd auth login`. */
  AzureDeveloperCli: "azd",
  /** A service principal from AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or a certificate: for CI. */
  ServicePrincipal: "spn",
  /** A federated token from AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE: for CI. */
  WorkloadIdentity: "workloadidentity",
  /** The managed identity of the machine that runs Pulumi. */
  ManagedIdentity: "msi",
  /** A code that a person types into a browser. */
  DeviceCode: "devicecode",
  /** A browser window. */
  Interactive: "interactive",
} as const;
export type KubeloginMode = (typeof KubeloginMode)[keyof typeof KubeloginMode];
