// After the gate: where Prometheus finds Felix's metrics.
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type * as pulumi from "@pulumi/pulumi";
import type { FelixMetricsArgs } from "../dataplaneArgs";
import { declare, type Dependency, type LayerContext } from "./layer";

/** What switches the metrics on, in `FelixConfiguration/default`. */
export function metricsSettings({ port = 9091 }: FelixMetricsArgs): Record<string, pulumi.Input<any>> {
  return { prometheusMetricsEnabled: true, prometheusMetricsPort: port };
}

/** The headless Service of Calico's guide (tigera/docs, operations/monitor/monitor-component-metrics). */
export function felixMetrics(context: LayerContext, args: FelixMetricsArgs, before: Dependency): Service {
  const { prometheusMetricsPort: port } = metricsSettings(args);
  const calicoNode = { "k8s-app": "calico-node" };
  return declare(context, "felix-metrics", Service, before, {
    metadata: { name: "felix-metrics-svc", namespace: "calico-system", labels: calicoNode },
    spec: {
      clusterIP: "None",
      selector: calicoNode,
      ports: [{ name: "metrics", port, targetPort: port }],
    },
  });
}
