// A cluster that is well, as `status` reads it; each test takes something away.
import type { Snapshot } from "../../cli/status/reads";

const at = new Date("2026-11-27T12:00:00Z");
const host = "stays.hcp.westeurope.azmk8s.io";
const ready = (since = "2026-11-27T11:00:00Z") => [
  { type: "Ready", status: "True", lastTransitionTime: since },
];
const rolledOut = (wanted: number) => ({
  desiredNumberScheduled: wanted,
  updatedNumberScheduled: wanted,
  numberReady: wanted,
  observedGeneration: 1,
});
const names = ["a", "b", "c"];

export const node = (name: string, kernelVersion = "6.8.0-1044-azure", operatingSystem = "linux"): any => ({
  metadata: { name, labels: {} },
  status: {
    conditions: ready(),
    nodeInfo: { kernelVersion, operatingSystem },
    addresses: [{ type: "InternalIP", address: `10.224.0.${name.charCodeAt(0)}` }],
  },
});

export const pod = (nodeName: string, image = "calico/node:v3.31.2"): any => ({
  metadata: { name: `pod-${nodeName}` },
  spec: { nodeName, containers: [{ name: "calico-node", image }] },
  status: { conditions: ready() },
});

function daemonSet(container: object, wanted: number, podSpec: object = {}): any {
  return {
    metadata: { name: "some", generation: 1, managedFields: [] },
    spec: { template: { spec: { containers: [container], ...podSpec } } },
    status: rolledOut(wanted),
  };
}

/** What is seen of eBPF with `kubeProxy: Disable` on three nodes; deep enough that a test may change any of it. */
export function wellCluster(): Record<keyof Snapshot, any> {
  return {
    at,
    kubernetes: "v1.35.1",
    probed: undefined,
    installation: {
      metadata: {
        name: "default",
        generation: 4,
        managedFields: [
          {
            manager: "pulumi",
            time: "2026-11-27T10:58:00Z",
            fieldsV1: { "f:spec": { "f:calicoNetwork": { "f:linuxDataplane": {} } } },
          },
        ],
      },
      spec: { calicoNetwork: { linuxDataplane: "BPF" } },
    },
    felix: {
      metadata: { name: "default", annotations: { "operator.tigera.io/bpfEnabled": "true" } },
      spec: { bpfEnabled: true, bpfKubeProxyHealthzPort: 10258 },
    },
    tigeraStatus: {
      metadata: { name: "calico" },
      status: {
        conditions: [
          { type: "Available", status: "True", observedGeneration: 4 },
          { type: "Progressing", status: "False", observedGeneration: 4 },
          { type: "Degraded", status: "False" },
        ],
      },
    },
    operator: {
      metadata: { name: "tigera-operator" },
      spec: { template: { spec: { containers: [{ image: "oss/v2/tigera/operator:v1.40.2" }] } } },
      status: { availableReplicas: 1 },
    },
    endpoint: {
      metadata: { name: "kubernetes-services-endpoint" },
      data: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: "443" },
    },
    calicoNode: daemonSet(
      {
        name: "calico-node",
        image: "calico/node:v3.31.2",
        env: [{ name: "KUBERNETES_SERVICE_HOST", value: host }],
      },
      3,
      { dnsPolicy: "Default" },
    ),
    kubeProxy: daemonSet({ name: "kube-proxy", command: ["kube-proxy"] }, 0),
    witness: daemonSet({ name: "felix", readinessProbe: { httpGet: { port: 10258 } } }, 3),
    calicoPods: names.map((name) => pod(name)),
    kubeProxyPods: [],
    witnessPods: names.map((name) => pod(name)),
    nodes: names.map((name) => node(name)),
    services: [],
    podTable: {
      columnDefinitions: ["Name", "Age", "IP", "Node"].map((name) => ({ name })),
      rows: [],
    },
  };
}
