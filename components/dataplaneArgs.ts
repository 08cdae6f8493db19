import type * as pulumi from "@pulumi/pulumi";
import type {
  BpfLogLevel,
  ConnectTimeLoadBalancing,
  ConntrackScaling,
  Dataplane,
  ExternalServiceMode,
  KubeProxy,
  ReversePathFilter,
  Switch,
} from "./enums";

/**
 * Settings of Felix's eBPF data plane, written to `FelixConfiguration/default`. What is left out stays as Calico has
 * it. A default of ours that this Calico version does not know is left out, and a setting of yours is refused before
 * kube-proxy goes, because the API server would refuse it afterwards. Defaults, effects and versions:
 * projectcalico/calico, `api/pkg/apis/projectcalico/v3/felixconfig.go` at its release tags.
 */
export interface FelixSettings {
  /** `bpfExternalServiceMode`. Default `Tunnel`. `DSR` needs a network that lets a node send with another's address. */
  externalServiceMode?: pulumi.Input<ExternalServiceMode>;
  /** `bpfConnectTimeLoadBalancing`. Default `TCP`. Calico 3.27 or newer. */
  connectTimeLoadBalancing?: pulumi.Input<ConnectTimeLoadBalancing>;
  /**
   * `bpfHostNetworkedNATWithoutCTLB`: translate addresses for programs in the host's network where connect-time load
   * balancing does not. Default `Enabled`, and `Disabled` where `connectTimeLoadBalancing` is `Enabled`; Felix allows
   * no other pair. Calico 3.27 or newer.
   */
  hostNetworkedNatWithoutCtlb?: pulumi.Input<Switch>;
  /** `bpfEnforceRPF`. Default `Loose`. */
  enforceRpf?: pulumi.Input<ReversePathFilter>;
  /** `bpfMapSizeConntrack`: connections that a node can hold. Default 512000. A change can cut live connections. */
  mapSizeConntrack?: pulumi.Input<number>;
  /** `bpfMapSizeConntrackScaling`. Default `DoubleIfFull`. Calico 3.30.0 or newer. */
  mapSizeConntrackScaling?: pulumi.Input<ConntrackScaling>;
  /**
   * `bpfDataIfacePattern`: regular expression (Go) of the interfaces that carry the nodes' traffic. Calico's default
   * already matches AKS's `eth*` and `enP*`.
   */
  dataIfacePattern?: pulumi.Input<string>;
  /** `bpfLogLevel`. Default `Off`. `Debug` costs much CPU. Read with `tc exec bpf debug` on the node. */
  logLevel?: pulumi.Input<BpfLogLevel>;
  /**
   * `bpfKubeProxyHealthzPort`: where Felix answers the load balancer's health probes in kube-proxy's stead. Default
   * 10256, kube-proxy's own port, which Azure probes; 10258 where kube-proxy is kept (`KubeProxy.Keep`). Written
   * explicitly, because operator 1.43 and newer would set 0 (tigera/operator#4768). 0 switches the server off, from
   * Calico 3.32 on. Calico 3.30.5 or 3.31.0 or newer (3.30.4 has it misspelled, older ones not at all).
   */
  kubeProxyHealthzPort?: pulumi.Input<number>;
  /**
   * `bpfKubeProxyIptablesCleanupEnabled`: Felix removes the iptables rules that kube-proxy left. Default true, and
   * false where kube-proxy is kept, for else the two would write against each other.
   */
  kubeProxyIptablesCleanup?: pulumi.Input<boolean>;
}

/** What can be chosen about the data plane, on a cluster of ours as on any other. */
export interface DataplaneSettings {
  /** Which data plane runs. Default `Ebpf`. Changing it on a live stack switches there and waits for the roll-out. */
  dataplane?: Dataplane;
  /** What becomes of kube-proxy while eBPF is on. Default `Disable`. */
  kubeProxy?: KubeProxy;
  /** Settings of the eBPF data plane. */
  felix?: FelixSettings;
  /**
   * How long each wait of the switch may take, in minutes. Default 30. calico-node is rolled one node after the
   * other: allow at least half a minute a node.
   */
  rolloutTimeoutMinutes?: number;
}

/** Arguments of {@link CalicoEbpfDataplane}. The cluster is the one that `opts.provider` reaches. */
export interface CalicoEbpfDataplaneArgs extends DataplaneSettings {
  /**
   * Host name or address under which nodes reach the API server without kube-proxy: on AKS the cluster's FQDN, the
   * private FQDN on a private cluster. Neither scheme nor port.
   */
  apiServerHost: pulumi.Input<string>;
  /** The API server's port. Default 443. */
  apiServerPort?: pulumi.Input<number>;
}
