// The least rights that a command needs, made from what it reads.
import { dump } from "js-yaml";
import { allPods, lists, objects, type Read } from "./reads";

/** @param verbs default: to read it */
export function rule(
  { api, resource, name, verb }: Read,
  verbs: string[] = [verb ?? (name === undefined ? "list" : "get")],
) {
  const apiGroups = [api.includes("/") ? api.split("/")[0] : ""];
  return {
    apiGroups,
    resources: [resource],
    verbs,
    ...(name === undefined ? {} : { resourceNames: [name] }),
  };
}

/** @param probing with the right to ask the nodes themselves */
export const statusReads = (probing = false): Read[] => [
  ...Object.values(objects),
  ...Object.values(lists),
  allPods,
  ...(probing ? [{ api: "v1", resource: "nodes/proxy", verb: "get" } as const] : []),
];

/** As YAML for `kubectl apply`. */
export function rolesFor(command: string, needed: readonly Read[]): string {
  const reads = [...new Set(needed)];
  const namespaces = [...new Set(reads.map(({ namespace }) => namespace))];
  const made = namespaces.map((namespace) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: { name: `aks-calico-ebpf-${command}`, ...(namespace === undefined ? {} : { namespace }) },
    rules: reads.filter((one) => one.namespace === namespace).map((one) => rule(one)),
  }));
  return made.map((one) => dump(one)).join("---\n");
}
