// After the gate: nothing but DNS, until a policy allows it.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import type { Calico } from "../calicoVersion";
import type { DefaultDenyArgs } from "../dataplaneArgs";
import { declaredApi, inApi } from "./calicoApi";
import { declare, type Dependency, type LayerContext } from "./layer";

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

/**
 * The policy of Calico's guide (tigera/docs, network-policy/get-started/kubernetes-default-deny), without an order, so
 * that every policy with one comes before it. As it is stored in v1, where the name begins with the tier
 * (projectcalico/calico, libcalico-go/lib/clientv3/globalnetworkpolicy.go), which v3 allows; the field `tier` is younger
 * than the oldest Calico that we take, and its default is that tier (api/admission, tierlabel, for v3).
 */
export function defaultDeny(
  context: LayerContext,
  calico: Calico,
  { excludedNamespaces = [] }: DefaultDenyArgs,
  before: Dependency,
): CustomResource {
  const namespaceSelector = pulumi.output(excludedNamespaces).apply((others) => {
    const names = [...new Set([...platformNamespaces, ...others])].map((name) => JSON.stringify(name));
    return `has(projectcalico.org/name) && projectcalico.org/name not in {${names.join(", ")}}`;
  });
  const dns = {
    namespaceSelector: 'projectcalico.org/name == "kube-system"',
    selector: 'k8s-app == "kube-dns"',
    ports: [53],
  };
  return declare(
    context,
    "default-deny",
    CustomResource,
    before,
    {
      apiVersion: declaredApi,
      kind: "GlobalNetworkPolicy",
      metadata: { name: "default.default-deny" },
      spec: {
        namespaceSelector,
        types: ["Ingress", "Egress"],
        egress: ["UDP", "TCP"].map((protocol) => ({ action: "Allow", protocol, destination: dns })),
      },
    },
    inApi(calico.apiVersion),
  );
}
