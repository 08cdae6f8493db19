// What the chart tigera-operator puts into a cluster, as far as the stand-in looks at it.
import { calicoCrds, installCrds } from "../../rehearsal/aks/crds";
import type { Api } from "../../rehearsal/controlPlane/api";

export const urls = {
  installations: "/apis/operator.tigera.io/v1/installations",
  operator: "/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator",
  ipPoolStatus: "/apis/operator.tigera.io/v1/tigerastatuses/ippools",
  pool: "/apis/crd.projectcalico.org/v1/ippools/default-ipv4-ippool",
  cniConfig: "/api/v1/namespaces/calico-system/configmaps/cni-config",
  binding: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/calico-node",
  coreDns: "/apis/apps/v1/namespaces/kube-system/deployments/coredns",
};

/** The CRDs, the namespace and the operator's Deployment (charts/tigera-operator of Calico 3.28.5). */
export async function installChart(
  api: Api,
  {
    replicas = 1,
    image = "quay.io/tigera/operator:v1.34.13",
    annotations = {} as Record<string, string>,
  } = {},
): Promise<void> {
  await installCrds(api, await calicoCrds(() => undefined, "3.32.2"));
  await api.ensure("/api/v1/namespaces", { metadata: { name: "tigera-operator" } });
  const labels = { "k8s-app": "tigera-operator", name: "tigera-operator" };
  await api.create(urls.operator.replace(/\/[^/]+$/, ""), {
    metadata: { name: "tigera-operator", labels },
    spec: {
      replicas,
      selector: { matchLabels: { name: "tigera-operator" } },
      template: {
        metadata: { labels, annotations },
        spec: {
          hostNetwork: true,
          dnsPolicy: "ClusterFirstWithHostNet",
          tolerations: [
            { effect: "NoExecute", operator: "Exists" },
            { effect: "NoSchedule", operator: "Exists" },
          ],
          containers: [{ name: "tigera-operator", image }],
        },
      },
    },
  });
}

export const installation = (spec: object) => ({
  apiVersion: "operator.tigera.io/v1",
  kind: "Installation",
  metadata: { name: "default" },
  spec: { kubernetesProvider: "AKS", ...spec },
});
