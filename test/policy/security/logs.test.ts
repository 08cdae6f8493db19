import assert from "node:assert/strict";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import { auditLogs, platformLogs } from "../../../policy/policies/aks/logs";
import { type Declared, notJudged, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { stacks } from "../stacks";

const settingTypes = [
  (DiagnosticSetting as any).__pulumiType,
  "azure-native:monitor/v20210501preview:DiagnosticSetting",
  "azure-native:insights:DiagnosticSetting",
  "azure-native_insights_v20210501preview:insights:DiagnosticSetting",
];
const on = (...categories: string[]) => categories.map((category) => ({ category, enabled: true }));
const idOf = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/${name}`;

/** As a first preview has it: no ids, but what they depend on. */
const cluster = (name = "aks", { type, props } = clusterSpellings[0], settings = {}): Declared => ({
  type,
  name,
  props: props(settings),
});
const setting = (props: object, of: string | null = "aks", type = settingTypes[0]): Declared => ({
  ...{ type, name: `logs of ${of} ${JSON.stringify(props)}`, props: { resourceUri: unknown, ...props } },
  propertyDependencies: of === null ? {} : { resourceUri: [of] },
});
const named = (name: unknown) => cluster("aks", undefined, { name });
const byId = (resourceUri: string, props: object) => setting({ resourceUri, ...props }, null);

for (const { policy, enough, alsoEnough, tooLittle, lacking, nothing } of [
  {
    policy: auditLogs,
    enough: { logs: on("kube-audit-admin", "guard") },
    alsoEnough: [
      { logs: on("kube-audit", "guard") },
      { logs: [{ categoryGroup: "audit", enabled: true }] },
      { logs: [{ category: null, categoryGroup: "allLogs", enabled: true }] },
    ],
    tooLittle: { logs: on("kube-audit-admin", "kube-apiserver"), metrics: on("AllMetrics") },
    lacking:
      /^No diagnostic setting .* collects guard of cluster aks\. Who .*resourceUri: CLUSTER.*, enabled: true \}\]/,
    nothing:
      /^No diagnostic setting in this stack collects kube-audit-admin, guard of cluster aks\. .*resourceUri: CLUSTER/,
  },
  {
    policy: platformLogs,
    enough: {
      logs: on("cluster-autoscaler", "kube-apiserver", "kube-controller-manager", "kube-scheduler"),
      metrics: on("AllMetrics"),
    },
    alsoEnough: [{ logs: [{ categoryGroup: "allLogs", enabled: true }], metrics: on("allmetrics") }],
    tooLittle: {
      logs: on("cluster-autoscaler", "kube-controller-manager", "kube-scheduler"),
      metrics: [{ category: "AllMetrics", enabled: false }],
    },
    lacking: /collects kube-apiserver, AllMetrics of cluster aks\. .*`logs: .*`metrics` for AllMetrics/,
    nothing:
      /collects cluster-autoscaler, kube-apiserver, kube-controller-manager, kube-scheduler, AllMetrics of /,
  },
]) {
  const aks = cluster();
  const [generic] = clusterSpellings.slice(-1);
  /** The answer of Azure's API does not even say what it is. */
  const answered = { ...cluster("aks", generic), inputs: generic.props({}), props: { name: "aks" } };
  stacks(policy, "judges clusters and diagnostic settings in every spelling", {
    right: [
      ...clusterSpellings.map((spelling) => [cluster("aks", spelling), setting(enough)]),
      ...settingTypes.map((type) => [aks, setting(enough, "aks", type)]),
      ...alsoEnough.map((props) => [aks, setting(props)]),
      // Dependencies of properties, and explicit ones.
      [aks, { ...setting(enough, null), dependsOn: ["aks"] }],
    ],
    wrong: [
      ...clusterSpellings.flatMap((spelling): [Declared[], string, RegExp][] => [
        [[cluster("aks", spelling)], "aks", nothing],
        [[cluster("aks", spelling), setting(tooLittle)], "aks", lacking],
      ]),
      [[answered], "aks", nothing],
      ...settingTypes.map((type): [Declared[], string] => [[aks, setting(tooLittle, "aks", type)], "aks"]),
    ],
  });

  const [first, ...rest] = enough.logs;
  const group = { type: "azure-native:resources:ResourceGroup", name: "group" };
  stacks(policy, "adds up several settings of one cluster, and keeps clusters apart", {
    right: [
      [aks, setting({ ...enough, logs: [first] }), setting({ logs: rest })],
      [aks, cluster("other"), setting(enough, "other"), setting(enough)],
    ],
    wrong: [
      [[aks, cluster("other"), setting(enough, "other")], "aks"],
      [[group, cluster("right"), setting(enough, "right"), cluster("bare")], "bare"],
    ],
  });
  const vault = { type: "azure-native:keyvault:Vault", name: "vault" };
  const component = { type: "aks-calico-ebpf:index:CalicoEbpfCluster", name: "component" };
  it(`policy ${policy.name} says where a preview does not know what is collected, or of what`, async () => {
    for (const open of [
      [aks, setting({ logs: unknown })],
      [aks, setting({ ...tooLittle, logs: [unknown] })],
      [aks, setting({ ...tooLittle, logs: [{ category: "kube-scheduler", enabled: unknown }] })],
      [aks, setting({ ...tooLittle, logs: [{ category: unknown, enabled: true }] })],
      [aks, setting(tooLittle, null)],
      [aks, component, setting(enough, "component")],
      [named(unknown), byId(idOf("prod"), tooLittle)],
    ]) {
      const said = (await notJudged(policy, open)).map(([what]) => what);
      assert.deepEqual(said, ["what its diagnostic settings collect"], JSON.stringify(open));
    }
  });
  stacks(policy, "takes no setting of another resource for the cluster's, and needs a cluster", {
    right: [[setting(tooLittle, null)]],
    wrong: [[[vault, aks, setting(enough, "vault")], "aks", nothing]],
  });
  stacks(policy, "finds the cluster by its id where no dependency tells", {
    right: [
      [named("prod"), byId(idOf("PROD"), enough)],
      [named("PROD"), byId(idOf("prod").toUpperCase(), enough)],
    ],
    wrong: [
      [[named("prod"), byId(idOf("PROD"), tooLittle)], "aks"],
      [[named("prod"), byId(idOf("test"), enough)], "aks"],
      [[named("prod"), byId("/subscriptions/s/resourceGroups/g", enough)], "aks"],
    ],
  });
}

stacks(platformLogs, "wants the categories that it is told", {
  config: { categories: ["kube-scheduler"] },
  right: [[cluster(), setting({ logs: on("kube-scheduler") })]],
  wrong: [[[cluster(), setting({ logs: on("guard") })], "aks", / collects kube-scheduler of cluster aks\./]],
});
