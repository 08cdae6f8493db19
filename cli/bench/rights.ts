// The least rights that `bench run` needs.
import { dump } from "js-yaml";
import { objects } from "../status/reads";
import { rule } from "../status/role";

/** Its namespace has no name yet, so they are rights in every namespace. As YAML for `kubectl apply`. */
export function role(): string {
  const core = (resource: string, ...verbs: string[]) => rule({ api: "v1", resource }, verbs);
  return dump({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "aks-calico-ebpf-bench" },
    rules: [
      core("nodes", "get", "list"),
      // kubelet's summary. It is a strong right; without it there are no CPU figures.
      core("nodes/proxy", "get"),
      core("namespaces", "create", "delete", "get", "list"),
      core("pods", "create", "list"),
      // By WebSocket it is a GET; the API server asks for `create` too from 1.35 on.
      core("pods/exec", "create", "get"),
      core("services", "create"),
      rule(objects.installation),
      rule(objects.calicoNode),
    ],
  });
}
