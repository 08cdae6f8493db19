import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs } from "./aksClusterArgs";
import type {
  BpfLogLevel,
  CalicoMode,
  ConnectTimeLoadBalancing,
  ConntrackScaling,
  Dataplane,
  ExternalServiceMode,
  KubeProxy,
  ReversePathFilter,
  Switch,
  WorkloadKind,
} from "./enums";

/**
 * Settings of Felix's eBPF data plane, by the field names of `FelixConfiguration/default`, to which they are written.
 * What is left out stays as Calico has it. A setting that this Calico version does not know is refused before the
 * switch, because the API server would refuse it afterwards. Defaults, effects and versions: projectcalico/calico,
 * `api/pkg/apis/projectcalico/v3/felixconfig.go` at its release tags.
 */
export interface FelixSettings {
  /**
   * How traffic from outside reaches a pod on another node. Default `Tunnel`: request and answer pass through the node
   * that took the request. `DSR`: the pod's node answers directly, with that node's address; only with `dsrAccepted`.
   */
  bpfExternalServiceMode?: pulumi.Input<ExternalServiceMode>;
  /** You have tried `DSR`, and traffic from outside still arrives. Default false. Not a field of Felix. */
  dsrAccepted?: boolean;
  /**
   * For which services the address is translated when a program calls `connect`. Default `TCP`; `Enabled` is UDP too.
   */
  bpfConnectTimeLoadBalancing?: pulumi.Input<ConnectTimeLoadBalancing>;
  /**
   * Translate addresses for programs in the host's network where connect-time load balancing does not. Default
   * `Enabled`, and `Disabled` where `bpfConnectTimeLoadBalancing` is `Enabled`; refused where neither is.
   */
  bpfHostNetworkedNATWithoutCTLB?: pulumi.Input<Switch>;
  /** Reverse path filtering on the host's interfaces. Default `Loose`: through whichever interface. */
  bpfEnforceRPF?: pulumi.Input<ReversePathFilter>;
  /** Connections that a node can hold. Default 512000. A change can cut live connections. */
  bpfMapSizeConntrack?: pulumi.Input<number>;
  /** What happens when that map is nearly full. Default `DoubleIfFull`. Calico 3.30.0 or newer. */
  bpfMapSizeConntrackScaling?: pulumi.Input<ConntrackScaling>;
  /** Regular expression (Go) of the interfaces that carry the nodes' traffic. Calico's default matches AKS's. */
  bpfDataIfacePattern?: pulumi.Input<string>;
  /** Default `Off`. `Debug` costs much CPU. Read with `tc exec bpf debug` on the node. */
  bpfLogLevel?: pulumi.Input<BpfLogLevel>;
  /**
   * Where Felix answers health probes in kube-proxy's stead, in eBPF mode only. Default 10258; 10256, kube-proxy's
   * own port, where the cluster has no kube-proxy, and nowhere else: it may come back. Written explicitly, because
   * operator 1.43 and newer would set 0 (tigera/operator#4768). 0 switches the server off, from Calico 3.32 on.
   * Calico 3.30.5 or 3.31.0 or newer (3.30.4 has it misspelled, older ones not at all): an older one gets no default.
   */
  bpfKubeProxyHealthzPort?: pulumi.Input<number>;
  /** Felix removes the iptables rules that kube-proxy left. Default true, and false where kube-proxy is kept. */
  bpfKubeProxyIptablesCleanupEnabled?: pulumi.Input<boolean>;
  /**
   * Encrypt what goes from node to node. Default false. Every node's kernel must have WireGuard (Ubuntu 22.04 and newer
   * and Azure Linux 3 do). Source: tigera/docs, network-policy/encrypt-cluster-pod-traffic.
   */
  wireguardEnabled?: pulumi.Input<boolean>;
  /** In bytes. Default, and the most, with `wireguardEnabled`: 1340 (tigera/docs, networking/configuring/mtu). */
  wireguardMTU?: pulumi.Input<number>;
}

/** How fast calico-node is rolled through the cluster. */
export interface RolloutArgs {
  /**
   * On how many nodes calico-node may be down at once: a whole number from 1, or a share such as `25%`. Default 1,
   * the operator's. Goes into `Installation/default`, `nodeUpdateStrategy.rollingUpdate`, and shortens the waits. On
   * a Calico that is there already it stays when this argument, or the component, goes: to go back write 1. Source:
   * tigera/operator, api/v1/installation_types.go.
   */
  maxUnavailable?: pulumi.Input<any>;
}

/** How Calico is installed in the self-managed modes. */
export interface CalicoInstallArgs {
  /**
   * Version of the chart and so of Calico, with or without the `v` in front. Default v3.32.2. `SelfManaged` takes
   * v3.28.0 and newer, `CalicoCni` v3.32.0 and newer. With a `chart` by path, which has its one version, say here
   * which that is: the settings are fitted to it.
   */
  version?: string;
  /** Repository of the charts. Default `https://docs.tigera.io/calico/charts`. */
  repository?: string;
  /** The operator's chart: a name in `repository`, a path, or an `oci://` reference. Default `tigera-operator`. */
  chart?: string;
  /**
   * Values of the operator's chart, merged over ours. Refused are those that carry the mode: `installation`,
   * `apiServer`, `goldmane`, `whisker`, `defaultFelixConfiguration`, `dnsPolicy` and `kubernetesServiceEndpoint`.
   */
  values?: pulumi.Input<Record<string, any>>;
  /**
   * Calico and its operator are in the cluster already, installed by somebody else. Default false. True: the
   * Installation that is found is switched by patches as in `AzureManaged`, nothing is installed, and nothing of it
   * is removed; the other properties are refused then.
   */
  existing?: boolean;
}

