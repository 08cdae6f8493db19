// What the operator makes first, once for an Installation: the namespace, and the accounts and roles of calico-node and
// its CNI plugin. A finalizer protects these: pods of the pod network need them to be torn down (tigera/operator v1.40.2
// pkg/render/node.go, CNIPluginFinalizedObjects; pkg/render/namespaces.go).
import { type Api, collectionOf, type KubeObject } from "../controlPlane/api";
import { namespace } from "./render";

/** pkg/render/node.go, CNIFinalizer. */
const cniFinalizer = "tigera.io/cni-protector";

const protectedObjects = ["calico-node", "calico-cni-plugin"].flatMap((name): KubeObject[] => {
  const metadata = { name, finalizers: [cniFinalizer] };
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const roleRef = { apiGroup, kind: "ClusterRole", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, namespace } },
    // The rules are left out: nobody acts by them here.
    { apiVersion, kind: "ClusterRole", metadata, rules: [] },
    { apiVersion, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
  ];
});

export const accessObjects: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  ...protectedObjects,
];

/** Takes the finalizer off. */
export async function liftProtection(api: Api): Promise<void> {
  for (const one of protectedObjects) {
    const url = `${collectionOf(one)}/${one.metadata.name}`;
    const finalizers: string[] = (await api.get(url))?.metadata.finalizers ?? [];
    const others = finalizers.filter((name) => name !== cniFinalizer);
    if (others.length < finalizers.length)
      await api.patch(url, "merge", { metadata: { finalizers: others } });
  }
}
