// One round of the operator's installation controller: tigera/operator v1.40.2
// pkg/controller/installation/core_controller.go, Reconcile, in the same order.
import type { Api, KubeObject } from "../host/api";
import { fillDefaults, type InstallationSpec } from "./defaults";
import { bpfUpdate, felixDefaults } from "./felix";
import { calicoNode, deployments, type Endpoint, namespace } from "./render";

const installations = "/apis/operator.tigera.io/v1/installations";
const felixConfigurations = "/apis/crd.projectcalico.org/v1/felixconfigurations";
const apps = `/apis/apps/v1/namespaces/${namespace}`;

/** pkg/render/finalizers.go. */
const finalizers = ["tigera.io/operator-cleanup", "operator.tigera.io/installation-controller"];

/** What the operator keeps in its memory between two rounds. */
export interface Memory {
  /** The Calico that it installs, such as `v3.31.2`; the real operator is built for one. */
  readonly release: string;
  /**
   * Begins as the operator's own environment, which the kubelet fills with the Service's address. A deleted ConfigMap
   * does not reset it (pkg/controller/utils, PopulateK8sServiceEndPoint ignores "not found").
   */
  endpoint: Endpoint;
}

export interface Round {
  /** Undefined = there is no Installation. */
  readonly installation: KubeObject | undefined;
  /** True = the round wrote something other than a status. */
  readonly wrote: boolean;
}

/** @throws Degraded where the operator would call itself so */
export async function reconcile(api: Api, memory: Memory): Promise<Round> {
  let installation = await api.get(`${installations}/default`);
  if (!installation) return { installation, wrote: false };
  if (installation.metadata.deletionTimestamp) return tearDown(api, installation);

  let wrote = false;
  const before = await api.get(`${apps}/daemonsets/calico-node`);
  const given = installation.spec as InstallationSpec;
  const spec = fillDefaults(given);
  const missing = finalizers.filter((name) => !installation!.metadata.finalizers?.includes(name));
  if (JSON.stringify(spec) !== JSON.stringify(given) || missing.length > 0) {
    const generation = installation.metadata.generation;
    installation = await api.patch(`${installations}/default`, "merge", {
      metadata: {
        finalizers: [...(installation.metadata.finalizers ?? []), ...missing],
        resourceVersion: installation.metadata.resourceVersion,
      },
      spec,
    });
    wrote = installation.metadata.generation !== generation;
  }

  const map = await api.get("/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint");
  if (map) {
    memory.endpoint = {
      host: map.data?.KUBERNETES_SERVICE_HOST ?? "",
      port: map.data?.KUBERNETES_SERVICE_PORT ?? "",
    };
  }

  const felix = await patchFelix(api, (found) => felixDefaults(spec, found, before));
  if (!before) await prepareNamespace(api);
  const nodes = (await api.list("/api/v1/nodes")).length;
  const { endpoint, release } = memory;
  const workloads = [calicoNode(spec, endpoint, release), ...deployments(spec, endpoint, nodes, release)];
  for (const wanted of workloads) {
    wrote = (await createOrUpdate(api, wanted, installation, before)) || wrote;
  }

  const enabled = await patchFelix(api, (found) => bpfUpdate(spec, found, before));
  return { installation, wrote: wrote || felix || enabled };
}

/** PatchFelixConfiguration: a merge patch of what `change` returns, a create where there is none yet. */
async function patchFelix(api: Api, change: (felix: KubeObject) => object | undefined): Promise<boolean> {
  const found = await api.get(`${felixConfigurations}/default`);
  const patch = change(found ?? { metadata: { name: "default" }, spec: {} });
  if (!patch) return false;
  if (found) {
    await api.patch(`${felixConfigurations}/default`, "merge", patch);
  } else {
    const { metadata, ...rest } = patch as { metadata?: object };
    await api.create(felixConfigurations, {
      apiVersion: "crd.projectcalico.org/v1",
      kind: "FelixConfiguration",
      metadata: { name: "default", ...metadata },
      ...rest,
    });
  }
  return true;
}

async function prepareNamespace(api: Api): Promise<void> {
  await api.ensure("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { name: namespace } },
  });
  await Promise.all(
    ["calico-node", "calico-typha", "calico-kube-controllers"].map((name) =>
      api.ensure(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace },
      }),
    ),
  );
}

/**
 * pkg/controller/utils/component.go, createOrUpdateObject and mergeState: a full update with the wanted spec, that keeps
 * the labels and annotations others have set. True = something changed (the API server keeps the version otherwise).
 */
async function createOrUpdate(
  api: Api,
  wanted: KubeObject,
  owner: KubeObject,
  calicoNodeBefore: KubeObject | undefined,
): Promise<boolean> {
  const collection = `${apps}/${wanted.kind === "DaemonSet" ? "daemonsets" : "deployments"}`;
  const url = `${collection}/${wanted.metadata.name}`;
  const { uid, name } = owner.metadata;
  const ownerReferences = [
    { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true },
  ];
  const current = wanted.kind === "DaemonSet" ? calicoNodeBefore : await api.get(url);
  if (!current) {
    await api.create(collection, { ...wanted, metadata: { ...wanted.metadata, ownerReferences } });
    return true;
  }
  const { resourceVersion, labels, annotations } = current.metadata;
  const updated = await api.replace(url, {
    ...wanted,
    metadata: {
      ...wanted.metadata,
      resourceVersion,
      ownerReferences,
      labels: { ...labels, ...wanted.metadata.labels },
      annotations: { ...annotations, ...wanted.metadata.annotations },
    },
  });
  return updated.metadata.generation !== current.metadata.generation;
}

/** The Installation is being deleted: the workloads go first, then the finalizers that hold it. */
async function tearDown(api: Api, installation: KubeObject): Promise<Round> {
  await api.delete(`${apps}/deployments/calico-kube-controllers`, { propagationPolicy: "Background" });
  await api.delete(`${apps}/deployments/calico-typha`, { propagationPolicy: "Background" });
  await api.delete(`${apps}/daemonsets/calico-node`, { propagationPolicy: "Background" });
  const others = ((installation.metadata.finalizers ?? []) as string[]).filter(
    (name) => !finalizers.includes(name),
  );
  await api.patch(`${installations}/default`, "merge", { metadata: { finalizers: others } });
  return { installation: undefined, wrote: true };
}
