import type * as pulumi from "@pulumi/pulumi";
import type { FelixSpec } from "../calicoVersion";
import type { CalicoEbpfDataplaneArgs, DataplaneSettings, FelixSettings } from "../dataplaneArgs";
import {
  BpfLogLevel,
  ConnectTimeLoadBalancing,
  ConntrackScaling,
  Dataplane,
  ExternalServiceMode,
  KubeProxy,
  ReversePathFilter,
  Switch,
} from "../enums";
import { ArgumentReader, describe, type Rule } from "./findings";
import { matching, oneOf, text, wholeNumber, yesOrNo } from "./rules";

/** kube-proxy's own health port, which Azure's load balancer probes. */
export const kubeProxyHealthzPort = 10256;
/** Where Felix answers instead while kube-proxy holds its own port (tigera/docs, enabling-ebpf). */
export const healthzPortBesideKubeProxy = 10258;

/** The settings with every default in place; the layers take them from here. */
export interface DataplanePlan {
  dataplane: Dataplane;
  kubeProxy: KubeProxy;
  rolloutTimeoutMinutes: number;
  /** The spec of `FelixConfiguration/default` that is ours. */
  felixSpec: FelixSpec;
}

/** The settings' names; the keys are checked against the type by the compiler. */
export const settingsProperties: Record<keyof DataplaneSettings, string> = {
  dataplane: "",
  kubeProxy: "",
  felix: "",
  rolloutTimeoutMinutes: "",
  mode: "",
  calico: "",
  rollout: "",
  restartWorkloads: "",
  felixMetrics: "",
  defaultDeny: "",
};

type Fields = Exclude<keyof FelixSettings, "dsrAccepted">;

const felixProperties: Record<Fields, string> = {
  externalServiceMode: "bpfExternalServiceMode",
  connectTimeLoadBalancing: "bpfConnectTimeLoadBalancing",
  hostNetworkedNatWithoutCtlb: "bpfHostNetworkedNATWithoutCTLB",
  enforceRpf: "bpfEnforceRPF",
  mapSizeConntrack: "bpfMapSizeConntrack",
  mapSizeConntrackScaling: "bpfMapSizeConntrackScaling",
  dataIfacePattern: "bpfDataIfacePattern",
  logLevel: "bpfLogLevel",
  kubeProxyHealthzPort: "bpfKubeProxyHealthzPort",
  kubeProxyIptablesCleanup: "bpfKubeProxyIptablesCleanupEnabled",
  wireguardEnabled: "wireguardEnabled",
  wireguardMtu: "wireguardMTU",
};

const felixRules: Record<Fields, Rule<unknown>> = {
  externalServiceMode: oneOf(ExternalServiceMode),
  connectTimeLoadBalancing: oneOf(ConnectTimeLoadBalancing),
  hostNetworkedNatWithoutCtlb: oneOf(Switch),
  enforceRpf: oneOf(ReversePathFilter),
  mapSizeConntrack: wholeNumber(1, 2 ** 31 - 1, "a map holds at least one connection"),
  mapSizeConntrackScaling: oneOf(ConntrackScaling),
  dataIfacePattern: text("it is a regular expression over interface names", "for instance ^(eth.*|enP.*)"),
  logLevel: oneOf(BpfLogLevel),
  kubeProxyHealthzPort: wholeNumber(
    0,
    65535,
    "it is a TCP port; 0 switches the server off, from Calico 3.32 on",
  ),
  kubeProxyIptablesCleanup: yesOrNo(),
  wireguardEnabled: yesOrNo(),
  wireguardMtu: wholeNumber(1280, 9000, "it is a packet size in bytes"),
};

const felixHints: Record<string, string> = {
  bpfEnabled:
    "the operator writes it when `dataplane` is Ebpf, and goes Degraded when anybody else has (tigera/operator, pkg/controller/installation/bpf.go)",
};

/** Reads what {@link CalicoEbpfDataplane} takes. */
export function readDataplaneArgs(subject: string, args: CalicoEbpfDataplaneArgs) {
  const reader = new ArgumentReader(subject);
  const given = reader.object<CalicoEbpfDataplaneArgs>("", args ?? ({} as CalicoEbpfDataplaneArgs), {
    ...settingsProperties,
    apiServerHost: "",
    apiServerPort: "",
    podCidr: "",
    maxNodes: "",
  });
  const plan = readDataplaneSettings(reader, given);
  const host = readHost(reader, given.apiServerHost);
  const port =
    reader.value("apiServerPort", given.apiServerPort, wholeNumber(1, 65535, "it is a TCP port")) ?? 443;
  reader.done();
  return { ...plan, host, port };
}

function readHost(reader: ArgumentReader, host: pulumi.Input<string> | undefined): pulumi.Input<string> {
  const why =
    "calico-node reaches the API server by it when kube-proxy is gone; it goes into KUBERNETES_SERVICE_HOST as it is";
  const write = "the cluster's FQDN alone, such as aks-1a2b3c4d.hcp.westeurope.azmk8s.io";
  if (host === undefined || host === null) {
    reader.refuse("apiServerHost", { wrong: "is missing", why, write });
  }
  // One label or more of a host name, or an IPv4 address; neither scheme, port nor path.
  const name = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
  return reader.value("apiServerHost", host, matching(name, why, write)) ?? "";
}

