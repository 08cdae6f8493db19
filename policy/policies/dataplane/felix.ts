// What Felix is told. Judged is what the program writes, not what the operator wrote beside it.
import { felixConfiguration, nodeOf } from "../../calicoObjects";
import { calicoEbpf, ebpfPolicy, felixSetting, kubeProxyRuns, missing } from "../../dataplane";
import { resourcePolicy } from "../../define";
import { knob } from "../../knobs";
import { Unknown } from "../../unknown";

export const noHandWrittenBpfEnabled = resourcePolicy({
  name: "ebpf-no-hand-written-bpf-enabled",
  wants: "A FelixConfiguration must not write bpfEnabled.",
  // Source: tigera/operator from 1.34, pkg/controller/installation/bpf.go.
  why: "The operator (1.34 and later) owns this field, and goes Degraded when somebody else writes it.",
  write:
    'Take bpfEnabled out, and write `spec: { calicoNetwork: { linuxDataplane: "BPF" } }` in Installation/default. ' +
    'Where Calico has no operator, or an older one, set this policy to "disabled".',
  ...calicoEbpf("critical"),
  judge: (args) => {
    const spec = felixConfiguration(args);
    const value = spec?.get("bpfEnabled");
    if (value === undefined) return undefined;
    const path = spec!.path("bpfEnabled");
    if (value === Unknown) return { notKnown: path };
    const node = nodeOf(args);
    if (node === undefined) return { found: `${path} is written by hand (${value})` };
    const why = "Nodes of one cluster must not differ in their data plane.";
    return { found: `${path} is ${value} for node ${node} alone`, why };
  },
  // Safe: where the switch is on, the operator writes the field itself.
  fix: (args) => delete felixConfiguration(args)!.get().bpfEnabled,
});

const description = "Whether DSR may be used: it has been tried on this network.";
const allow = knob("allow", { type: "boolean", default: false, description });

export const dsrAllowed = resourcePolicy({
  name: "ebpf-dsr-allowed",
  wants: "A FelixConfiguration must not use DSR, unless this policy's `allow` is true.",
  why: "Nodes answer with another's address, and Azure's network does not document that it carries that.",
  write: 'Write `bpfExternalServiceMode: "Tunnel"`, or allow DSR once you have tried it: `"allow": true`.',
  ...calicoEbpf("medium"),
  knobs: [allow],
  judge: (args) => {
    const spec = felixConfiguration(args);
    const value = spec?.get("bpfExternalServiceMode");
    if (allow.of(args.getConfig()) || (value !== "DSR" && value !== Unknown)) return undefined;
    const path = spec!.path("bpfExternalServiceMode");
    return value === Unknown ? { notKnown: path } : { found: `${path} is DSR` };
  },
  // Safe: it is the default, and what every network carries.
  fix: (args) => {
    felixConfiguration(args)!.get().bpfExternalServiceMode = "Tunnel";
    return true;
  },
});

const cleanup = "bpfKubeProxyIptablesCleanupEnabled";
const port = "bpfKubeProxyHealthzPort";
/** Where kube-proxy answers for its health, and Felix by default. */
const kubeProxyPort = 10256;
const ways =
  'Stop it by a DaemonSetPatch, `nodeSelector: { "projectcalico.org/no-kube-proxy": "true" }`; or keep it, with ' +
  `\`${cleanup}: false\` in FelixConfiguration/default. Where another stack does, set this policy to "disabled".`;

export const kubeProxyHandled = ebpfPolicy({
  name: "ebpf-kube-proxy-handled",
  wants: "A stack that switches to eBPF must stop kube-proxy, have none, or keep Felix off its rules.",
  why: "By default Felix removes kube-proxy's iptables rules, and kube-proxy writes them again, all the time.",
  write: ways,
  ...calicoEbpf("high"),
  *judge(dataplane, on) {
    const { title } = dataplane;
    const runs = kubeProxyRuns(dataplane);
    const { of = on, value, path } = felixSetting(dataplane, cleanup) ?? {};
    // Another stack's cluster may have no kube-proxy: whoever says `true` there has thought of it.
    if (runs === false || value === false || (runs === undefined && value === true)) return;
    if (value === Unknown) yield { notKnown: path!, of };
    else if (typeof runs === "object") yield runs;
    else {
      const nothing = `${on.name} switches ${title} to eBPF, but nothing in the stack sees to kube-proxy`;
      const found = value ? `${of.name} sets ${cleanup}: true, and kube-proxy runs on ${title}` : nothing;
      const write = runs ? ways : `${ways} Where the cluster has none, say so: \`${cleanup}: true\`.`;
      yield* missing(dataplane, { found, write, of });
    }
  },
});

export const healthPort = ebpfPolicy({
  name: "ebpf-health-port",
  wants: `Felix must leave port ${kubeProxyPort} to a kube-proxy that is kept.`,
  why: "calico-node fails to bind the port again and again.",
  write: `Write \`${port}: 10258\`, or 0 for none from Calico 3.32 on.`,
  ...calicoEbpf("high"),
  *judge(dataplane) {
    const { of, value, path } = felixSetting(dataplane, port) ?? {};
    if (value !== kubeProxyPort && value !== Unknown) return;
    // Who tells Felix to leave kube-proxy's rules alone has a kube-proxy.
    const isKept = kubeProxyRuns(dataplane) ?? felixSetting(dataplane, cleanup)?.value === false;
    const found = `${of!.name} sets ${port}: 10256, and kube-proxy, which is kept on ${dataplane.title}, has it`;
    if (typeof isKept === "object") yield isKept;
    else if (isKept && value === Unknown) yield { notKnown: path!, of };
    else if (isKept) yield* missing(dataplane, { found, of });
  },
});
