// The least rights that a command needs, made from what it reads.
import { dump } from "js-yaml";
import { allPods, groupOf, lists, objects, type Read } from "./reads";

/** @param verbs default: to read it */
export function rule(
  { api, resource, name, verb }: Read,
  verbs: string[] = [verb ?? (name === undefined ? "list" : "get")],
) {
  return {
    apiGroups: [groupOf(api)],
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
  const rulesIn = (place?: string) =>
    reads.filter(({ namespace }) => namespace === place).map((one) => rule(one));
  return namespaces.map((namespace) => role(command, rulesIn(namespace), namespace)).join("---\n");
}

/** One role, as YAML. @param namespace undefined = a ClusterRole */
export const role = (command: string, rules: object[], namespace?: string): string =>
  dump({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: { name: `aks-calico-ebpf-${command}`, ...(namespace === undefined ? {} : { namespace }) },
    rules,
  });