/** Reads what can be chosen about the data plane, for either component that takes it. */
export function readDataplaneSettings(
  reader: ArgumentReader,
  args: Partial<DataplaneSettings>,
): DataplanePlan {
  const plain = <T>(path: string, value: T | undefined, rule: Rule<unknown>): T | undefined => {
    const refusal = value === undefined ? undefined : rule(value);
    if (refusal !== undefined) reader.refuse(path, refusal);
    return value;
  };
  const dataplane = plain("dataplane", args.dataplane, oneOf(Dataplane)) ?? Dataplane.Ebpf;
  const kubeProxy = plain("kubeProxy", args.kubeProxy, oneOf(KubeProxy)) ?? KubeProxy.Disable;
  const minutes = wholeNumber(1, 7 * 24 * 60, "it is how long one wait may take, in minutes, at most a week");
  const rolloutTimeoutMinutes = plain("rolloutTimeoutMinutes", args.rolloutTimeoutMinutes, minutes) ?? 30;
  return { dataplane, kubeProxy, rolloutTimeoutMinutes, felixSpec: readFelix(reader, args.felix, kubeProxy) };
}

function readFelix(
  reader: ArgumentReader,
  felix: FelixSettings | undefined,
  kubeProxy: KubeProxy,
): FelixSpec {
  const given = reader.object<FelixSettings>(
    "felix",
    felix,
    { ...felixProperties, dsrAccepted: "" },
    felixHints,
  );
  const kept = kubeProxy === KubeProxy.Keep;
  const spec: Record<string, pulumi.Input<unknown>> = {
    bpfKubeProxyHealthzPort: kept ? healthzPortBesideKubeProxy : kubeProxyHealthzPort,
    bpfKubeProxyIptablesCleanupEnabled: !kept,
  };
  const setByUser: Record<string, string> = {};
  for (const key of Object.keys(felixProperties) as Fields[]) {
    const value = reader.value<unknown>(`felix.${key}`, given[key], felixRules[key]);
    if (value === undefined) continue;
    spec[felixProperties[key]] = value;
    setByUser[felixProperties[key]] = `felix.${key}`;
  }
  checkConnectTime(reader, given, spec);
  if (kept) checkBesideKubeProxy(reader, spec);
  return { values: spec, given: setByUser };
}

/** Felix takes two pairs of the two settings and silently changes the others (calico, felix int_dataplane.go). */
function checkConnectTime(
  reader: ArgumentReader,
  given: Partial<FelixSettings>,
  spec: Record<string, pulumi.Input<unknown>>,
): void {
  const field = felixProperties.hostNetworkedNatWithoutCtlb;
  if (given.hostNetworkedNatWithoutCtlb === undefined) {
    if (given.connectTimeLoadBalancing === ConnectTimeLoadBalancing.Enabled) spec[field] = Switch.Disabled;
    return;
  }
  spec[field] = reader.together<Switch>(
    ["felix.hostNetworkedNatWithoutCtlb"],
    [spec[field], given.connectTimeLoadBalancing],
    ([nat, connectTime]) => {
      const all = connectTime === ConnectTimeLoadBalancing.Enabled;
      if (all === (nat === Switch.Disabled)) return undefined;
      return {
        wrong: `is ${describe(nat)} while connectTimeLoadBalancing is ${connectTime ?? ConnectTimeLoadBalancing.TCP}`,
        why: "programs in the host's network need exactly one of the two; Felix would change the pair by itself",
        write: all ? "Disabled, or leave it out" : "Enabled, or leave it out",
      };
    },
  ) as pulumi.Input<unknown>;
}

/** What would make Felix and a kube-proxy that keeps running work against each other. */
function checkBesideKubeProxy(reader: ArgumentReader, spec: Record<string, pulumi.Input<unknown>>): void {
  const port = felixProperties.kubeProxyHealthzPort;
  spec[port] = reader.value("felix.kubeProxyHealthzPort", spec[port], (value) =>
    value === kubeProxyHealthzPort
      ? {
          wrong: `is ${kubeProxyHealthzPort} while kubeProxy is Keep`,
          why: "kube-proxy itself listens there, and calico-node would fail to bind it again and again",
          write: `${healthzPortBesideKubeProxy}, or leave it out`,
        }
      : undefined,
  ) as pulumi.Input<unknown>;
  const cleanup = felixProperties.kubeProxyIptablesCleanup;
  spec[cleanup] = reader.value("felix.kubeProxyIptablesCleanup", spec[cleanup], (value) =>
    value === true
      ? {
          wrong: "is true while kubeProxy is Keep",
          why: "kube-proxy writes the rules that Felix would remove: they flap, and the nodes' CPU rises",
          write: "false, or leave it out",
        }
      : undefined,
  ) as pulumi.Input<unknown>;
}
