import assert from "node:assert/strict";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import { auditLogs } from "../../../policy/policies/security/auditLogs";
import { platformLogs } from "../../../policy/policies/security/platformLogs";
import { type Declared, judgeStack, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

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
const cluster = (name = "aks", { type, props } = clusterSpellings[0]): Declared => ({
  type,
  name,
  props: props({}),
});
const setting = (props: object, of: string | null = "aks", type = settingTypes[0]): Declared => ({
  ...{ type, name: `logs of ${of} ${JSON.stringify(props)}`, props: { resourceUri: unknown, ...props } },
  propertyDependencies: of === null ? {} : { resourceUri: [of] },
});

const policies = [
  {
    policy: auditLogs,
    name: "aks-audit-logs",
    enough: { logs: on("kube-audit-admin", "guard") },
    alsoEnough: [
      { logs: on("kube-audit", "guard") },
      { logs: [{ categoryGroup: "audit", enabled: true }] },
      { logs: [{ category: null, categoryGroup: "allLogs", enabled: true }] },
    ],
    tooLittle: { logs: on("kube-audit-admin", "kube-apiserver"), metrics: on("AllMetrics") },
    lacking:
      /settings of cluster aks do not collect guard\. .*Write `\{ category: "guard", enabled: true \}` into/,
    nothing:
      /No diagnostic setting .* leads to cluster aks\. .*"kube-audit-admin".* and .*"guard".*resourceUri: CLUSTER/,
  },
  {
    policy: platformLogs,
    name: "aks-platform-logs",
    enough: {
      logs: on("cluster-autoscaler", "kube-apiserver", "kube-controller-manager", "kube-scheduler"),
      metrics: on("AllMetrics"),
    },
    alsoEnough: [{ logs: [{ categoryGroup: "allLogs", enabled: true }], metrics: on("allmetrics") }],
    tooLittle: {
      logs: on("cluster-autoscaler", "kube-controller-manager", "kube-scheduler"),
      metrics: [{ category: "AllMetrics", enabled: false }],
    },
    lacking:
      /do not collect kube-apiserver, AllMetrics\. .*Write `logs: \[.*"kube-apiserver".*\]` and `metrics: \[.*AllMetrics/,
    nothing: /No diagnostic setting in this stack leads to cluster aks\. .*"cluster-autoscaler".*`metrics: /,
  },
];

for (const { policy, name, enough, alsoEnough, tooLittle, lacking, nothing } of policies) {
  describe(`policy ${name}`, () => {
    const refused = async (stack: Declared[]) =>
      (await judgeStack(policy, stack)).map(({ resource }) => resource);

    for (const spelling of clusterSpellings) {
      it(`judges ${spelling.type}`, async () => {
        const aks = cluster("aks", spelling);
        assert.deepEqual(await judgeStack(policy, [aks, setting(enough)]), []);
        const [bare, ...more] = await judgeStack(policy, [aks]);
        assert.match(bare.message, nothing);
        assert.equal(bare.resource, "aks");
        assert.deepEqual(more, []);
        const [little] = await judgeStack(policy, [aks, setting(tooLittle)]);
        assert.match(little.message, lacking);
      });
    }
    it("reads diagnostic settings of every spelling", async () => {
      for (const type of settingTypes) {
        assert.deepEqual(await refused([cluster(), setting(enough, "aks", type)]), [], type);
        assert.deepEqual(await refused([cluster(), setting(tooLittle, "aks", type)]), ["aks"], type);
      }
    });
    it("accepts category groups and other categories that hold the same", async () => {
      for (const props of alsoEnough) assert.deepEqual(await refused([cluster(), setting(props)]), []);
    });
    it("adds up several settings of one cluster, and keeps clusters apart", async () => {
      const [first, ...rest] = enough.logs;
      const halves = [setting({ ...enough, logs: [first] }), setting({ logs: rest })];
      assert.deepEqual(await refused([cluster(), ...halves]), []);
      const two = [cluster("aks"), cluster("other")];
      assert.deepEqual(await refused([...two, setting(enough, "other")]), ["aks"]);
      assert.deepEqual(await refused([...two, setting(enough, "other"), setting(enough)]), []);
    });
    it("judges each cluster, in whatever order and company", async () => {
      const stack = [{ type: "azure-native:resources:ResourceGroup", name: "group" }, cluster("right")];
      assert.deepEqual(await refused([...stack, setting(enough, "right"), cluster("bare")]), ["bare"]);
    });
    it("stays silent where a preview does not know what is collected, or of what", async () => {
      for (const open of [
        setting({ logs: unknown }),
        setting({ ...tooLittle, logs: [unknown] }),
        setting({ ...tooLittle, logs: [{ category: "kube-scheduler", enabled: unknown }] }),
        setting({ ...tooLittle, logs: [{ category: unknown, enabled: true }] }),
        setting(tooLittle, null),
      ])
        assert.deepEqual(await refused([cluster(), open]), [], JSON.stringify(open.props));
    });
    it("finds the cluster by its id where no dependency tells", async () => {
      const named = (resourceUri: string, props: object) => setting({ resourceUri, ...props }, null);
      const known: Declared = { type: clusterSpellings[0].type, name: "aks", props: { name: "prod" } };
      assert.deepEqual(await refused([known, named(idOf("PROD"), enough)]), []);
      assert.deepEqual(await refused([known, named(idOf("PROD"), tooLittle)]), ["aks"]);
      const loud: Declared = { ...known, props: { name: "PROD" } };
      assert.deepEqual(await refused([loud, named(idOf("prod").toUpperCase(), enough)]), []);
      assert.deepEqual(await refused([known, named(idOf("test"), enough)]), ["aks"]);
      assert.deepEqual(await refused([known, named("/subscriptions/s/resourceGroups/g", enough)]), ["aks"]);
      const unnamed: Declared = { ...known, props: { name: unknown } };
      assert.deepEqual(await refused([unnamed, named(idOf("prod"), tooLittle)]), []);
    });
    it("takes explicit dependencies where properties have none", async () => {
      const explicit = { ...setting(enough, null), dependsOn: ["aks"] };
      assert.deepEqual(await refused([cluster(), explicit]), []);
    });
    it("wants nothing of a stack without a cluster", async () => {
      assert.deepEqual(await refused([setting(tooLittle, null)]), []);
    });
  });
}

describe("policy aks-platform-logs, configured", () => {
  it("wants the categories that it is told", async () => {
    const stack = [cluster(), setting({ logs: on("kube-scheduler") })];
    assert.deepEqual(await judgeStack(platformLogs, stack, { categories: ["kube-scheduler"] }), []);
    const [said] = await judgeStack(platformLogs, stack, { categories: ["csi-azuredisk-controller"] });
    assert.match(said.message, /do not collect csi-azuredisk-controller\./);
    assert.doesNotMatch(said.message, /metrics:/);
  });
});
