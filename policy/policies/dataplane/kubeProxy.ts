// kube-proxy before, beside and after the eBPF data plane.
import { isKubeProxy } from "../../calicoObjects";
import {
  ebpfPolicy,
  enablingEbpf,
  felixSetting,
  isMeantForEbpf,
  kubeProxyRuns,
  missing,
} from "../../dataplane";
import { ebpf, stackPolicy } from "../../define";
import { Declared } from "../../stack";
import { items, read, same, Unknown } from "../../unknown";

const cleanup = "bpfKubeProxyIptablesCleanupEnabled";

const ways =
  "Take kube-proxy off the nodes with a DaemonSetPatch of kube-system/kube-proxy, `spec: { template: { spec: { nodeSelector: { " +
  '"projectcalico.org/no-kube-proxy": "true" } } } }`; or keep it and write ' +
  `\`${cleanup}: false\` in FelixConfiguration/default. Where another stack sees to kube-proxy, set this policy to ` +
  '"disabled" for this stack.';

export const kubeProxyHandled = ebpfPolicy(
  {
    name: "ebpf-kube-proxy-handled",
    wants:
      "A stack that switches Calico to eBPF must disable kube-proxy, have none, or keep Felix off its rules.",
    why:
      "Felix removes kube-proxy's iptables rules by default, kube-proxy writes them again, on every node, all the time, and " +
      "the nodes' CPU rises.",
    write: ways,
    ...ebpf("high"),
    url: enablingEbpf,
  },
  function* (dataplane, on) {
    const { title } = dataplane;
    const runs = kubeProxyRuns(dataplane);
    const { object, value, path } = felixSetting(dataplane, cleanup) ?? {};
    if (runs === false || value === false) return;
    // Another stack's cluster may have no kube-proxy: whoever says `true` there has thought of it.
    if (runs === undefined && value === true) return;
    if (value === Unknown) yield { notKnown: path!, of: object };
    else if (typeof runs === "object") yield runs;
    else if (object)
      yield* missing(dataplane, {
        found: `${object.name} sets ${cleanup}: true, and kube-proxy runs on ${title}`,
        of: object,
      });
    else {
      const found = `${on.name} switches ${title} to eBPF, but nothing in the stack sees to kube-proxy`;
      const write = runs ? ways : `${ways} Where the cluster has none, say so: \`${cleanup}: true\`.`;
      yield* missing(dataplane, { found, write, of: on });
    }
  },
);

const port = "bpfKubeProxyHealthzPort";
/** Where kube-proxy answers for its health, and Felix by default. */
const kubeProxyPort = 10256;

export const healthPort = ebpfPolicy(
  {
    name: "ebpf-health-port",
    wants: `Felix must leave port ${kubeProxyPort} to a kube-proxy that is kept.`,
    why: "calico-node fails to bind the port again and again.",
    write: `Write \`${port}: 10258\`, or 0 for none from Calico 3.32 on.`,
    ...ebpf("high"),
    url: enablingEbpf,
  },
  function* (dataplane) {
    const { object: of, value, path } = felixSetting(dataplane, port) ?? {};
    if (value !== kubeProxyPort && value !== Unknown) return;
    // Who tells Felix to leave kube-proxy's rules alone has a kube-proxy.
    const isKept = kubeProxyRuns(dataplane) ?? felixSetting(dataplane, cleanup)?.value === false;
    if (!isKept) return;
    if (typeof isKept === "object") yield isKept;
    else if (value === Unknown) yield { notKnown: path!, of };
    else {
      const listens = `and kube-proxy, which is kept on ${dataplane.title}, listens there`;
      yield* missing(dataplane, { found: `${of!.name} sets ${port}: ${value}, ${listens}`, of });
    }
  },
);

/** The mode in kube-proxy's command line, whether the program wrote it or the live DaemonSet shows it. */
function modeOf({ props, live }: Declared): string | undefined {
  const [mode] = [props, live].flatMap((its) => {
    const containers = items(read(its, "spec", "template", "spec", "containers"));
    const words = containers.flatMap((one) => [...items(read(one, "command")), ...items(read(one, "args"))]);
    return /--proxy-mode[= ]["']?([a-z]+)/i.exec(words.map(String).join(" "))?.[1] ?? [];
  });
  return mode;
}

export const noIpvs = stackPolicy(
  {
    name: "ebpf-no-ipvs",
    wants: "kube-proxy of a cluster with Calico eBPF must be in iptables mode, or absent.",
    why:
      "Calico eBPF works beside and after a kube-proxy in iptables mode only; Felix does not remove what the other modes " +
      "leave in the kernel.",
    write:
      'Write `kubeProxyConfig: { enabled: true, mode: "IPTABLES" }` in the cluster\'s networkProfile, or leave ' +
      "kubeProxyConfig out; on a living cluster restart the nodes before the switch.",
    ...ebpf("high"),
    url: "https://learn.microsoft.com/azure/aks/configure-kube-proxy",
  },
  function* (stack) {
    for (const { title, cluster, objects } of stack.dataplanes.filter(isMeantForEbpf)) {
      const kubeProxy = (field: string) => cluster?.wanted.get("networkProfile", "kubeProxyConfig", field);
      const mode = kubeProxy("enabled") === false ? undefined : kubeProxy("mode");
      const path = cluster?.wanted.path("networkProfile.kubeProxyConfig.mode");
      if (mode === Unknown) yield { notKnown: path!, of: cluster };
      else if (mode !== undefined && !same(mode, "iptables"))
        yield { found: `${path} is ${mode} on ${title}`, of: cluster };
      for (const of of objects.filter(isKubeProxy)) {
        const running = modeOf(of);
        if (running === undefined || same(running, "iptables")) continue;
        yield {
          found: `kube-proxy of ${title} runs with --proxy-mode=${running}`,
          write:
            "Set it to iptables first: `az aks update --kube-proxy-config FILE` with mode IPTABLES, restart the nodes, then " +
            "`pulumi up --refresh`.",
          of,
        };
      }
    }
  },
);
