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

// The words of Calico's FelixConfiguration; what they mean stands in FelixSettings.

export const ExternalServiceMode = { Tunnel: "Tunnel", DSR: "DSR" } as const;
export type ExternalServiceMode = (typeof ExternalServiceMode)[keyof typeof ExternalServiceMode];

export const ConnectTimeLoadBalancing = { TCP: "TCP", Enabled: "Enabled", Disabled: "Disabled" } as const;
export type ConnectTimeLoadBalancing =
  (typeof ConnectTimeLoadBalancing)[keyof typeof ConnectTimeLoadBalancing];

export const Switch = { Enabled: "Enabled", Disabled: "Disabled" } as const;
export type Switch = (typeof Switch)[keyof typeof Switch];

export const ReversePathFilter = { Loose: "Loose", Strict: "Strict", Disabled: "Disabled" } as const;
export type ReversePathFilter = (typeof ReversePathFilter)[keyof typeof ReversePathFilter];

export const ConntrackScaling = { DoubleIfFull: "DoubleIfFull", Disabled: "Disabled" } as const;
export type ConntrackScaling = (typeof ConntrackScaling)[keyof typeof ConntrackScaling];

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

/** Kinds of workloads that can be restarted after a switch. */
export const WorkloadKind = {
  Deployment: "Deployment",
  DaemonSet: "DaemonSet",
  StatefulSet: "StatefulSet",
} as const;
export type WorkloadKind = (typeof WorkloadKind)[keyof typeof WorkloadKind];

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
