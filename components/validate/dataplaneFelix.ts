// The settings of Felix: what does not go together, and what they are beside kube-proxy and without it.
import * as pulumi from "@pulumi/pulumi";
import type { FelixSettings } from "../dataplaneArgs";
import {
  BpfLogLevel,
  ConnectTimeLoadBalancing,
  ConntrackScaling,
  ExternalServiceMode,
  KubeProxy,
  ReversePathFilter,
  Switch,
} from "../enums";
import { healthzPortBesideKubeProxy, kubeProxyHealthzPort } from "../healthzPorts";
import { wireguardMtu } from "../releases";
import type { ArgumentReader } from "./arguments";
import type { Refusal } from "./findings";
import { plain, object, oneOf, text, wholeNumber, yesOrNo } from "./shapes";

/** Whether the cluster has no kube-proxy. */
export const isWithoutKubeProxy = (kubeProxy: KubeProxy | undefined): boolean =>
  kubeProxy === KubeProxy.Absent || kubeProxy === KubeProxy.Removed;

export const felix = object<FelixSettings>(
  {
    bpfExternalServiceMode: oneOf(ExternalServiceMode),
    dsrAccepted: plain(yesOrNo),
    bpfConnectTimeLoadBalancing: oneOf(ConnectTimeLoadBalancing),
    bpfHostNetworkedNATWithoutCTLB: oneOf(Switch),
    bpfEnforceRPF: oneOf(ReversePathFilter),
    bpfMapSizeConntrack: wholeNumber(1, 2 ** 31 - 1, "a map holds at least one connection"),
    bpfMapSizeConntrackScaling: oneOf(ConntrackScaling),
    bpfDataIfacePattern: text,
    bpfLogLevel: oneOf(BpfLogLevel),
    bpfKubeProxyHealthzPort: wholeNumber(0, 65535, "it is a TCP port, or 0 for none (from Calico 3.32 on)"),
    bpfKubeProxyIptablesCleanupEnabled: yesOrNo,
    wireguardEnabled: yesOrNo,
    wireguardMTU: wholeNumber(1280, wireguardMtu, "larger packets do not fit on AKS with eBPF, and are lost"),
  },
  {
    elsewhere:
      "nothing: bpfEnabled is the operator's, which goes Degraded when anybody else has written it; the rest is left to Calico",
  },
);

/** What is ours of `FelixConfiguration/default`. */
export function readFelix(
  reader: ArgumentReader,
  args: FelixSettings = {},
  kubeProxy: KubeProxy,
  prometheusMetricsPort?: pulumi.Input<number>,
) {
  const { dsrAccepted, ...given } = Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== undefined),
  ) as FelixSettings;
  const kept = kubeProxy === KubeProxy.Keep;
  const has = !isWithoutKubeProxy(kubeProxy);
  const refuseWhere = (
    field: keyof typeof given,
    isWrong: (value: any, connectTime: any) => boolean,
    refusal: Refusal,
  ) => {
    if (field in given)
      given[field] = reader.all<any>(
        [given[field], given.bpfConnectTimeLoadBalancing],
        ([value, connectTime]) =>
          isWrong(value, connectTime) ? [{ ...refusal, path: `felix.${field}` }] : [],
      );
  };
  // Both of them on is not refused: Felix then leaves this one out (calico, felix/dataplane/linux/int_dataplane.go).
  refuseWhere(
    "bpfHostNetworkedNATWithoutCTLB",
    (nat, connectTime) => nat === Switch.Disabled && connectTime !== ConnectTimeLoadBalancing.Enabled,
    {
      wrong: "is Disabled while bpfConnectTimeLoadBalancing is not Enabled",
      why: "programs in the host's network need one of the two to reach every Service",
      write: "Enabled, or leave it out",
    },
  );
  refuseWhere("bpfExternalServiceMode", (mode) => mode === ExternalServiceMode.DSR && dsrAccepted !== true, {
    wrong: "is DSR",
    why: "a node would send with another node's address, which Azure's network does not document that it lets through: traffic from outside may not come back",
    write: "Tunnel, or leave it out; or dsrAccepted: true beside it, once you have tried it",
  });
  refuseWhere("bpfKubeProxyHealthzPort", (port) => has && port === kubeProxyHealthzPort, {
    wrong: `is ${kubeProxyHealthzPort} while kubeProxy is ${kubeProxy}`,
    why: "kube-proxy itself listens there, now or when it comes back: calico-node would fail to bind it again and again, and an answer would not tell whose it is",
    write: `${healthzPortBesideKubeProxy}, or leave it out`,
  });
  refuseWhere("bpfKubeProxyIptablesCleanupEnabled", (cleans) => kept && cleans === true, {
    wrong: "is true while kubeProxy is Keep",
    why: "kube-proxy writes the rules that Felix would remove: they flap, and the nodes' CPU rises",
    write: "false, or leave it out",
  });

  const {
    bpfKubeProxyHealthzPort: port = has ? healthzPortBesideKubeProxy : kubeProxyHealthzPort,
    bpfKubeProxyIptablesCleanupEnabled: cleanup = !kept,
    ...settings
  } = given;
  // Two settings that follow from others.
  const bpfHostNetworkedNATWithoutCTLB = pulumi
    .output(given.bpfConnectTimeLoadBalancing)
    .apply((mode) => (mode === ConnectTimeLoadBalancing.Enabled ? Switch.Disabled : undefined));
  const wireguardMTU = pulumi.output(given.wireguardEnabled).apply((on) => (on ? wireguardMtu : undefined));
  return {
    // What the user has set; all else are defaults of ours.
    given,
    settings: {
      bpfHostNetworkedNATWithoutCTLB,
      wireguardMTU,
      ...settings,
      prometheusMetricsEnabled: prometheusMetricsPort !== undefined || undefined,
      prometheusMetricsPort,
    },
    // Whether Felix removes kube-proxy's rules: while that runs, and when it is gone. What the user says is about the end, and
    // with `Disable` kube-proxy is gone by then.
    cleanupBeside: kept ? cleanup : false,
    cleanup,
    // Where Felix answers when it is in eBPF mode; 0 = nowhere.
    port,
  };
}
