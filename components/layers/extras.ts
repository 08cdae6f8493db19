// After the gate: what the user wants beside the data plane.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import type { Calico } from "../calicoVersion";
import type { CalicoPlan } from "../validate/dataplane";
import { ourPrefix, timeoutAnnotations } from "./annotations";
import { declaredApi, inApi } from "./calicoApi";
import { declare, type LayerContext } from "./layer";

/**
 * Namespaces of Kubernetes, Calico and AKS's add-ons. They are the platform's to guard, and a cluster whose DNS,
 * tunnel or admission hooks are cut off cannot be mended from inside.
 */
const platformNamespaces = [
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "calico-system",
  "calico-apiserver",
  "tigera-operator",
  "gatekeeper-system",
  "app-routing-system",
  "aks-command",
  "azure-arc",
];

export function declareExtras(
  context: LayerContext,
  { restartWorkloads = [], metricsPort, defaultDeny }: CalicoPlan,
  calico: Calico,
  linuxDataplane: string,
  before: pulumi.Resource,
): pulumi.Resource[] {
  // Connections from before a switch go on as they were. An annotation of the pod template that names the data plane changes
  // with each switch, there and back, and each change is a roll-out, as with `kubectl rollout restart`.
  const restarted = { annotations: { [`${ourPrefix}/restarted-for`]: linuxDataplane } };
  const extras: pulumi.Resource[] = restartWorkloads.map(({ kind, namespace, name }) =>
    declare(context, `restart-${kind.toLowerCase()}-${namespace}-${name}`, CustomResourcePatch, before, {
      apiVersion: "apps/v1",
      kind,
      metadata: { name, namespace, annotations: timeoutAnnotations(context) },
      spec: { template: { metadata: restarted } },
    }),
  );
  if (metricsPort !== undefined) {
    // The headless Service of Calico's guide (tigera/docs, operations/monitor/monitor-component-metrics).
    const calicoNode = { "k8s-app": "calico-node" };
    const metadata = { name: "felix-metrics-svc", namespace: "calico-system", labels: calicoNode };
    const ports = [{ name: "metrics", port: metricsPort, targetPort: metricsPort }];
    const spec = { clusterIP: "None", selector: calicoNode, ports };
    extras.push(declare(context, "felix-metrics", Service, before, { metadata, spec }));
  }
  if (defaultDeny !== undefined) {
    const namespaceSelector = pulumi.output(defaultDeny.excludedNamespaces ?? []).apply((others) => {
      const names = [...new Set([...platformNamespaces, ...others])].map((name) => JSON.stringify(name));
      return `has(projectcalico.org/name) && projectcalico.org/name not in {${names.join(", ")}}`;
    });
    const dns = {
      namespaceSelector: 'projectcalico.org/name == "kube-system"',
      selector: 'k8s-app == "kube-dns"',
      ports: [53],
    };
    // The policy of Calico's guide (tigera/docs, network-policy/get-started/kubernetes-default-deny), without an order, so
    // that every policy with one comes before it. As it is stored in v1, where the name begins with the tier
    // (projectcalico/calico, libcalico-go/lib/clientv3/globalnetworkpolicy.go), which v3 allows; the field `tier` is younger
    // than the oldest Calico that we take, and its default is that tier (api/admission, tierlabel, for v3).
    const policy = {
      apiVersion: declaredApi,
      kind: "GlobalNetworkPolicy",
      metadata: { name: "default.default-deny" },
      spec: {
        namespaceSelector,
        types: ["Ingress", "Egress"],
        egress: ["UDP", "TCP"].map((protocol) => ({ action: "Allow", protocol, destination: dns })),
      },
    };
    const inItsApi = inApi(calico.apiVersion);
    extras.push(declare(context, "default-deny", CustomResource, before, policy, inItsApi));
  }
  return extras;
}
