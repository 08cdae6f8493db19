// One round of the operator's installation controller: tigera/operator v1.40.2
// pkg/controller/installation/core_controller.go, Reconcile, in the same order.
import type { CalicoApi } from "../controlPlane/cluster";
import { type Api, collectionOf, type KubeObject } from "../controlPlane/api";
import { accessObjects } from "./access";
import { fillDefaults, type InstallationSpec } from "./defaults";
import { bpfUpdate, Degraded, felixDefaults } from "./felix";
import { activePools, installationUrl } from "./ipPools";
import { namespace, type Rendering, workloads } from "./render";
import { operatorFinalizer, tearDown } from "./tearDown";
import { invalid } from "./validate";

/**
 * @param memory what the operator keeps between two rounds
 * @returns true = it wrote something other than the Installation or a status
 * @throws Degraded where the operator would call itself so
 */
export async function reconcile(api: Api, memory: Rendering): Promise<boolean> {
  const given = await api.get(installationUrl);
  if (given?.metadata.deletionTimestamp) await tearDown(api, given);
  if (!given || given.metadata.deletionTimestamp) return false;

  const before = await api.get(`/apis/apps/v1/namespaces/${namespace}/daemonsets/calico-node`);
  const pools = await activePools(api, memory.api);
  const spec = fillDefaults(given.spec, pools);
  const wrong = invalid(spec);
  if (wrong) throw new Degraded("InvalidConfigurationError", `Invalid Installation provided: ${wrong}`);
  const installation = await writeDefaults(api, given, spec);
  const needsPools = spec.cni.type === "Calico" || spec.calicoNetwork.ipPools?.length > 0;
  if (needsPools && pools.length === 0)
    throw new Degraded("ResourceNotFound", "waiting for enabled IP pools to be created: ");

  // A deleted one does not reset it (pkg/controller/utils, PopulateK8sServiceEndPoint ignores "not found").
  const map = await api.get("/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint");
  if (map) {
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = map.data ?? {};
    memory.endpoint = { host, port };
  }

  let wrote = await patchFelix(api, memory.api, (felix) => felixDefaults(spec, felix, before));
  for (const wanted of [...(before ? [] : accessObjects), ...workloads(spec, memory)])
    wrote = (await createOrUpdate(api, wanted, installation)) || wrote;
  return (await patchFelix(api, memory.api, (felix) => bpfUpdate(spec, felix, before))) || wrote;
}

/** "A poor-man's defaulting": the defaults and the finalizers, written back in one patch. */
function writeDefaults(api: Api, { metadata }: KubeObject, spec: InstallationSpec): Promise<KubeObject> {
  const { finalizers = [], resourceVersion } = metadata;
  const all = [...new Set([...finalizers, operatorFinalizer])];
  return api.patch(installationUrl, { metadata: { finalizers: all, resourceVersion }, spec });
}

/** PatchFelixConfiguration: a merge patch of what `change` returns. */
async function patchFelix(
  api: Api,
  apiVersion: CalicoApi,
  change: (felix: KubeObject) => object | undefined,
): Promise<boolean> {
  const none = { apiVersion, kind: "FelixConfiguration", metadata: { name: "default" }, spec: {} };
  const url = `${collectionOf(none)}/default`;
  const felix = (await api.get(url)) ?? (await api.create(collectionOf(none), none));
  const patch = change(felix);
  if (patch) await api.patch(url, patch);
  return patch !== undefined;
}

/**
 * pkg/controller/utils/component.go, createOrUpdateObject and mergeState: a full update with the wanted spec, that keeps
 * the labels and annotations others have set. Owned wholly: garbage collection takes the object away after the owner, and
 * a foreground deletion waits for it. True = something changed (the API server keeps the version otherwise).
 */
async function createOrUpdate(api: Api, wanted: KubeObject, owner: KubeObject): Promise<boolean> {
  const collection = collectionOf(wanted);
  const url = `${collection}/${wanted.metadata.name}`;
  const current = await api.get(url);
  const { resourceVersion, labels, annotations, deletionTimestamp }: any = current?.metadata ?? {};
  if (deletionTimestamp) throw new Error(`${url} is still being deleted`);
  const { apiVersion, kind, metadata } = owner;
  const { name, uid } = metadata;
  const object = {
    ...wanted,
    metadata: {
      ...wanted.metadata,
      resourceVersion,
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
      labels: { ...labels, ...wanted.metadata.labels },
      annotations,
    },
  };
  const written = await (current ? api.replace(url, object) : api.create(collection, object));
  return written.metadata.generation !== current?.metadata.generation;
}
