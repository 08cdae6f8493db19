// Settings of the data plane that are refused, on a cluster of ours as on any other.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster } from "../../components";
import { byAks, declare, live, newDataplane } from "./declare";
import { type Case, check, refusal, titleOf } from "./refusalCases";

const cni = { mode: "CalicoCni", podCidr: "10.244.0.0/16" };
const self = { mode: "SelfManaged" };
const install = (calico: object) => ({ ...self, calico });
const values = (more: object) => install({ values: more });
const restart = (more: object) => ({
  restartWorkloads: [{ kind: "Deployment", namespace: "shop", name: "web", ...more }],
});

const dataplane: Case[] = [
  [{ dataplane: "eBPF" }, "dataplane", /write: "Ebpf"/],
  [{ dataplane: "VPP" }, "dataplane", /one of Ebpf, Iptables/],
  [{ kubeProxy: "Gone" }, "kubeProxy", /one of Disable, Keep, Absent, Removed/],
  [{ dataplane: pulumi.output("Ebpf") }, "dataplane", /an Output[\s\S]*known when the program runs/],
  [{ felix: pulumi.output({}) }, "felix", /an Output/],
  [{ felix: "bpfLogLevel=Off" }, "felix", /an object with bpf/],
  [{ felix: { bpfEnabled: true } }, "felix.bpfEnabled", /Degraded/],
  [{ felix: { bpfLoglevel: "Off" } }, "felix.bpfLoglevel", /write: bpfLogLevel/],
  [{ felix: { bpfExternalServiceMode: "Direct" } }, "felix.bpfExternalServiceMode", /Tunnel, DSR/],
  [{ felix: { bpfMapSizeConntrack: 0 } }, "felix.bpfMapSizeConntrack", /at least one/],
  [{ felix: { bpfKubeProxyHealthzPort: 70000 } }, "felix.bpfKubeProxyHealthzPort", /0 to 65535/],
  [
    { felix: { bpfConnectTimeLoadBalancing: "Disabled", bpfHostNetworkedNATWithoutCTLB: "Disabled" } },
    "felix.bpfHostNetworkedNATWithoutCTLB",
    /write: Enabled/,
  ],
  [
    { kubeProxy: "Keep", felix: { bpfKubeProxyHealthzPort: 10256 } },
    "felix.bpfKubeProxyHealthzPort",
    /10258/,
  ],
  [
    { kubeProxy: "Keep", felix: { bpfKubeProxyIptablesCleanupEnabled: true } },
    "felix.bpfKubeProxyIptablesCleanupEnabled",
    /flap/,
  ],
  [{ rolloutTimeoutMinutes: 0 }, "rolloutTimeoutMinutes", /in minutes/],
];

const endpoint: Case[] = [
  [{ apiServerHost: undefined }, "apiServerHost", /is missing/],
  [{ apiServerHost: "" }, "apiServerHost", /FQDN alone/],
  [{ apiServerHost: "https://aks.example.net" }, "apiServerHost", /FQDN alone/],
  [{ apiServerHost: "aks.example.net:443" }, "apiServerHost", /FQDN alone/],
  [{ apiServerHost: "aks.example.net", apiServerPort: 0 }, "apiServerPort", /1 to 65535/],
];

