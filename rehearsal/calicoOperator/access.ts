// What the operator makes first, once for an Installation: the namespace, and calico-node's account and its role's
// binding. A finalizer protects these: pods of the pod network need them to be torn down (tigera/operator v1.40.2
// pkg/render/node.go, CNIPluginFinalizedObjects; pkg/render/namespaces.go). Left out: the role, by which nobody acts
// here, and the same of the CNI plugin.
import { type Api, collectionOf, type KubeObject } from "../controlPlane/api";
import { namespace } from "./render";

/** pkg/render/node.go, CNIFinalizer. */
const cniFinalizer = "tigera.io/cni-protector";

const name = "calico-node";
const metadata = { name, finalizers: [cniFinalizer] };
const apiGroup = "rbac.authorization.k8s.io";
const roleRef = { apiGroup, kind: "ClusterRole", name };
const subjects = [{ kind: "ServiceAccount", name, namespace }];
const protectedObjects: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, namespace } },
  { apiVersion: `${apiGroup}/v1`, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
];

export const accessObjects: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  ...protectedObjects,
];

export async function liftProtection(api: Api): Promise<void> {
  for (const one of protectedObjects) {
    const url = `${collectionOf(one)}/${one.metadata.name}`;
    const finalizers: string[] = (await api.get(url))?.metadata.finalizers ?? [];
    const others = finalizers.filter((name) => name !== cniFinalizer);
    if (others.length < finalizers.length) await api.patch(url, { metadata: { finalizers: others } });
  }
}