/** A workload that is restarted after a switch and after a switch back. */
export interface WorkloadArgs {
  /** Its kind. */
  kind: WorkloadKind;
  /** Its namespace. */
  namespace: string;
  /** Its name. A workload that the cluster does not have fails the update. */
  name: string;
}

/** Felix's metrics for Prometheus, as in tigera/docs, operations/monitor/monitor-component-metrics. */
export interface FelixMetricsArgs {
  /** Port of every node where Felix answers. Default 9091. */
  port?: pulumi.Input<number>;
}

/**
 * A default-deny policy: pods reach kube-system's DNS and nothing else, and nothing reaches them, until another policy
 * allows it. On nodes with AKS's LocalDNS pods ask an address of the node instead, which needs a policy of its own.
 * As in tigera/docs, network-policy/get-started/kubernetes-default-deny.
 */
export interface DefaultDenyArgs {
  /**
   * Namespaces that it leaves alone, beside those of the platform: kube-system, kube-public, kube-node-lease,
   * calico-system, calico-apiserver, tigera-operator, gatekeeper-system, app-routing-system, aks-command, azure-arc.
   * Default: none more.
   */
  excludedNamespaces?: pulumi.Input<string>[];
}

/** What can be chosen about the data plane, on a cluster of ours as on any other. */
export interface DataplaneSettings {
  /** Who brings Calico. Default `AzureManaged`. */
  mode?: CalicoMode;
  /** How Calico is installed. Only in the modes `SelfManaged` and `CalicoCni`. Default: by the chart, see there. */
  calico?: CalicoInstallArgs;
  /** Which data plane runs. Default `Ebpf`. Changing it on a live stack switches there and waits for the roll-out. */
  dataplane?: Dataplane;
  /** What becomes of kube-proxy while eBPF is on. Default `Disable`. */
  kubeProxy?: KubeProxy;
  /** Settings of the eBPF data plane. Default: what is said there of each. */
  felix?: FelixSettings;
  /** How fast calico-node is rolled. Default: the operator's, one node after the other. */
  rollout?: RolloutArgs;
  /**
   * How long each wait of the switch may take, in minutes, at most a week. Default: half a minute for each step of
   * the roll-out (`maxNodes` by `rollout.maxUnavailable`) and ten minutes beside, rounded up to 30, 60, 120, 240 and
   * so on; 30 where the number of nodes is not known.
   */
  rolloutTimeoutMinutes?: number;
  /** Workloads that are restarted once after each switch, there and back, in any order. Default: none. */
  restartWorkloads?: WorkloadArgs[];
  /** Switch Felix's metrics on, with a Service that Prometheus finds. Default: off. */
  felixMetrics?: FelixMetricsArgs;
  /** Write a default-deny policy when the data plane is rolled out. Default: none. */
  defaultDeny?: DefaultDenyArgs;
  /**
   * Wait until every node has answered as only eBPF does, and leave a DaemonSet there, kube-system/calico-ebpf-proof,
   * that goes on asking. Default true. It needs pods on the host's network, and Calico 3.30.5 or 3.31.0 or newer:
   * with an older one the update says that nothing is proven. Source: projectcalico/calico,
   * felix/dataplane/linux/int_dataplane.go.
   */
  proof?: boolean;
  /** Image of that DaemonSet's pods, which do nothing. Default: the pause image that AKS has on its nodes. */
  proofImage?: pulumi.Input<string>;
}

/** Arguments of `CalicoEbpfDataplane`. The cluster is the one that `opts.provider` reaches. */
export interface CalicoEbpfDataplaneArgs extends DataplaneSettings {
  /**
   * Host name or address under which nodes reach the API server without kube-proxy: on AKS the cluster's FQDN, the
   * private FQDN on a private cluster. Neither scheme nor port.
   */
  apiServerHost: pulumi.Input<string>;
  /** The API server's port. Default 443. */
  apiServerPort?: pulumi.Input<number>;
  /**
   * Addresses of the pods, which become Calico's IP pool. Only in mode `CalicoCni`, and needed there, unless Calico
   * is there already (`calico.existing`).
   */
  podCidr?: pulumi.Input<string>;
  /**
   * Kubernetes version of the cluster. With Calico of AKS's it decides on Calico's version, so when it changes the
   * layers look and wait again. Default: not known.
   */
  kubernetesVersion?: pulumi.Input<string>;
  /** Most nodes that the cluster can have: the waits grow with it. Default: not known. */
  maxNodes?: pulumi.Input<number>;
  /**
   * Protect the last layer, so that `pulumi destroy` is refused before it touches any. Default false. Not the resource
   * option `protect`, which protects every layer, those too that another mode or direction does without.
   */
  protect?: boolean;
}

/** Arguments of `CalicoEbpfCluster`: those of the cluster and those of its data plane. All have defaults. */
export interface CalicoEbpfClusterArgs extends AksClusterArgs, DataplaneSettings {}
