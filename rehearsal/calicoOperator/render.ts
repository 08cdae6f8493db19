// The workloads the operator makes in calico-system, cut down to what can be seen from outside: tigera/operator
// v1.40.2 pkg/render/node.go, typha.go, kubecontrollers/kube-controllers.go.
import type { KubeObject } from "../controlPlane/api";
import { type InstallationSpec, isBpf } from "./defaults";

/** Where calico-node finds the API server (pkg/controller/k8sapi/k8s-endpoint.go, ServiceEndpoint). */
export interface Endpoint {
  host: string;
  port: string;
}

/** What the workloads take from the operator itself. */
export interface Rendering {
  readonly endpoint: Endpoint;
  /** Such as `v3.31.2`. */
  readonly release: string;
  /** The operator's own, which calico-node takes over (core_controller.go, defaultDNSPolicy). */
  readonly dnsPolicy: string;
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
export function calicoNode(spec: InstallationSpec, { endpoint, release, dnsPolicy }: Rendering): KubeObject {
  const calicoCni = spec.cni?.type === "Calico";
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
          dnsPolicy,
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
            ...(calicoCni ? [installCni(spec, endpoint, release)] : []),
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
                { name: "NO_DEFAULT_POOLS", value: "true" },
                { name: "CALICO_MANAGE_CNI", value: String(calicoCni) },
                { name: "CALICO_NETWORKING_BACKEND", value: backend(spec, bgp) },
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
            ...(calicoCni ? cniVolumes : []),
          ],
        },
      },
    },
  };
}

/** nodeEnvVars: BIRD only with BGP; a network that is not Calico's has no backend. */
function backend({ cni }: InstallationSpec, bgp: boolean): string {
  if (bgp) return "bird";
  return cni?.type === "Calico" && cni.ipam?.type !== "HostLocal" ? "vxlan" : "none";
}

const cniVolumes = [
  hostPath("cni-bin-dir", "/opt/cni/bin", "DirectoryOrCreate"),
  hostPath("cni-net-dir", "/etc/cni/net.d"),
  hostPath("cni-log-dir", "/var/log/calico/cni"),
];

/** cniContainer: puts Calico's CNI plugin and its configuration on the node. */
const installCni = (spec: InstallationSpec, endpoint: Endpoint, release: string) => ({
  name: "install-cni",
  image: image(spec, "cni", release),
  command: ["/opt/cni/bin/install"],
  env: [
    { name: "CNI_CONF_NAME", value: "10-calico.conflist" },
    { name: "SLEEP", value: "false" },
    { name: "CNI_NET_DIR", value: "/etc/cni/net.d" },
    { name: "CNI_NETWORK_CONFIG", valueFrom: { configMapKeyRef: { name: "cni-config", key: "config" } } },
    ...endpointEnv(endpoint),
  ],
  securityContext: { privileged: true },
  volumeMounts: [
    { name: "cni-bin-dir", mountPath: "/host/opt/cni/bin" },
    { name: "cni-net-dir", mountPath: "/host/etc/cni/net.d" },
  ],
});

/** nodeCNIConfigMap: the configuration that install-cni writes; none where the network is not Calico's. */
export function cniConfig(spec: InstallationSpec, { host, port }: Endpoint): KubeObject | undefined {
  if (spec.cni?.type !== "Calico") return undefined;
  const plugin = {
    type: "calico",
    datastore_type: "kubernetes",
    // 0 = found out on the node.
    mtu: spec.calicoNetwork?.mtu ?? 0,
    ipam: { type: spec.cni.ipam?.type === "HostLocal" ? "host-local" : "calico-ipam" },
    policy: { type: "k8s" },
    kubernetes: {
      kubeconfig: "__KUBECONFIG_FILEPATH__",
      ...(host && port ? { k8s_api_root: `https://${host}:${port}` } : {}),
    },
  };
  const portmap = { type: "portmap", snat: true, capabilities: { portMappings: true } };
  const plugins = spec.calicoNetwork?.hostPorts === "Enabled" ? [plugin, portmap] : [plugin];
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cni-config", namespace },
    data: { config: JSON.stringify({ name: "k8s-pod-network", cniVersion: "0.3.1", plugins }) },
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

interface Placement {
  hostNetwork?: boolean;
  tolerations: object[];
}

function deployment(name: string, image: string, replicas: number, env: object[], placement: Placement) {
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
          ...placement,
          containers: [{ name, image, env }],
        },
      },
    },
  };
}

/** Deployments; typha's number by pkg/common/autoscale.go, GetExpectedTyphaScale. */
export function deployments(
  spec: InstallationSpec,
  { endpoint, release }: Rendering,
  nodes: number,
): KubeObject[] {
  const typhas = nodes <= 2 ? 1 : nodes <= 4 ? 2 : Math.max(3, Math.floor(nodes / 200) + 2);
  const given = (spec.controlPlaneTolerations ?? []) as object[];
  const env = endpointEnv(endpoint);
  return [
    deployment("calico-typha", image(spec, "typha", release), typhas, env, {
      hostNetwork: true,
      tolerations: given.length > 0 ? given : everywhere,
    }),
    // On the pod network, so it waits for nodes that are ready (rmeta.TolerateCriticalAddonsAndControlPlane).
    deployment("calico-kube-controllers", image(spec, "kube-controllers", release), 1, env, {
      tolerations: [
        ...given,
        { key: "node-role.kubernetes.io/master", effect: "NoSchedule" },
        { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
        { key: "CriticalAddonsOnly", operator: "Exists" },
      ],
    }),
  ];
}
