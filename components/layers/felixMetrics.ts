// After the gate: where Prometheus finds Felix's metrics.
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type * as pulumi from "@pulumi/pulumi";
import { after, type Before, type LayerContext } from "./layer";

/** What switches the metrics on, in `FelixConfiguration/default`. */
export function metricsSettings(port: pulumi.Input<number>): Record<string, pulumi.Input<unknown>> {
  return { prometheusMetricsEnabled: true, prometheusMetricsPort: port };
}

/** The headless Service of Calico's guide (tigera/docs, operations/monitor/monitor-component-metrics). */
export function felixMetrics(context: LayerContext, port: pulumi.Input<number>, before: Before): Service {
  return new Service(
    `${context.name}-felix-metrics`,
    {
      metadata: {
        name: "felix-metrics-svc",
        namespace: "calico-system",
        labels: { "k8s-app": "calico-node" },
      },
      spec: {
        clusterIP: "None",
        selector: { "k8s-app": "calico-node" },
        ports: [{ name: "metrics", port, targetPort: port }],
      },
    },
    after(context, before),
  );
}
