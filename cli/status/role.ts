// The least rights that `status` needs, made from what it reads.
import { dump } from "js-yaml";
import { allPods, lists, objects, type Read } from "./reads";

const name = "aks-calico-ebpf-status";

/** @param verbs default: to read it */
export function rule({ api, resource, name: one }: Read, verbs = [one === undefined ? "list" : "get"]) {
  const apiGroups = [api.includes("/") ? api.split("/")[0] : ""];
  return { apiGroups, resources: [resource], verbs, ...(one === undefined ? {} : { resourceNames: [one] }) };
}

/** As YAML for `kubectl apply`. @param probing with the right to ask the nodes themselves */
export function roles(probing = false): string {
  const reads: Read[] = [...Object.values(objects), ...Object.values(lists), allPods];
  const namespaces = [...new Set(reads.map(({ namespace }) => namespace))];
  const made = namespaces.map((namespace) => {
    const rules: object[] = reads.filter((one) => one.namespace === namespace).map((one) => rule(one));
    if (namespace === undefined && probing)
      rules.push({ apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] });
    return {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: namespace === undefined ? "ClusterRole" : "Role",
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      rules,
    };
  });
  return made.map((one) => dump(one)).join("---\n");
}
