// What the archive has of the cluster, as data. Secrets are not among it: nobody needs a right to read them.
import { calicoApis } from "../../components/layers/calicoApi";
import { groupOf, lists, objects, type Read } from "../status/reads";

const list = (api: string, resource: string, namespace?: string): Read => ({ api, resource, namespace });

export const operatorPods = list("v1", "pods", "tigera-operator");

export const reads: Read[] = [
  list("operator.tigera.io/v1", "installations"),
  list("operator.tigera.io/v1", "tigerastatuses"),
  // Those of single nodes too. Calico's own resources are in one of two APIs.
  ...calicoApis.flatMap((api) => [list(api, "felixconfigurations"), list(api, "ippools")]),
  lists.nodes,
  objects.operator,
  operatorPods,
  objects.endpoint,
  objects.calicoNode,
  lists.calicoPods,
  objects.kubeProxy,
  lists.kubeProxyPods,
  objects.witness,
  lists.witnessPods,
  ...["calico-system", "tigera-operator", "kube-system"].map((namespace) => list("v1", "events", namespace)),
];

/** The rights for the logs; which ones are read depends on the pods. */
export const logRights = ["calico-system", "tigera-operator"].map((namespace): Read => ({
  api: "v1",
  resource: "pods/log",
  namespace,
  verb: "get",
}));

/** Such as `calico-system/daemonsets-calico-node.yaml` and `cluster/ippools.crd.projectcalico.org.yaml`. */
export function fileOf({ api, resource, namespace, name, labels }: Read): string {
  if (namespace === undefined) {
    return `cluster/${[resource, groupOf(api)].filter(Boolean).join(".")}.yaml`;
  }
  const which = name ?? labels?.split("=")[1];
  return `${namespace}/${resource}${which === undefined ? "" : `-${which}`}.yaml`;
}
