// Settings of the data plane that are refused, on a cluster of ours as on any other.
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster, CalicoEbpfDataplane } from "../../components";
import { type Case, check } from "./refusalCases";

const dataplane: Case[] = [
  ["a mistyped data plane", { dataplane: "eBPF" }, "dataplane", /write: "Ebpf"/],
  ["VPP", { dataplane: "VPP" }, "dataplane", /one of Ebpf, Iptables/],
  ["an unknown fate of kube-proxy", { kubeProxy: "Gone" }, "kubeProxy", /one of Disable, Keep, Absent/],
  ["a data plane that is known later", { dataplane: pulumi.output("Ebpf") }, "dataplane", /an Output/],
  ["bpfEnabled by hand", { felix: { bpfEnabled: true } }, "felix.bpfEnabled", /Degraded/],
  ["a mistyped setting", { felix: { loglevel: "Off" } }, "felix.loglevel", /write: logLevel/],
  [
    "an unknown service mode",
    { felix: { externalServiceMode: "Direct" } },
    "felix.externalServiceMode",
    /Tunnel, DSR/,
  ],
  ["an empty conntrack map", { felix: { mapSizeConntrack: 0 } }, "felix.mapSizeConntrack", /at least one/],
  [
    "a port that is none",
    { felix: { kubeProxyHealthzPort: 70000 } },
    "felix.kubeProxyHealthzPort",
    /0 to 65535/,
  ],
  [
    "both translations",
    { felix: { connectTimeLoadBalancing: "Enabled", hostNetworkedNatWithoutCtlb: "Enabled" } },
    "felix.hostNetworkedNatWithoutCtlb",
    /write: Disabled/,
  ],
  [
    "neither translation",
    { felix: { connectTimeLoadBalancing: "Disabled", hostNetworkedNatWithoutCtlb: "Disabled" } },
    "felix.hostNetworkedNatWithoutCtlb",
    /write: Enabled/,
  ],
  [
    "kube-proxy's own port beside it",
    { kubeProxy: "Keep", felix: { kubeProxyHealthzPort: 10256 } },
    "felix.kubeProxyHealthzPort",
    /10258/,
  ],
  [
    "cleaning up behind a kube-proxy that runs",
    { kubeProxy: "Keep", felix: { kubeProxyIptablesCleanup: true } },
    "felix.kubeProxyIptablesCleanup",
    /flap/,
  ],
  ["no time at all", { rolloutTimeoutMinutes: 0 }, "rolloutTimeoutMinutes", /in minutes/],
];

const endpoint: Case[] = [
  ["no host", { apiServerHost: undefined }, "apiServerHost", /is missing/],
  ["an empty host", { apiServerHost: "" }, "apiServerHost", /FQDN alone/],
  ["a URL", { apiServerHost: "https://aks.example.net" }, "apiServerHost", /FQDN alone/],
  ["a host with its port", { apiServerHost: "aks.example.net:443" }, "apiServerHost", /FQDN alone/],
  [
    "a port that is none",
    { apiServerHost: "aks.example.net", apiServerPort: 0 },
    "apiServerPort",
    /1 to 65535/,
  ],
];

describe("settings of the data plane that are refused", () => {
  describe("by CalicoEbpfCluster", () => check(dataplane, (args) => new CalicoEbpfCluster("dev", args)));

  const onCluster = (args: any) =>
    new CalicoEbpfDataplane("dev", args, { provider: new Provider("cluster", { kubeconfig: "{}" }) });
  describe("by CalicoEbpfDataplane", () => {
    check(endpoint, onCluster);
    check(dataplane, (args) => onCluster({ apiServerHost: "aks.example.net", ...args }));
  });
});
