// The least rights that `bench run` needs.
import { objects } from "../status/reads";
import { role as roleOf, rule } from "../status/role";

const core = (resource: string, ...verbs: string[]) => rule({ api: "v1", resource }, verbs);

/** Its namespace has no name yet, so they are rights in every namespace. As YAML for `kubectl apply`. */
export const role = (): string =>
  roleOf("bench", [
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
  ]);
