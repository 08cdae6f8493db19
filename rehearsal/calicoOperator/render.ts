// The workloads the operator makes in calico-system, cut down to what can be seen from outside: tigera/operator
// v1.40.2 pkg/render/node.go, typha.go, kubecontrollers/kube-controllers.go.
import type { KubeObject } from "../host/api";
import { type InstallationSpec, isBpf } from "./defaults";

/** Where calico-node finds the API server (pkg/controller/k8sapi/k8s-endpoint.go, ServiceEndpoint). */
export interface Endpoint {
  host: string;
  port: string;
}

/** common.CalicoNamespace. */
export const namespace = "calico-system";

const everywhere = [
  { key: "CriticalAddonsOnly", operator: "Exists" },
  { effect: "NoSchedule", operator: "Exists" },
  { effect: "NoExecute", operator: "Exists" },
];

const image = (spec: InstallationSpec, name: string, release: string): string =>
  `${spec.registry ?? "quay.io/"}${spec.imagePath ?? "calico"}/${name}:${release}`;

/** ServiceEndpoint.EnvVars: both or none. */
const endpointEnv = ({ host, port }: Endpoint) =>
  host && port
    ? [
        { name: "KUBERNETES_SERVICE_HOST", value: host },
        { name: "KUBERNETES_SERVICE_PORT", value: port },
      ]
    : [];

function autodetection(spec: InstallationSpec) {
  const method = spec.calicoNetwork?.nodeAddressAutodetectionV4 as Record<string, unknown> | undefined;
  const value = method?.canReach
    ? `can-reach=${method.canReach}`
    : method?.firstFound
      ? "first-found"
      : undefined;
  return value ? [{ name: "IP_AUTODETECTION_METHOD", value }] : [];
}

const hostPath = (name: string, path: string, type?: string) => ({
  name,
  hostPath: { path, ...(type ? { type } : {}) },
});

/** nodeDaemonset. */
export function calicoNode(spec: InstallationSpec, endpoint: Endpoint, release: string): KubeObject {
  const labels = { "k8s-app": "calico-node" };
  const bgp = spec.calicoNetwork?.bgp === "Enabled";
  const provider = spec.kubernetesProvider === "AKS" ? ",aks" : "";
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "calico-node", namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: spec.nodeUpdateStrategy,
      template: {
        metadata: { labels: { ...labels, "app.kubernetes.io/name": "calico-node" } },
        spec: {
          nodeSelector: { "kubernetes.io/os": "linux" },
          affinity: spec.kubernetesProvider === "AKS" ? notVirtual : undefined,
          hostNetwork: true,
          priorityClassName: "system-node-critical",
          serviceAccountName: "calico-node",
          terminationGracePeriodSeconds: 5,
          tolerations: everywhere,
          initContainers: [
            {
              // Without BPF it only tries to mount the BPF file system: the one visible difference of the templates.
              name: "ebpf-bootstrap",
              image: image(spec, "node", release),
              command: ["calico-node", "-init", ...(isBpf(spec) ? [] : ["-best-effort"])],
              securityContext: { privileged: true },
              volumeMounts: [{ name: "sys-fs", mountPath: "/sys/fs", mountPropagation: "Bidirectional" }],
            },
          ],
          containers: [
            {
              name: "calico-node",
              image: image(spec, "node", release),
              env: [
                { name: "DATASTORE_TYPE", value: "kubernetes" },
                { name: "WAIT_FOR_DATASTORE", value: "true" },
                { name: "CLUSTER_TYPE", value: `k8s,operator${provider}${bgp ? ",bgp" : ""}` },
                { name: "FELIX_DEFAULTENDPOINTTOHOSTACTION", value: "ACCEPT" },
                { name: "FELIX_HEALTHENABLED", value: "true" },
                { name: "FELIX_HEALTHPORT", value: "9099" },
                { name: "NODENAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
                { name: "FELIX_TYPHAK8SNAMESPACE", value: namespace },
                { name: "FELIX_TYPHAK8SSERVICENAME", value: "calico-typha" },
                { name: "CALICO_MANAGE_CNI", value: String(spec.cni?.type === "Calico") },
                ...autodetection(spec),
                ...endpointEnv(endpoint),
              ],
              securityContext: { privileged: true },
              volumeMounts: [{ name: "bpffs", mountPath: "/sys/fs/bpf" }],
            },
          ],
          volumes: [
            hostPath("lib-modules", "/lib/modules"),
            hostPath("sys-fs", "/sys/fs", "DirectoryOrCreate"),
            hostPath("bpffs", "/sys/fs/bpf", "Directory"),
          ],
        },
      },
    },
  };
}

const notVirtual = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: "type", operator: "NotIn", values: ["virtual-kubelet"] }] },
      ],
    },
  },
};

function deployment(name: string, image: string, replicas: number, env: object[]) {
  const labels = { "k8s-app": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, "app.kubernetes.io/name": name } },
        spec: {
          nodeSelector: { "kubernetes.io/os": "linux" },
          priorityClassName: "system-cluster-critical",
          serviceAccountName: name,
          tolerations: everywhere,
          containers: [{ name, image, env }],
        },
      },
    },
  };
}

/** Deployments; typha's number by pkg/common/autoscale.go, GetExpectedTyphaScale. */
export function deployments(
  spec: InstallationSpec,
  endpoint: Endpoint,
  nodes: number,
  release: string,
): KubeObject[] {
  const typhas = nodes <= 2 ? 1 : nodes <= 4 ? 2 : Math.max(3, Math.floor(nodes / 200) + 2);
  return [
    deployment("calico-typha", image(spec, "typha", release), typhas, endpointEnv(endpoint)),
    deployment("calico-kube-controllers", image(spec, "kube-controllers", release), 1, endpointEnv(endpoint)),
  ];
}
