// What the data plane's modes refuse: the property, the reason, and what to write instead.
import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfDataplane } from "../../components";
import { record } from "./record";

const cni = { mode: "CalicoCni", podCidr: "10.244.0.0/16" };
const self = { mode: "SelfManaged" };
const install = (calico: object) => ({ ...self, calico });
const values = (more: object) => install({ values: more });
const restart = (more: object) => ({
  restartWorkloads: [{ kind: "Deployment", namespace: "shop", name: "web", ...more }],
});

type Case = [title: string, args: any, path: string, says: RegExp];

const cases: Case[] = [
  ["a mode that is none", { mode: "Managed" }, "mode", /AzureManaged, SelfManaged, CalicoCni/],
  [
    "Absent beside AKS's Calico",
    { kubeProxy: "Absent" },
    "kubeProxy",
    /while mode is AzureManaged[\s\S]*mode: CalicoCni/,
  ],
  ["Absent on Azure CNI", { ...self, kubeProxy: "Absent" }, "kubeProxy", /while mode is SelfManaged/],
  [
    "iptables without kube-proxy",
    { ...cni, kubeProxy: "Absent", dataplane: "Iptables" },
    "dataplane",
    /nobody would serve[\s\S]*write: Ebpf/,
  ],
  [
    "no pod range for Calico's CNI",
    { mode: "CalicoCni" },
    "podCidr",
    /is missing[\s\S]*such as 10\.244\.0\.0\/16/,
  ],
  ["a pod range that is none", { mode: "CalicoCni", podCidr: "10.244.0.0" }, "podCidr", /CIDR notation/],
  [
    "bits behind the prefix",
    { mode: "CalicoCni", podCidr: "10.244.1.0/16" },
    "podCidr",
    /write: 10\.244\.0\.0\/16/,
  ],
  [
    "a pod range on Azure CNI",
    { ...self, podCidr: "10.244.0.0/16" },
    "podCidr",
    /makes no IP pool[\s\S]*write: nothing/,
  ],
  [
    "a pod range beside a Calico that is there",
    { ...cni, calico: { existing: true } },
    "podCidr",
    /makes no IP pool/,
  ],
  [
    "calico where AKS installs it",
    { calico: { version: "3.32.0" } },
    "calico",
    /AKS itself[\s\S]*SelfManaged or CalicoCni/,
  ],
  ["a version range", install({ version: "3.x" }), "calico.version", /no range[\s\S]*v3\.32\.2/],
  [
    "a legacy operator's chart",
    install({ version: "v3.27.5" }),
    "calico.version",
    /legacy[\s\S]*v3\.28\.0 or newer/,
  ],
  [
    "a chart without dnsPolicy for Calico's CNI",
    { ...cni, calico: { version: "3.31.7" } },
    "calico.version",
    /dnsPolicy[\s\S]*v3\.32\.0 or newer/,
  ],
  ["a repository that is none", install({ repository: "charts" }), "calico.repository", /URL/],
  [
    "a repository beside a path",
    install({ chart: "./chart", repository: "https://x.example" }),
    "calico.repository",
    /path or an oci/,
  ],
  ["an empty chart", install({ chart: "" }), "calico.chart", /oci:\/\/ reference/],
  ["values that are none", install({ values: [] }), "calico.values", /names with their values/],
  [
    "an Installation in the values",
    values({ installation: { enabled: true } }),
    "calico.values.installation",
    /second/,
  ],
  [
    "the API server in the values",
    values({ apiServer: { enabled: true } }),
    "calico.values.apiServer",
    /APIServer\/default/,
  ],
  ["Goldmane in the values", values({ goldmane: {} }), "calico.values.goldmane", /Goldmane\/default/],
  ["Whisker in the values", values({ whisker: {} }), "calico.values.whisker", /Whisker\/default/],
  [
    "Felix in the values",
    values({ defaultFelixConfiguration: {} }),
    "calico.values.defaultFelixConfiguration",
    /settings under felix/,
  ],
  ["another DNS", values({ dnsPolicy: "ClusterFirst" }), "calico.values.dnsPolicy", /node's DNS/],
  [
    "an endpoint in the values",
    values({ kubernetesServiceEndpoint: { host: "x" } }),
    "calico.values.kubernetesServiceEndpoint",
    /apiServerHost/,
  ],
  [
    "another API group",
    values({ tigeraOperator: { env: [{ name: "CALICO_API_GROUP", value: "projectcalico.org/v3" }] } }),
    "calico.values.tigeraOperator.env",
    /crd\.projectcalico\.org\/v1/,
  ],
  [
    "an environment that is no list",
    values({ tigeraOperator: { env: {} } }),
    "calico.values.tigeraOperator.env",
    /list/,
  ],
  [
    "a version beside existing",
    install({ existing: true, version: "3.32.0" }),
    "calico.version",
    /existing is true/,
  ],
  [
    "values beside existing",
    install({ existing: true, values: {} }),
    "calico.values",
    /nothing is installed/,
  ],
  [
    "a setting that the chart's Calico lacks",
    { ...install({ version: "3.29.0" }), felix: { mapSizeConntrackScaling: "Disabled" } },
    "felix.mapSizeConntrackScaling",
    /calico\.version is 3\.29\.0[\s\S]*3\.30\.0/,
  ],
  ["no node at once", { rollout: { maxUnavailable: 0 } }, "rollout.maxUnavailable", /"1%" to "100%"/],
  ["half a node", { rollout: { maxUnavailable: 1.5 } }, "rollout.maxUnavailable", /whole number/],
  ["more than all", { rollout: { maxUnavailable: "101%" } }, "rollout.maxUnavailable", /"1%" to "100%"/],
  ["a share without its sign", { rollout: { maxUnavailable: "25" } }, "rollout.maxUnavailable", /share/],
  ["too little time", { rolloutTimeoutMinutes: 0.05 }, "rolloutTimeoutMinutes", /0\.1 to 10080/],
  ["too much time", { rolloutTimeoutMinutes: 20000 }, "rolloutTimeoutMinutes", /at most a week/],
  ["no nodes", { maxNodes: 0 }, "maxNodes", /whole number/],
  [
    "DSR",
    { felix: { externalServiceMode: "DSR" } },
    "felix.externalServiceMode",
    /Tunnel[\s\S]*dsrAccepted: true/,
  ],
  [
    "DSR not accepted",
    { felix: { externalServiceMode: "DSR", dsrAccepted: false } },
    "felix.externalServiceMode",
    /dsrAccepted: true/,
  ],
  [
    "WireGuard with another MTU",
    { felix: { wireguardEnabled: true, wireguardMtu: 1440 } },
    "felix.wireguardMtu",
    /write: 1340/,
  ],
  [
    "an MTU without WireGuard",
    { felix: { wireguardMtu: 1340 } },
    "felix.wireguardMtu",
    /wireguardEnabled: true/,
  ],
  [
    "a workload of another kind",
    restart({ kind: "Job" }),
    "restartWorkloads[0].kind",
    /Deployment, DaemonSet, StatefulSet/,
  ],
  [
    "a workload without a namespace",
    restart({ namespace: undefined }),
    "restartWorkloads[0].namespace",
    /namespace/,
  ],
  ["a workload of no name", restart({ name: "Web" }), "restartWorkloads[0].name", /lower-case/],
  [
    "a workload twice",
    { restartWorkloads: [...restart({}).restartWorkloads, ...restart({}).restartWorkloads] },
    "restartWorkloads[1]",
    /restartWorkloads\[0\][\s\S]*once/,
  ],
  ["workloads that are no list", { restartWorkloads: {} }, "restartWorkloads", /\{ kind, namespace, name \}/],
  ["a metrics port that is none", { felixMetrics: { port: 0 } }, "felixMetrics.port", /TCP port/],
  [
    "a namespace that is none",
    { defaultDeny: { excludedNamespaces: ["ok", "Not_ok"] } },
    "defaultDeny.excludedNamespaces[1]",
    /lower-case/,
  ],
];

const declare = (args: any) =>
  record(() => {
    const provider = new Provider("cluster", { kubeconfig: "{}" });
    new CalicoEbpfDataplane("net", { apiServerHost: "aks.example.net", ...args }, { provider });
  });

describe("the data plane refuses", () => {
  for (const [title, args, path, says] of cases) {
    it(title, async () => {
      await assert.rejects(declare(args), (error: any) => {
        const paths = (error.errors as { propertyPath: string }[]).map((one) => one.propertyPath);
        assert.deepEqual(paths, [path], error.message);
        assert.match(error.message, says);
        assert.match(error.message, /why: {3}\S[\s\S]*write: \S/);
        return true;
      });
    });
  }

  const later: Case[] = [
    ["values", values(pulumi.output({ whisker: {} }) as any), "calico.values.whisker", /Whisker\/default/],
    [
      "a share",
      { rollout: { maxUnavailable: pulumi.output("0%") } },
      "rollout.maxUnavailable",
      /"1%" to "100%"/,
    ],
    [
      "DSR",
      { felix: { externalServiceMode: pulumi.output("DSR") } },
      "felix.externalServiceMode",
      /dsrAccepted: true/,
    ],
    [
      "an MTU",
      { felix: { wireguardEnabled: pulumi.output(true), wireguardMtu: 1420 } },
      "felix.wireguardMtu",
      /write: 1340/,
    ],
    ["a pod range", { mode: "CalicoCni", podCidr: pulumi.output("10.244.0.0") }, "podCidr", /CIDR notation/],
  ];
  for (const [title, args, path, says] of later) {
    it(`${title}, when it is known`, async () => {
      await assert.rejects(declare(args), (error: Error) => {
        assert.match(error.message, new RegExp(`^  ${path.replace(/[.[\]]/g, "\\$&")}: `, "m"));
        assert.match(error.message, says);
        return true;
      });
    });
  }

  it("nothing of this, where it is right", async () => {
    const right: any[] = [
      { ...cni, kubeProxy: "Absent" },
      { mode: "CalicoCni", kubeProxy: "Absent", calico: { existing: true } },
      install({ version: "3.28.0", values: pulumi.output({ podLabels: { a: "b" } }) }),
      { rollout: {} },
      { rolloutTimeoutMinutes: 0.1, maxNodes: 5000 },
      { felix: { wireguardEnabled: true, wireguardMtu: 1340 } },
      { felix: { wireguardEnabled: false } },
      { felix: { wireguardEnabled: pulumi.output(false) } },
      { felix: { externalServiceMode: "Tunnel" } },
      { calico: undefined, rollout: undefined, podCidr: undefined },
    ];
    for (const args of right) {
      const labels = args.calico?.existing ? {} : { "addonmanager.kubernetes.io/mode": "Reconcile" };
      const recording = await record(
        () => {
          const provider = new Provider("cluster", { kubeconfig: "{}" });
          new CalicoEbpfDataplane("net", { apiServerHost: "aks.example.net", ...args }, { provider });
        },
        {
          state: (_type, _name, inputs) => ({
            ...inputs,
            metadata: { ...inputs.metadata, generation: 7, labels },
          }),
        },
      );
      const { spec } = recording.named("net-felix").inputs;
      const on = args.felix?.wireguardEnabled === true;
      assert.equal(spec.wireguardMTU, on ? 1340 : undefined, JSON.stringify(args.felix));
    }
  });
});
