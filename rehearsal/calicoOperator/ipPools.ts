// The IP pools of an Installation: tigera/operator v1.40.2 pkg/controller/ippool (pool_controller.go, defaults.go,
// validation.go), a controller of its own with a status of its own. Left out: OpenShift, kubeadm, IPv6, pools
// that are not its own.
import { isDeepStrictEqual } from "node:util";
import type { CalicoApi } from "../controlPlane/cluster";
import { type Api, collectionOf, type KubeObject } from "../controlPlane/api";
import type { InstallationSpec } from "./defaults";
import { Degraded } from "./felix";

export const installationUrl = "/apis/operator.tigera.io/v1/installations/default";
type IpPool = Record<string, any>;

/** Those in the cluster that take part (GetActivePools). */
export async function activePools(api: Api, calicoApi: CalicoApi): Promise<KubeObject[]> {
  return (await api.list(`/apis/${calicoApi}/ippools`)).filter(({ spec }) => !spec.disabled);
}

/** fillDefaults; without `assignmentMode` and `disableNewAllocations`, which the installed CRDs (3.28) do not have. */
export function poolDefaults(spec: InstallationSpec, inCluster: readonly KubeObject[]): IpPool[] | undefined {
  const given: IpPool[] | undefined = spec.calicoNetwork?.ipPools;
  if (!given && inCluster.length > 0) return [];
  if (!given && spec.cni?.ipam?.type !== "Calico") return undefined;
  const pools: IpPool[] = given ?? [{ cidr: "192.168.0.0/16" }];
  const nameOf = ({ cidr }: IpPool) =>
    inCluster.find((known) => known.spec.cidr === cidr)?.metadata.name ??
    (pools.length === 1 ? "default-ipv4-ippool" : cidr.replace("/", "-"));
  return pools.map((pool) => ({
    ...pool,
    allowedUses: pool.allowedUses?.length ? pool.allowedUses : ["Workload", "Tunnel"],
    encapsulation: pool.encapsulation || (spec.cni?.type === "Calico" ? "IPIP" : "None"),
    natOutgoing: pool.natOutgoing || "Enabled",
    nodeSelector: pool.nodeSelector || "all()",
    blockSize: pool.blockSize ?? 26,
    name: pool.name || nameOf(pool),
  }));
}

/** ValidatePools, cut down to what one IPv4 pool can meet. */
export function poolError(spec: InstallationSpec): string | undefined {
  for (const { cidr, blockSize } of spec.calicoNetwork.ipPools as IpPool[]) {
    const bits = /^\d{1,3}(?:\.\d{1,3}){3}\/(\d{1,2})$/.exec(cidr)?.[1];
    if (bits === undefined && !cidr.includes(":"))
      return `IP pool CIDR (${cidr}) is invalid: invalid CIDR address: ${cidr}`;
    if (blockSize > 32 || blockSize < 20)
      return "IPv4 pool block size must be greater than 19 and less than or equal to 32";
    if (Number(bits) > blockSize)
      return "IP pool size is too small. It must be equal to or greater than the block size";
  }
  return undefined;
}

/** ToProjectCalico. */
function rendered(apiVersion: CalicoApi, { name, encapsulation, natOutgoing, ...pool }: IpPool): KubeObject {
  const mode = encapsulation.endsWith("CrossSubnet") ? "CrossSubnet" : "Always";
  const { cidr, blockSize, nodeSelector, allowedUses } = pool;
  return {
    apiVersion,
    kind: "IPPool",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "tigera-operator" } },
    spec: {
      ipipMode: encapsulation.startsWith("IPIP") ? mode : "Never",
      vxlanMode: encapsulation.startsWith("VXLAN") ? mode : "Never",
      natOutgoing: natOutgoing === "Enabled",
      ...{ cidr, blockSize, nodeSelector, allowedUses },
    },
  };
}

/**
 * A round of the controller: defaults in the Installation, then the pools, once: without Calico's own API server, which
 * does not run on AKS, the operator makes the first pools of a cluster and changes none. They have no owner, so they
 * outlive the Installation.
 * @returns true = it made some
 * @throws Degraded, for its own status
 */
export async function makePools(api: Api, calicoApi: CalicoApi): Promise<boolean> {
  const installation = await api.get(installationUrl);
  if (!installation || installation.metadata.deletionTimestamp) return false;
  const { spec, metadata } = installation;
  const inCluster = await activePools(api, calicoApi);
  const ipPools = poolDefaults(spec, inCluster);
  if (!ipPools) return false;
  const wrong = poolError({ ...spec, calicoNetwork: { ipPools } });
  if (wrong)
    throw new Degraded("InvalidConfigurationError", `error validating IP pool configuration: ${wrong}`);
  // A conflict where somebody has changed it meanwhile.
  const { resourceVersion } = metadata;
  const patch = { metadata: { resourceVersion }, spec: { calicoNetwork: { ipPools } } };
  await api.patch(installationUrl, patch);

  const wanted = ipPools.map((pool) => rendered(calicoApi, pool));
  if (inCluster.length === 0) {
    for (const pool of wanted) await api.create(collectionOf(pool), pool);
    return wanted.length > 0;
  }
  const known = (wanted: KubeObject) =>
    inCluster.some(({ spec }) => isDeepStrictEqual({ ...spec, ...wanted.spec }, spec));
  if (wanted.every(known)) return false;
  const refusal = "Unable to modify IP pools while Calico API server is unavailable: ";
  throw new Degraded("ResourceNotReady", refusal);
}
