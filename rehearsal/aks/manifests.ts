// What AKS puts into a cluster, as its addon manager holds it. Sources, by part:
// - kube-proxy: tolerations, priority, 50 % unavailable, labels component and tier: Azure/aks-engine (AKS's forerunner)
//   parts/k8s/addons/kube-proxy.yaml; mode Reconcile: admiraltyio/admiralty#114; label managedby: azure-aks-docs,
//   user-assigned-managed-identity and others ("system pods with the kubernetes.azure.com/managedby: aks label"). The
//   forerunner's node selector (kubernetes.io/os) is gone: public output of `kubectl get` and `describe` on AKS 1.29 has
//   <none>, and the image and flags below. Inferred: that an affinity stands in its place, as on AKS's other DaemonSets
//   (tigera/operator#1048), `--kubeconfig` and `--detect-local-mode`.
// - Installation/default: projectcalico/node#1370 prints AKS's own manifest (its last-applied annotation)
// - tigera-operator's namespace and Deployment: projectcalico/calico manifests/tigera-operator.yaml
import type { ClusterSpec } from "../controlPlane/cluster";
import type { KubeObject } from "../controlPlane/api";

const reconcile = { "addonmanager.kubernetes.io/mode": "Reconcile" };
const managed = { ...reconcile, "kubernetes.azure.com/managedby": "aks" };

/** Only on nodes that AKS made, never on virtual ones. */
const azureNodes = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "kubernetes.azure.com/cluster", operator: "Exists" },
            { key: "type", operator: "NotIn", values: ["virtual-kubelet"] },
            { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
          ],
        },
      ],
    },
  },
};
const everywhere = [
  { key: "CriticalAddonsOnly", operator: "Exists" },
  { operator: "Exists", effect: "NoExecute" },
  { operator: "Exists", effect: "NoSchedule" },
];

function kubeProxyOf(version: string): KubeObject {
  const labels = { component: "kube-proxy", tier: "node" };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "kube-proxy", namespace: "kube-system", labels: { ...labels, ...managed } },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "50%" } },
      template: {
        metadata: { labels: { ...labels, "kubernetes.azure.com/managedby": "aks" } },
        spec: {
          affinity: azureNodes,
          hostNetwork: true,
          priorityClassName: "system-node-critical",
          tolerations: everywhere,
          containers: [
            {
              name: "kube-proxy",
              image: `mcr.microsoft.com/oss/kubernetes/kube-proxy:${version}`,
              command: [
                "kube-proxy",
                "--conntrack-max-per-core=0",
                "--metrics-bind-address=0.0.0.0:10249",
                "--kubeconfig=/var/lib/kubelet/kubeconfig",
                "--detect-local-mode=ClusterCIDR",
                "--v=3",
              ],
              resources: { requests: { cpu: "100m" } },
              securityContext: { privileged: true },
              volumeMounts: [{ name: "kubeconfig", mountPath: "/var/lib/kubelet", readOnly: true }],
            },
          ],
          volumes: [{ name: "kubeconfig", hostPath: { path: "/var/lib/kubelet" } }],
        },
      },
    },
  };
}

function coreDns(): KubeObject {
  const labels = { "k8s-app": "kube-dns" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace: "kube-system", labels: { ...labels, ...managed } },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, "kubernetes.azure.com/managedby": "aks" } },
        spec: {
          priorityClassName: "system-node-critical",
          // Not for nodes that are not ready: Azure/aks-engine parts/k8s/addons/coredns.yaml.
          tolerations: [
            { key: "node-role.kubernetes.io/master", effect: "NoSchedule" },
            { key: "CriticalAddonsOnly", operator: "Exists" },
          ],
          containers: [{ name: "coredns", image: "mcr.microsoft.com/oss/kubernetes/coredns:v1.12.1" }],
        },
      },
    },
  };
}

const operatorLabels = { "k8s-app": "tigera-operator" };

const managedCalico: KubeObject[] = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "tigera-operator", labels: { name: "tigera-operator", ...managed } },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "tigera-operator",
      namespace: "tigera-operator",
      labels: { ...operatorLabels, ...managed },
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: { name: "tigera-operator" } },
      template: {
        metadata: { labels: { name: "tigera-operator", ...operatorLabels } },
        spec: {
          affinity: azureNodes,
          hostNetwork: true,
          dnsPolicy: "ClusterFirstWithHostNet",
          tolerations: everywhere,
          containers: [
            {
              name: "tigera-operator",
              image: "mcr.microsoft.com/oss/v2/tigera/operator:v1.40.2",
              command: ["operator"],
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "operator.tigera.io/v1",
    kind: "Installation",
    metadata: { name: "default", labels: reconcile },
    spec: {
      kubernetesProvider: "AKS",
      registry: "mcr.microsoft.com/",
      imagePath: "oss/calico",
      imagePullSecrets: [],
      calicoNetwork: { bgp: "Disabled", ipPools: [], nodeAddressAutodetectionV4: { canReach: "1.1.1.1" } },
      controlPlaneTolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
      typhaAffinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              preference: {
                matchExpressions: [{ key: "kubernetes.azure.com/mode", operator: "In", values: ["system"] }],
              },
            },
          ],
        },
      },
    },
  },
];

/** The manifests, in the order in which they can be applied. */
export function addons(version: string, { calico, kubeProxy = true }: ClusterSpec): KubeObject[] {
  return [...(kubeProxy ? [kubeProxyOf(version)] : []), coreDns(), ...(calico ? managedCalico : [])];
}
