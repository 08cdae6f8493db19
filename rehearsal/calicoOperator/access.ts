// What the operator makes first, once for an Installation: the namespace, and the accounts and roles of calico-node and
// its CNI plugin. A finalizer protects these: pods of the pod network need them to be torn down (tigera/operator v1.40.2
// pkg/render/node.go, CNIPluginFinalizedObjects; pkg/render/namespaces.go).
import type { Api, KubeObject } from "../controlPlane/api";
import type { InstallationSpec } from "./defaults";
import { namespace } from "./render";

/** pkg/render/node.go, CNIFinalizer. */
const cniFinalizer = "tigera.io/cni-protector";

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const collections = {
  namespaces: "/api/v1/namespaces",
  serviceAccounts: `/api/v1/namespaces/${namespace}/serviceaccounts`,
  clusterRoles: `${rbac}/clusterroles`,
  clusterRoleBindings: `${rbac}/clusterrolebindings`,
};

const protectedNames = ["calico-node", "calico-cni-plugin"];
const protectedUrls = protectedNames.flatMap((name) =>
  [collections.serviceAccounts, collections.clusterRoleBindings, collections.clusterRoles].map(
    (collection) => `${collection}/${name}`,
  ),
);

/** Owned wholly: garbage collection takes it away after the owner, and a foreground deletion waits for it. */
export const ownedBy = ({ apiVersion, kind, metadata }: KubeObject) => [
  {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  },
];

function protectedObjects(name: string): [string, KubeObject][] {
  const metadata = { name, finalizers: [cniFinalizer] };
  const apiGroup = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    [
      collections.serviceAccounts,
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, namespace } },
    ],
    // The rules are left out: nobody acts by them here.
    [collections.clusterRoles, { apiVersion: `${apiGroup}/v1`, kind: "ClusterRole", metadata, rules: [] }],
    [
      collections.clusterRoleBindings,
      {
        apiVersion: `${apiGroup}/v1`,
        kind: "ClusterRoleBinding",
        metadata,
        roleRef: { apiGroup, kind: "ClusterRole", name },
        subjects,
      },
    ],
  ];
}

/** Makes what is not there yet, and makes the Installation the owner of what an earlier one has left. */
export async function prepareAccess(
  api: Api,
  installation: KubeObject,
  spec: InstallationSpec,
): Promise<void> {
  const ownerReferences = ownedBy(installation);
  const ensure = async (collection: string, object: KubeObject) => {
    const url = `${collection}/${object.metadata.name}`;
    const known = await api.get(url);
    const metadata = { ...object.metadata, ownerReferences };
    if (!known) await api.create(collection, { ...object, metadata });
    else if (known.metadata.deletionTimestamp) throw new Error(`${url} is still being deleted`);
    else await api.patch(url, "merge", { metadata });
  };
  await ensure(collections.namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      labels: {
        name: namespace,
        "pod-security.kubernetes.io/enforce": "privileged",
        "pod-security.kubernetes.io/enforce-version": "latest",
        // Keeps Azure Policy away.
        ...(spec.kubernetesProvider === "AKS" ? { "control-plane": "true" } : {}),
      },
    },
  });
  const account = (name: string): [string, KubeObject] => [
    collections.serviceAccounts,
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
  ];
  const objects = [
    ...protectedNames.flatMap(protectedObjects),
    account("calico-typha"),
    account("calico-kube-controllers"),
  ];
  await Promise.all(objects.map(([collection, object]) => ensure(collection, object)));
}

/** True while the finalizer holds calico-node's role binding, the one that the operator looks at. */
export async function isProtected(api: Api): Promise<boolean> {
  const binding = await api.get(`${collections.clusterRoleBindings}/calico-node`);
  return Boolean(binding?.metadata.finalizers?.includes(cniFinalizer));
}

/** Takes the finalizer off all of them. */
export async function liftProtection(api: Api): Promise<void> {
  await Promise.all(
    protectedUrls.map(async (url) => {
      const object = await api.get(url);
      if (!object?.metadata.finalizers?.includes(cniFinalizer)) return;
      const finalizers = object.metadata.finalizers.filter((name: string) => name !== cniFinalizer);
      await api.patch(url, "merge", { metadata: { finalizers } });
    }),
  );
}
