// Enumerations are `as const` objects with a type of the same name: TypeScript callers may write the member or the
// plain word, and Pulumi's schema inference still sees a closed list (it refuses string unions).

/** Which data plane Calico runs. @enum */
export const Dataplane = {
  /** Calico's eBPF data plane; the default. */
  Ebpf: "Ebpf",
  /** Calico's iptables data plane: the way back. */
  Iptables: "Iptables",
} as const;
export type Dataplane = (typeof Dataplane)[keyof typeof Dataplane];

/** Who brings Calico, and what it does in the cluster. Cannot be changed on a living cluster: docs/modes.md. @enum */
export const CalicoMode = {
  /** AKS's add-on (`networkPolicy: calico`) on Azure CNI; the default. */
  AzureManaged: "AzureManaged",
  /** The chart `tigera-operator`, for policy and data plane; Azure CNI gives pods their addresses. */
  SelfManaged: "SelfManaged",
  /** The same chart, and Calico gives pods their addresses too: a cluster made with `networkPlugin: none`. */
  CalicoCni: "CalicoCni",
} as const;
export type CalicoMode = (typeof CalicoMode)[keyof typeof CalicoMode];

/** What becomes of kube-proxy while Calico's eBPF data plane is on. @enum */
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

// The words of Calico's FelixConfiguration (projectcalico/calico, api/pkg/apis/projectcalico/v3/felixconfig.go).

/** How traffic from outside reaches a pod on another node. @enum */
export const ExternalServiceMode = {
  /** Through the node that took the request, there and back; the default. */
  Tunnel: "Tunnel",
  /** There through that node; the pod's node answers directly. */
  DSR: "DSR",
} as const;
export type ExternalServiceMode = (typeof ExternalServiceMode)[keyof typeof ExternalServiceMode];

/** For which services the address is translated when a program calls `connect`. @enum */
export const ConnectTimeLoadBalancing = {
  /** Those of TCP; the default. */
  TCP: "TCP",
  /** Those of TCP and UDP. */
  Enabled: "Enabled",
  /** None: each packet is translated. */
  Disabled: "Disabled",
} as const;
export type ConnectTimeLoadBalancing =
  (typeof ConnectTimeLoadBalancing)[keyof typeof ConnectTimeLoadBalancing];

/** On or off, as Felix writes it. @enum */
export const Switch = {
  /** On. */
  Enabled: "Enabled",
  /** Off. */
  Disabled: "Disabled",
} as const;
export type Switch = (typeof Switch)[keyof typeof Switch];

/** Whether a packet is taken only from an interface by which its sender is reached. @enum */
export const ReversePathFilter = {
  /** By whichever interface it is reached; the default. */
  Loose: "Loose",
  /** By that interface alone. */
  Strict: "Strict",
  /** Not asked. */
  Disabled: "Disabled",
} as const;
export type ReversePathFilter = (typeof ReversePathFilter)[keyof typeof ReversePathFilter];

/** What happens when the map of connections is nearly full. @enum */
export const ConntrackScaling = {
  /** It is made twice as large; the default. */
  DoubleIfFull: "DoubleIfFull",
  /** It stays as large as it is. */
  Disabled: "Disabled",
} as const;
export type ConntrackScaling = (typeof ConntrackScaling)[keyof typeof ConntrackScaling];

/** What the eBPF programs log. @enum */
export const BpfLogLevel = {
  /** Nothing; the default. */
  Off: "Off",
  /** Little. */
  Info: "Info",
  /** Every packet: costs much CPU. */
  Debug: "Debug",
} as const;
export type BpfLogLevel = (typeof BpfLogLevel)[keyof typeof BpfLogLevel];

/** How Azure CNI gives addresses to pods. @enum */
export const NetworkMode = {
  /** Pods have addresses of their own range, which the VNet does not know; the default. */
  Overlay: "Overlay",
  /** Pods have addresses of the nodes' subnet. */
  Flat: "Flat",
} as const;
export type NetworkMode = (typeof NetworkMode)[keyof typeof NetworkMode];

/** Kinds of workloads that can be restarted after a switch. @enum */
export const WorkloadKind = {
  /** `apps/v1` Deployment. */
  Deployment: "Deployment",
  /** `apps/v1` DaemonSet. */
  DaemonSet: "DaemonSet",
  /** `apps/v1` StatefulSet. */
  StatefulSet: "StatefulSet",
} as const;
export type WorkloadKind = (typeof WorkloadKind)[keyof typeof WorkloadKind];

/** How `kubelogin` gets a token for the cluster (Azure/kubelogin, login modes). @enum */
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
