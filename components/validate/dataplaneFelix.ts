// The settings of Felix: from the arguments' names to Calico's, and what does not go together.
import * as pulumi from "@pulumi/pulumi";
import type { FelixSpec } from "../calicoVersion";
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
import { type ArgumentReader, describe, isPlain, type Rule } from "./findings";
import { oneOf, text, wholeNumber, yesOrNo } from "./rules";

/** kube-proxy's own health port, which Azure's load balancer probes. */
export const kubeProxyHealthzPort = 10256;
/** Where Felix answers instead while kube-proxy holds its own port (tigera/docs, enabling-ebpf). */
export const healthzPortBesideKubeProxy = 10258;
/** What is left of Azure's 1500 bytes on AKS with eBPF (tigera/docs, networking/configuring/mtu). */
export const wireguardMtu = 1340;

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

const portField = felixProperties.kubeProxyHealthzPort;
const cleanupField = felixProperties.kubeProxyIptablesCleanup;

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

/** What is ours of `FelixConfiguration/default`. */
export interface FelixPlan {
  settings: FelixSpec;
  /** Whose rules and whose port: while kube-proxy runs, and when it is gone. One of them is written at a time. */
  besideKubeProxy: FelixSpec;
  withoutKubeProxy: FelixSpec;
}

export function readFelix(
  reader: ArgumentReader,
  felix: FelixSettings | undefined,
  kubeProxy: KubeProxy,
): FelixPlan {
  const given = reader.object<FelixSettings>(
    "felix",
    felix,
    { ...felixProperties, dsrAccepted: "" },
    felixHints,
  );
  const kept = kubeProxy === KubeProxy.Keep;
  const spec: Record<string, pulumi.Input<unknown>> = {};
  const setByUser: Record<string, string> = {};
  for (const key of Object.keys(felixProperties) as Fields[]) {
    const value = reader.value<unknown>(`felix.${key}`, given[key], felixRules[key]);
    if (value === undefined) continue;
    spec[felixProperties[key]] = value;
    setByUser[felixProperties[key]] = `felix.${key}`;
  }
  checkConnectTime(reader, given, spec);
  checkExternalService(reader, given, spec);
  checkWireguard(reader, given, spec);
  if (kept) checkBesideKubeProxy(reader, spec);
  const { [portField]: port, [cleanupField]: cleanup, ...settings } = spec;
  const about = (healthzPort: pulumi.Input<unknown>, cleans: pulumi.Input<unknown>): FelixSpec => ({
    values: { [portField]: healthzPort, [cleanupField]: cleans },
    given: setByUser,
  });
  const beside = [healthzPortBesideKubeProxy, false] as const;
  return {
    settings: { values: settings, given: setByUser },
    // What the user says is about the end, and with `Disable` kube-proxy is gone by then.
    besideKubeProxy: kept ? about(port ?? beside[0], cleanup ?? beside[1]) : about(...beside),
    withoutKubeProxy: about(port ?? kubeProxyHealthzPort, cleanup ?? true),
  };
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

/** Nothing says that Azure's network carries it, so it is not switched on by the way. */
function checkExternalService(
  reader: ArgumentReader,
  given: Partial<FelixSettings>,
  spec: Record<string, pulumi.Input<unknown>>,
): void {
  const accepted = reader.plain("felix.dsrAccepted", given.dsrAccepted, yesOrNo()) ?? false;
  if (given.externalServiceMode === undefined || accepted === true) return;
  spec[felixProperties.externalServiceMode] = reader.value<unknown>(
    "felix.externalServiceMode",
    spec[felixProperties.externalServiceMode],
    (mode) =>
      mode === ExternalServiceMode.DSR
        ? {
            wrong: "is DSR",
            why: "a node would send with another node's address, which Azure's network does not document that it lets through: traffic from outside may not come back",
            write: "Tunnel, or leave it out; or dsrAccepted: true beside it, once you have tried it",
          }
        : undefined,
  ) as pulumi.Input<unknown>;
}

/** The MTU goes with WireGuard, and AKS has one that fits. */
function checkWireguard(
  reader: ArgumentReader,
  given: Partial<FelixSettings>,
  spec: Record<string, pulumi.Input<unknown>>,
): void {
  if (given.wireguardEnabled === undefined && given.wireguardMtu === undefined) return;
  const field = felixProperties.wireguardMtu;
  const mtu = reader.together<unknown>(
    ["felix.wireguardMtu"],
    [spec[field], given.wireguardEnabled],
    ([bytes, on]) => {
      if (bytes === undefined || (on === true && bytes === wireguardMtu)) return undefined;
      if (on !== true) {
        return {
          wrong: `is ${describe(bytes)} while wireguardEnabled is not true`,
          why: "it is the packet size of WireGuard's interface, which there is none of",
          write: "nothing, or wireguardEnabled: true beside it",
        };
      }
      return {
        wrong: `is ${describe(bytes)}`,
        why: "on AKS with eBPF larger packets do not fit and are lost, and smaller ones are given away",
        write: `${wireguardMtu}, or leave it out`,
      };
    },
  );
  // Found right, or not given: what is written depends on the switch alone, once the check has passed.
  const on = given.wireguardEnabled;
  if (isPlain([mtu, on])) spec[field] = on === true ? wireguardMtu : undefined;
  else spec[field] = pulumi.all([mtu, on]).apply(([, known]) => (known === true ? wireguardMtu : undefined));
}

/** What would make Felix and a kube-proxy that keeps running work against each other. */
function checkBesideKubeProxy(reader: ArgumentReader, spec: Record<string, pulumi.Input<unknown>>): void {
  spec[portField] = reader.value("felix.kubeProxyHealthzPort", spec[portField], (value) =>
    value === kubeProxyHealthzPort
      ? {
          wrong: `is ${kubeProxyHealthzPort} while kubeProxy is Keep`,
          why: "kube-proxy itself listens there, and calico-node would fail to bind it again and again",
          write: `${healthzPortBesideKubeProxy}, or leave it out`,
        }
      : undefined,
  ) as pulumi.Input<unknown>;
  spec[cleanupField] = reader.value("felix.kubeProxyIptablesCleanup", spec[cleanupField], (value) =>
    value === true
      ? {
          wrong: "is true while kubeProxy is Keep",
          why: "kube-proxy writes the rules that Felix would remove: they flap, and the nodes' CPU rises",
          write: "false, or leave it out",
        }
      : undefined,
  ) as pulumi.Input<unknown>;
}
