// One round of the operator's installation controller: tigera/operator v1.40.2
// pkg/controller/installation/core_controller.go, Reconcile, in the same order.
import { type Api, collectionOf, type KubeObject } from "../controlPlane/api";
import { ownedBy, prepareAccess } from "./access";
import { fillDefaults, type InstallationSpec } from "./defaults";
import { bpfUpdate, Degraded, felixDefaults } from "./felix";
import { activePools, makePools, poolDefaults, poolError } from "./ipPools";
import { namespace, type Rendering, workloads } from "./render";
import { controllerFinalizer, operatorFinalizer, tearDown } from "./tearDown";
import { invalid } from "./validate";

export const installationUrl = "/apis/operator.tigera.io/v1/installations/default";
const felixConfigurations = "/apis/crd.projectcalico.org/v1/felixconfigurations";

/**
 * What the operator keeps in its memory between two rounds. The endpoint begins as its own environment, which the
 * kubelet fills with the Service's address. A deleted ConfigMap does not reset it (pkg/controller/utils,
 * PopulateK8sServiceEndPoint ignores "not found").
 */
export type Memory = { -readonly [name in keyof Rendering]: Rendering[name] };

export interface Round {
  /** Undefined = there is no Installation. */
  readonly installation: KubeObject | undefined;
  /** True = the round wrote something other than a status. */
  readonly wrote: boolean;
  /** What is wrong with the IP pools, which is not the Installation's own affair; undefined = nothing. */
  readonly pools?: Degraded;
}

/** @throws Degraded where the operator would call itself so */
export async function reconcile(api: Api, memory: Memory): Promise<Round> {
  let installation = await api.get(installationUrl);
  if (!installation) return { installation, wrote: false };
  if (installation.metadata.deletionTimestamp)
    return { installation, wrote: await tearDown(api, installationUrl, installation) };

  const generation = installation.metadata.generation;
  const before = await api.get(`/apis/apps/v1/namespaces/${namespace}/daemonsets/calico-node`);
  const poolsBefore = await activePools(api);
  const spec = fillDefaults(installation.spec, poolsBefore);
  const wrong = invalid(spec);
  if (wrong) throw new Degraded("InvalidConfigurationError", "Invalid Installation provided", wrong);
  installation = await writeDefaults(api, installation, spec);

  const pools = await ipPools(api, installation, spec, poolsBefore);
  installation = pools.installation;
  const needsPools = spec.cni.type === "Calico" || spec.calicoNetwork.ipPools?.length > 0;
  // Also when they have just been made: the next round looks at what has been defaulted then.
  if (needsPools && poolsBefore.length === 0) {
    const what = "waiting for enabled IP pools to be created";
    throw new Degraded("ResourceNotFound", what, "", pools.degraded);
  }

  const map = await api.get("/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint");
  if (map) {
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = map.data ?? {};
    memory.endpoint = { host, port };
  }

  const felix = await patchFelix(api, (found) => felixDefaults(spec, found, before));
  if (!before) await prepareAccess(api, installation, spec);
  const nodes = (await api.list("/api/v1/nodes")).length;
  let wrote = installation.metadata.generation !== generation || pools.made || felix;
  for (const wanted of workloads(spec, memory, nodes)) {
    const current = wanted.kind === "DaemonSet" ? before : undefined;
    wrote = (await createOrUpdate(api, wanted, installation, current)) || wrote;
  }

  const enabled = await patchFelix(api, (found) => bpfUpdate(spec, found, before));
  return { installation, wrote: wrote || enabled, pools: pools.degraded };
}

/** "A poor-man's defaulting": the defaults and the finalizers, written back in one patch where they are not there. */
async function writeDefaults(
  api: Api,
  installation: KubeObject,
  spec: InstallationSpec,
): Promise<KubeObject> {
  const { finalizers = [], resourceVersion } = installation.metadata;
  const missing = [operatorFinalizer, controllerFinalizer].filter((name) => !finalizers.includes(name));
  if (JSON.stringify(spec) === JSON.stringify(installation.spec) && missing.length === 0) return installation;
  const metadata = { finalizers: [...finalizers, ...missing], resourceVersion };
  return api.patch(installationUrl, "merge", { metadata, spec });
}

/** The pool controller's round: its own defaults in a patch of their own, then the pools. Its errors are not ours. */
async function ipPools(
  api: Api,
  installation: KubeObject,
  spec: InstallationSpec,
  inCluster: readonly KubeObject[],
): Promise<{ installation: KubeObject; made: boolean; degraded?: Degraded }> {
  const filled = poolDefaults(spec, inCluster);
  if (!filled) return { installation, made: false };
  spec.calicoNetwork = { ...spec.calicoNetwork, ipPools: filled };
  try {
    const wrong = poolError(spec);
    if (wrong)
      throw new Degraded("InvalidConfigurationError", "error validating IP pool configuration", wrong);
    if (JSON.stringify(filled) !== JSON.stringify(installation.spec.calicoNetwork?.ipPools)) {
      const patch = { spec: { calicoNetwork: { ipPools: filled } } };
      installation = await api.patch(installationUrl, "merge", patch);
    }
    return { installation, made: await makePools(api, spec, inCluster) };
  } catch (error) {
    if (!(error instanceof Degraded)) throw error;
    return { installation, made: false, degraded: error };
  }
}

/** PatchFelixConfiguration: a merge patch of what `change` returns, a create where there is none yet. */
async function patchFelix(api: Api, change: (felix: KubeObject) => object | undefined): Promise<boolean> {
  const url = `${felixConfigurations}/default`;
  const found = await api.get(url);
  const none = {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "FelixConfiguration",
    metadata: { name: "default" },
  };
  const patch: any = change(found ?? { ...none, spec: {} });
  if (!patch) return false;
  if (found) await api.patch(url, "merge", patch);
  else
    await api.create(felixConfigurations, {
      ...none,
      ...patch,
      metadata: { ...none.metadata, ...patch.metadata },
    });
  return true;
}

/**
 * pkg/controller/utils/component.go, createOrUpdateObject and mergeState: a full update with the wanted spec, that keeps
 * the labels and annotations others have set. True = something changed (the API server keeps the version otherwise).
 */
async function createOrUpdate(
  api: Api,
  wanted: KubeObject,
  owner: KubeObject,
  known: KubeObject | undefined,
): Promise<boolean> {
  const collection = collectionOf(wanted);
  const url = `${collection}/${wanted.metadata.name}`;
  const current = known ?? (await api.get(url));
  const { resourceVersion, labels, annotations } = current?.metadata ?? {};
  const object = {
    ...wanted,
    metadata: {
      ...wanted.metadata,
      resourceVersion,
      ownerReferences: ownedBy(owner),
      labels: { ...labels, ...wanted.metadata.labels },
      annotations: { ...annotations, ...wanted.metadata.annotations },
    },
  };
  const written = await (current ? api.replace(url, object) : api.create(collection, object));
  return written.metadata.generation !== current?.metadata.generation;
}
