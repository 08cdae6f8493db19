// docs/monitoring: the alerts and the dashboard, by the real grammar of PromQL and by the metrics that there are.
import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";
import { load, loadAll } from "js-yaml";
import { objects } from "../../cli/status/reads";
import { declare } from "./declare";
import { anchorsIn, firstCells, readPage } from "./pages";

const alerts = loadAll(readPage("docs/monitoring/alerts.yaml")) as any[];
const rules: any[] = alerts.flatMap(({ spec }) => spec.groups.flatMap(({ rules }: any) => rules));
const dashboard = JSON.parse(readPage("docs/monitoring/dashboard.json"));
const page = readPage("docs/monitoring.md");
const expressions: string[] = [
  ...rules.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }: any) => targets.map(({ expr }: any) => expr)),
];

/** What Prometheus adds to everything that it reads, and several of them to what they send on. */
const targetLabels = ["job", "instance", "cluster"];
const daemonSet = ["namespace", "daemonset"];
const pod = ["namespace", "pod", "uid"];

/** Metrics and their labels. */
const metrics: Record<string, string[]> = {
  // kubernetes/kube-state-metrics v2.20.0, docs/metrics/workload/daemonset-metrics.md and pod-metrics.md; all stable.
  kube_daemonset_status_current_number_scheduled: daemonSet,
  kube_daemonset_status_desired_number_scheduled: daemonSet,
  kube_daemonset_status_number_ready: daemonSet,
  kube_pod_info: [...pod, "host_ip", "pod_ip", "node", "created_by_kind", "created_by_name", "host_network"],
  kube_pod_status_ready: [...pod, "condition"],
  // projectcalico/calico, felix/dataplane/linux/bpf_ep_mgr.go and int_dataplane.go, felix/bpf/conntrack/scanner.go: in
  // each of v3.30.5, v3.31.2 and v3.32.0. None has a label.
  felix_bpf_dataplane_endpoints: [],
  felix_bpf_dirty_dataplane_endpoints: [],
  felix_bpf_happy_dataplane_endpoints: [],
  felix_bpf_conntrack_used: [],
  felix_bpf_conntrack_cleaned: [],
  felix_int_dataplane_failures: [],
  // prometheus/client_golang's process collector, which Felix has on (felix/config, PrometheusProcessMetricsEnabled).
  process_cpu_seconds_total: [],
};

/** What is wrong with an expression. */
function mistakes(expression: string): string[] {
  const found: string[] = [];
  let metric = "";
  const labels = new Set(targetLabels);
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      const text = expression.slice(from, to);
      if (type.isError) found.push(`syntax at ${from}: ${expression.slice(from, from + 20)}`);
      if (type.name === "Identifier") {
        metric = text;
        if (metrics[metric] === undefined) found.push(`no metric ${metric}`);
        for (const label of metrics[metric] ?? []) labels.add(label);
      }
      if (type.name !== "LabelName") return;
      const matcher = node.parent?.name === "UnquotedLabelMatcher";
      if (matcher && !metrics[metric]?.includes(text)) found.push(`${metric} has no label ${text}`);
    },
  });
  // Those of `by` and `on` may stand before the metrics that have them.
  const grouped = [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list]) =>
    list.split(/, */),
  );
  return [...found, ...grouped.filter((label) => !labels.has(label)).map((label) => `no label ${label}`)];
}

describe("docs/monitoring", () => {
  it("asks for metrics that there are, in PromQL", () => {
    assert.ok(expressions.length > 15, String(expressions.length));
    assert.deepEqual(expressions.flatMap(mistakes), []);
  });

  it("would be told of a mistake", () => {
    assert.match(mistakes("sum(felix_bpf_dataplane_endpoints")[0], /syntax/);
    assert.deepEqual(mistakes("felix_bpf_sad_endpoints"), ["no metric felix_bpf_sad_endpoints"]);
    assert.deepEqual(mistakes('kube_pod_info{ready="1"}'), ["kube_pod_info has no label ready"]);
    assert.deepEqual(mistakes("sum by (pod) (felix_bpf_conntrack_used)"), ["no label pod"]);
  });

  it("asks for the DaemonSets that there are", () => {
    const named = expressions.flatMap((one) => [...one.matchAll(/namespace="(.*?)", \w+="(.*?)"/g)]);
    const { witness, kubeProxy } = objects;
    const known = [witness, kubeProxy].map(({ namespace, name }) => `${namespace}/${name}`);
    assert.deepEqual(new Set(named.map(([, namespace, name]) => `${namespace}/${name}`)), new Set(known));
  });

  it("finds the Service that felixMetrics makes", async () => {
    const { inputs } = (await declare({ felixMetrics: {} })).named("net-felix-metrics");
    const { spec } = load(readPage("docs/monitoring/servicemonitor.yaml")) as any;
    assert.deepEqual(spec.namespaceSelector.matchNames, [inputs.metadata.namespace]);
    assert.deepEqual(spec.selector.matchLabels, inputs.metadata.labels);
    assert.equal(spec.endpoints[0].port, inputs.spec.ports[0].name);
  });

  it("says of each alert how bad it is, what it is, and which heading says more", () => {
    for (const { alert, for: pending, labels, annotations } of rules) {
      assert.match(pending, /^\d+m$/, alert);
      assert.match(labels.severity, /^(critical|warning)$/, alert);
      assert.ok(annotations.summary && annotations.description, alert);
      const [file, heading] = annotations.runbook.split("#");
      assert.ok(anchorsIn(readPage(file)).includes(heading), `${alert}: ${annotations.runbook}`);
    }
  });

  it("has a row on the page for each alert, and the label by which each part is left out", () => {
    assert.deepEqual(
      firstCells(page, /^alert$/).map((cell) => cell.replaceAll("`", "")),
      rules.map(({ alert }) => alert),
    );
    for (const { metadata } of alerts)
      assert.ok(page.includes(`\`${metadata.labels["aks-calico-ebpf/monitoring"]}\``));
  });

  it("has a dashboard that Grafana imports", () => {
    const { uid, title, schemaVersion, templating, panels } = dashboard;
    assert.ok(uid && title && schemaVersion >= 36);
    assert.deepEqual(
      templating.list.map(({ name, type, query }: any) => [name, type, query]),
      [["datasource", "datasource", "prometheus"]],
    );
    assert.equal(new Set(panels.map(({ id }: any) => id)).size, panels.length);
    const taken = new Set<string>();
    for (const { type, title, datasource, targets, gridPos } of panels) {
      assert.match(type, /^(stat|timeseries)$/, title);
      assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" }, title);
      assert.ok(targets.length > 0 && targets.every(({ refId }: any) => refId), title);
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x},${y}`), `${title} overlaps`);
          taken.add(`${x},${y}`);
        }
    }
  });
});
