// One round of the operator's installation controller: tigera/operator v1.40.2
// pkg/controller/installation/core_controller.go, Reconcile, in the same order.
import type { Api, KubeObject } from "../controlPlane/api";
import { ownedBy, prepareAccess } from "./access";
import { fillDefaults, type InstallationSpec } from "./defaults";
import { bpfUpdate, Degraded, felixDefaults } from "./felix";
import { activePools, makePools, poolDefaults, poolError } from "./ipPools";
import { calicoNode, cniConfig, deployments, type Endpoint, namespace, type Rendering } from "./render";
import { controllerFinalizer, operatorFinalizer, tearDown } from "./tearDown";
import { invalid } from "./validate";

export const installationUrl = "/apis/operator.tigera.io/v1/installations/default";
const felixConfigurations = "/apis/crd.projectcalico.org/v1/felixconfigurations";
const inNamespace = (kind: string) =>
  `/${kind === "ConfigMap" ? "api/v1" : "apis/apps/v1"}/namespaces/${namespace}/${kind.toLowerCase()}s`;

/** What the operator keeps in its memory between two rounds. */
export interface Memory {
  /** The Calico that it installs, such as `v3.31.2`; the real operator is built for one. */
  release: string;
  /**
   * Begins as the operator's own environment, which the kubelet fills with the Service's address. A deleted ConfigMap
   * does not reset it (pkg/controller/utils, PopulateK8sServiceEndPoint ignores "not found").
   */
  endpoint: Endpoint;
  /** The operator's own, which calico-node takes over. */
  dnsPolicy: string;
}

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
  const before = await api.get(`${inNamespace("DaemonSet")}/calico-node`);
  const poolsBefore = await activePools(api);
  const spec = fillDefaults(installation.spec as InstallationSpec, poolsBefore);
  const wrong = invalid(spec);
  if (wrong) throw new Degraded("InvalidConfigurationError", "Invalid Installation provided", wrong);
  installation = await writeDefaults(api, installation, spec);

  const pools = await ipPools(api, installation, spec, poolsBefore);
  installation = pools.installation;
  const needsPools = spec.cni?.type === "Calico" || Boolean(spec.calicoNetwork?.ipPools?.length);
  // Also when they have just been made: the next round looks at what has been defaulted then.
  if (needsPools && poolsBefore.length === 0) {
    const what = "waiting for enabled IP pools to be created";
    throw new Degraded("ResourceNotFound", what, "", pools.degraded);
  }

  const map = await api.get("/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint");
  if (map) {
    memory.endpoint = {
      host: map.data?.KUBERNETES_SERVICE_HOST ?? "",
      port: map.data?.KUBERNETES_SERVICE_PORT ?? "",
    };
  }

  const felix = await patchFelix(api, (found) => felixDefaults(spec, found, before));
  if (!before) await prepareAccess(api, installation, spec);
  const workloads = await render(api, spec, memory);
  let wrote = installation.metadata.generation !== generation || pools.made || felix;
  for (const wanted of workloads) {
    const current = wanted.kind === "DaemonSet" ? before : undefined;
    wrote = (await createOrUpdate(api, wanted, installation, current)) || wrote;
  }

  const enabled = await patchFelix(api, (found) => bpfUpdate(spec, found, before));
  return { installation, wrote: wrote || enabled, pools: pools.degraded };
}

async function render(api: Api, spec: InstallationSpec, memory: Rendering): Promise<KubeObject[]> {
  const nodes = (await api.list("/api/v1/nodes")).length;
  const config = cniConfig(spec, memory.endpoint);
  return [...(config ? [config] : []), calicoNode(spec, memory), ...deployments(spec, memory, nodes)];
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
  const wrong = poolError(spec);
  if (wrong) {
    const what = "error validating IP pool configuration";
    return {
      installation,
      made: false,
      degraded: new Degraded("InvalidConfigurationError", what, wrong),
    };
  }
  if (JSON.stringify(filled) !== JSON.stringify(installation.spec.calicoNetwork?.ipPools)) {
    const patch = { spec: { calicoNetwork: { ipPools: filled } } };
    installation = await api.patch(installationUrl, "merge", patch);
  }
  try {
    return { installation, made: await makePools(api, spec, inCluster) };
  } catch (error) {
    if (!(error instanceof Degraded)) throw error;
    return { installation, made: false, degraded: error };
  }
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
  const collection = inNamespace(wanted.kind!);
  const url = `${collection}/${wanted.metadata.name}`;
  const ownerReferences = ownedBy(owner);
  const current = known ?? (await api.get(url));
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