const onOtherClusters: Case[] = [
  [{ mode: "Managed" }, "mode", /AzureManaged, SelfManaged, CalicoCni/],
  [{ kubeProxy: "Absent" }, "kubeProxy", /while mode is AzureManaged[\s\S]*mode: CalicoCni/],
  [{ ...self, kubeProxy: "Absent" }, "kubeProxy", /while mode is SelfManaged/],
  [
    { ...cni, kubeProxy: "Absent", dataplane: "Iptables" },
    "dataplane",
    /nobody would serve[\s\S]*write: Ebpf/,
  ],
  [{ mode: "CalicoCni" }, "podCidr", /is missing[\s\S]*such as 10\.244\.0\.0\/16/],
  [{ mode: "CalicoCni", podCidr: "10.244.0.0" }, "podCidr", /CIDR notation/],
  [{ mode: "CalicoCni", podCidr: "10.244.1.0/16" }, "podCidr", /without bits set behind/],
  [{ ...self, podCidr: "10.244.0.0/16" }, "podCidr", /makes no IP pool[\s\S]*write: nothing/],
  [{ ...cni, calico: { existing: true } }, "podCidr", /makes no IP pool/],
  [{ calico: { version: "3.32.0" } }, "calico.version", /AKS itself[\s\S]*SelfManaged or CalicoCni/],
  [install({ version: "3.x" }), "calico.version", /no range[\s\S]*v3\.32\.2/],
  [install({ version: "v3.27.5" }), "calico.version", /legacy[\s\S]*v3\.28\.0 or newer/],
  [{ ...cni, calico: { version: "3.31.7" } }, "calico.version", /dnsPolicy[\s\S]*v3\.32\.0 or newer/],
  [install({ repository: "charts" }), "calico.repository", /URL/],
  [install({ chart: "" }), "calico.chart", /not empty/],
  [install({ values: "a=b" }), "calico.values", /an object/],
  [values({ installation: { enabled: true } }), "calico.values.installation", /second/],
  [values({ apiServer: { enabled: true } }), "calico.values.apiServer", /APIServer\/default/],
  [values({ goldmane: {} }), "calico.values.goldmane", /Goldmane\/default/],
  [values({ whisker: {} }), "calico.values.whisker", /Whisker\/default/],
  [
    values({ defaultFelixConfiguration: {} }),
    "calico.values.defaultFelixConfiguration",
    /settings under felix/,
  ],
  [values({ dnsPolicy: "ClusterFirst" }), "calico.values.dnsPolicy", /node's DNS/],
  [
    values({ kubernetesServiceEndpoint: { host: "x" } }),
    "calico.values.kubernetesServiceEndpoint",
    /apiServerHost/,
  ],
  [
    values({ tigeraOperator: { env: [{ name: "CALICO_API_GROUP", value: "projectcalico.org" }] } }),
    "calico.values.tigeraOperator.env",
    /crd\.projectcalico\.org\/v1 or projectcalico\.org\/v3/,
  ],
  [values({ tigeraOperator: { env: {} } }), "calico.values.tigeraOperator.env", /list/],
  [install({ existing: true, version: "3.32.0" }), "calico.version", /existing is true/],
  [install({ existing: true, values: {} }), "calico.values", /nothing is installed/],
  [
    { ...install({ version: "3.29.0" }), felix: { bpfMapSizeConntrackScaling: "Disabled" } },
    "felix.bpfMapSizeConntrackScaling",
    /calico\.version is 3\.29\.0[\s\S]*3\.30\.0/,
  ],
  [{ rollout: { maxUnavailable: 0 } }, "rollout.maxUnavailable", /"1%" to "100%"/],
  [{ rollout: { maxUnavailable: 1.5 } }, "rollout.maxUnavailable", /whole number/],
  [{ rollout: { maxUnavailable: "101%" } }, "rollout.maxUnavailable", /"1%" to "100%"/],
  [{ rollout: { maxUnavailable: "25" } }, "rollout.maxUnavailable", /share/],
  [{ rolloutTimeoutMinutes: 0.05 }, "rolloutTimeoutMinutes", /0\.1 to 10080/],
  [{ rolloutTimeoutMinutes: 20000 }, "rolloutTimeoutMinutes", /at most a week/],
  [{ maxNodes: 0 }, "maxNodes", /whole number/],
  [
    { felix: { bpfExternalServiceMode: "DSR" } },
    "felix.bpfExternalServiceMode",
    /Tunnel[\s\S]*dsrAccepted: true/,
  ],
  [
    { felix: { bpfExternalServiceMode: "DSR", dsrAccepted: false } },
    "felix.bpfExternalServiceMode",
    /dsrAccepted: true/,
  ],
  [{ felix: { wireguardEnabled: true, wireguardMTU: 1440 } }, "felix.wireguardMTU", /to 1340/],
  [restart({ kind: "Job" }), "restartWorkloads[0].kind", /Deployment, DaemonSet, StatefulSet/],
  [restart({ namespace: undefined }), "restartWorkloads[0].namespace", /namespace/],
  [restart({ name: "Web" }), "restartWorkloads[0].name", /lower-case/],
  [
    {
      restartWorkloads: ["a/b-c", "a-b/c"].map((workload) => {
        const [namespace, name] = workload.split("/");
        return { kind: "Deployment", namespace, name };
      }),
    },
    "restartWorkloads[1]",
    /as one before it[\s\S]*each workload once/,
  ],
  [values({ tigeraOperator: { env: [null] } }), "calico.values.tigeraOperator.env", /a list of/],
  [{ restartWorkloads: {} }, "restartWorkloads", /\{ kind, namespace, name \}/],
  [{ felixMetrics: { port: 0 } }, "felixMetrics.port", /TCP port/],
  [
    { defaultDeny: { excludedNamespaces: ["ok", "Not_ok"] } },
    "defaultDeny.excludedNamespaces[1]",
    /lower-case/,
  ],
];

describe("settings of the data plane that are refused", () => {
  describe("by CalicoEbpfCluster", () => check(dataplane, (args) => new CalicoEbpfCluster("dev", args)));
  describe("by CalicoEbpfDataplane", () =>
    check([...dataplane, ...endpoint, ...onOtherClusters], (args) => newDataplane("dev", args)));

  const later: Case[] = [
    [values(pulumi.output({ whisker: {} }) as any), "calico.values.whisker", /Whisker\/default/],
    [{ rollout: { maxUnavailable: pulumi.output("0%") } }, "rollout.maxUnavailable", /"1%" to "100%"/],
    [
      { felix: { bpfExternalServiceMode: pulumi.output("DSR") } },
      "felix.bpfExternalServiceMode",
      /dsrAccepted: true/,
    ],
    [
      {
        felix: {
          bpfConnectTimeLoadBalancing: pulumi.output("TCP"),
          bpfHostNetworkedNATWithoutCTLB: "Disabled",
        },
      },
      "felix.bpfHostNetworkedNATWithoutCTLB",
      /write: Enabled/,
    ],
    [{ mode: "CalicoCni", podCidr: pulumi.output("10.244.0.0") }, "podCidr", /CIDR notation/],
    [{ apiServerPort: pulumi.output(undefined) as any }, "apiServerPort", /is missing/],
    [
      { felix: { bpfKubeProxyHealthzPort: pulumi.output(undefined) as any } },
      "felix.bpfKubeProxyHealthzPort",
      /is missing/,
    ],
  ];
  for (const [args, path, says] of later) {
    it(`${path} of ${titleOf(args)}, when it is known`, async () => {
      await assert.rejects(declare(args), (error: Error) => {
        assert.match(error.message, new RegExp(`^  ${path.replace(/[.[\]]/g, "\\$&")}: `, "m"));
        assert.match(error.message, says);
        return true;
      });
    });
  }

  it("all together, whatever kind of value stands there", async () => {
    const error = await refusal(() =>
      newDataplane("dev", {
        ...install({ version: 3.32, chart: 7, values: { whisker: true } }),
        kubeProxy: "Absent",
        felix: { bpfEnforceRPF: 1, externalServiceMode: "DSR", bpfExternalServiceMode: "DSR" },
        rollout: 25,
        restartWorkloads: ["web"],
        maxNodes: "many",
      }),
    );
    assert.deepEqual(error.errors.map((one) => one.propertyPath).sort(), [
      "calico.chart",
      "calico.values.whisker",
      "calico.version",
      "felix.bpfEnforceRPF",
      "felix.bpfExternalServiceMode",
      "felix.externalServiceMode",
      "kubeProxy",
      "maxNodes",
      "restartWorkloads[0]",
      "rollout",
    ]);
  });

  it("nothing of this, where it is right", async () => {
    const right: any[] = [
      { ...cni, kubeProxy: "Absent" },
      { mode: "CalicoCni", kubeProxy: "Absent", calico: { existing: true } },
      install({ version: "3.28.0", values: pulumi.output({ podLabels: { a: "b" } }) }),
      { rollout: {} },
      { rolloutTimeoutMinutes: 0.1, maxNodes: 5000 },
      { felix: { wireguardEnabled: true, wireguardMTU: 1340 } },
      { felix: { wireguardEnabled: false } },
      { felix: { wireguardEnabled: pulumi.output(false) } },
      { felix: { bpfExternalServiceMode: "Tunnel" } },
      { calico: undefined, rollout: undefined, podCidr: undefined },
    ];
    for (const args of right) {
      const recording = await declare(args, { state: live(args.calico?.existing ? {} : byAks) });
      const { spec } = recording.named("net-felix").inputs;
      const on = args.felix?.wireguardEnabled === true;
      assert.equal(spec.wireguardMTU, on ? 1340 : undefined, JSON.stringify(args.felix));
    }
  });
});
