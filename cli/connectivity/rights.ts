// The rights that `connectivity` needs, as data: it asks for them before it makes anything, and `--role` prints them.
import { type CalicoApi, calicoApis } from "../../components/layers/calicoApi";
import type { Cluster } from "../cluster";
import { Ended, exit } from "../exit";
import { groupOf } from "../status/reads";
import { role as roleOf, rule } from "../status/role";

interface Right {
  api: string;
  resource: string;
  verbs: string[];
  /** Only this one. */
  name?: string;
}

const policies = (api: CalicoApi): Right => ({ api, resource: "networkpolicies", verbs: ["create"] });

// Its namespace has no name yet, so they are rights in every namespace.
const rights: Right[] = [
  { api: "v1", resource: "nodes", verbs: ["list"] },
  { api: "v1", resource: "namespaces", verbs: ["create", "delete", "get", "list"] },
  { api: "v1", resource: "pods", verbs: ["create", "list"] },
  // By WebSocket it is a GET; the API server asks for `create` too from 1.35 on.
  { api: "v1", resource: "pods/exec", verbs: ["create", "get"] },
  { api: "v1", resource: "services", verbs: ["create", "get"] },
  { api: "apps/v1", resource: "daemonsets", verbs: ["get"], name: "calico-node" },
];

async function isMissing(cluster: Cluster, { api, resource: whole, name }: Right, verb: string) {
  const [resource, subresource] = whole.split("/");
  const namespace = name === undefined ? undefined : "calico-system";
  const resourceAttributes = { group: groupOf(api), resource, subresource, verb, name, namespace };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" };
  const url = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  return !(await cluster.post(url, { ...review, spec: { resourceAttributes } })).status.allowed;
}

/** @throws Ended naming every right that is missing */
export async function checkRights(cluster: Cluster, api: CalicoApi | undefined): Promise<void> {
  const wanted = api === undefined ? rights : [...rights, policies(api)];
  const asked = wanted.flatMap((right) => right.verbs.map((verb) => ({ right, verb })));
  const answers = await Promise.all(asked.map(({ right, verb }) => isMissing(cluster, right, verb)));
  const missing = asked.filter((_, index) => answers[index]);
  if (missing.length === 0) return;
  const words = missing.map(({ right, verb }) => `${verb} ${right.resource}`).join(", ");
  throw new Ended(
    `these rights are missing, so nothing was made: ${words}`,
    "`aks-calico-ebpf connectivity --role` prints all that it needs, for an administrator's `kubectl apply -f -`",
    exit.failed,
  );
}

/** The least rights, as YAML for `kubectl apply`. */
export const role = (): string =>
  roleOf(
    "connectivity",
    [...rights, ...calicoApis.map(policies)].map((right) => rule(right, right.verbs)),
  );
