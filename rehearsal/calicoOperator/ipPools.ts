// The IP pools of an Installation: tigera/operator v1.40.2 pkg/controller/ippool (pool_controller.go, defaults.go,
// validation.go), a controller of its own with a status of its own. Left out: OpenShift, kubeadm, IPv6 defaults.
import type { Api, KubeObject } from "../controlPlane/api";
import type { InstallationSpec, IpPool } from "./defaults";
import { Degraded } from "./felix";

const collection = "/apis/crd.projectcalico.org/v1/ippools";
const managedBy = { "app.kubernetes.io/managed-by": "tigera-operator" };

/** Those in the cluster that take part (GetActivePools). */
export async function activePools(api: Api): Promise<KubeObject[]> {
  return (await api.list(collection)).filter(({ spec }) => !spec.disabled);
}

/** fillDefaults; without `assignmentMode` and `disableNewAllocations`, which the installed CRDs (3.28) do not have. */
export function poolDefaults(spec: InstallationSpec, inCluster: readonly KubeObject[]): IpPool[] | undefined {
  const network = spec.calicoNetwork ?? {};
  const given = network.ipPools;
  if (!given) {
    if (inCluster.length > 0) return [];
    if (spec.cni?.ipam?.type !== "Calico") return undefined;
  }
  const pools: IpPool[] = given ?? [{ name: "default-ipv4-ippool", cidr: "192.168.0.0/16" }];
  return pools.map((pool) => ({
    ...pool,
    allowedUses: pool.allowedUses?.length ? pool.allowedUses : ["Workload", "Tunnel"],
    encapsulation: pool.encapsulation || (spec.cni?.type === "Calico" ? "IPIP" : "None"),
    natOutgoing: pool.natOutgoing || "Enabled",
    nodeSelector: pool.nodeSelector || "all()",
    blockSize: pool.blockSize ?? 26,
    name:
      pool.name ||
      (inCluster.find((known) => known.spec.cidr === pool.cidr)?.metadata.name ??
        (pools.length === 1 ? "default-ipv4-ippool" : pool.cidr.replace("/", "-"))),
  }));
}

/** ValidatePools, what of it IPv4 can meet. */
export function poolError(spec: InstallationSpec): string | undefined {
  const seen = new Set<string>();
  for (const pool of spec.calicoNetwork?.ipPools ?? []) {
    const bits = /^\d{1,3}(?:\.\d{1,3}){3}\/(\d{1,2})$/.exec(pool.cidr)?.[1];
    if (bits === undefined && !pool.cidr.includes(":"))
      return `IP pool CIDR (${pool.cidr}) is invalid: invalid CIDR address: ${pool.cidr}`;
    for (const key of [pool.cidr, pool.name!]) {
      if (seen.has(key)) return `IP pool ${key} is specified more than once`;
      seen.add(key);
    }
    if (spec.cni?.type !== "Calico" && pool.nodeSelector !== "all()")
      return `IP pool nodeSelector (${pool.nodeSelector}) should be 'all()' when using non-Calico CNI plugin`;
    if (bits === undefined) continue;
    if (pool.blockSize! > 32 || pool.blockSize! < 20)
      return "IPv4 pool block size must be greater than 19 and less than or equal to 32";
    if (Number(bits) > pool.blockSize!)
      return "IP pool size is too small. It must be equal to or greater than the block size";
  }
  return undefined;
}

/** ToProjectCalico. */
function rendered(pool: IpPool): KubeObject {
  const mode = (on: boolean) =>
    on ? (pool.encapsulation!.endsWith("CrossSubnet") ? "CrossSubnet" : "Always") : "Never";
  return {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "IPPool",
    metadata: { name: pool.name!, labels: managedBy },
    spec: {
      cidr: pool.cidr,
      ipipMode: mode(pool.encapsulation!.startsWith("IPIP")),
      vxlanMode: mode(pool.encapsulation!.startsWith("VXLAN")),
      natOutgoing: pool.natOutgoing === "Enabled",
      blockSize: pool.blockSize,
      nodeSelector: pool.nodeSelector,
      allowedUses: pool.allowedUses,
    },
  };
}

/**
 * Makes the pools, once: without Calico's own API server, which does not run on AKS, the operator makes the first pools
 * of a cluster and changes none. They have no owner, so they outlive the Installation.
 * @returns true = it made some
 * @throws Degraded, for its own status
 */
export async function makePools(
  api: Api,
  spec: InstallationSpec,
  inCluster: readonly KubeObject[],
): Promise<boolean> {
  const wanted = (spec.calicoNetwork?.ipPools ?? []).map(rendered);
  const same = (one: KubeObject, other: KubeObject) =>
    Object.entries(one.spec).every(
      ([name, value]) => JSON.stringify(value) === JSON.stringify(other.spec[name]),
    );
  const ours = inCluster.filter(
    (pool) =>
      pool.metadata.labels?.["app.kubernetes.io/managed-by"] === "tigera-operator" ||
      wanted.some((one) => same(one, pool)),
  );
  const changed = wanted.filter((one) => !ours.some((known) => same(one, known)));
  if (inCluster.length > 0) {
    const foreign = changed.find((one) =>
      inCluster.some((known) => known.spec.cidr === one.spec.cidr && !ours.includes(known)),
    );
    if (foreign)
      throw new Degraded("ResourceValidationError", "Cannot update an IP pool not owned by the operator", "");
    if (changed.length > 0) throw unavailable("modify");
    if (ours.some((known) => !wanted.some((one) => one.spec.cidr === known.spec.cidr)))
      throw unavailable("delete");
    return false;
  }
  for (const pool of changed) await api.create(collection, pool);
  return changed.length > 0;
}

const unavailable = (verb: string) =>
  new Degraded("ResourceNotReady", `Unable to ${verb} IP pools while Calico API server is unavailable`, "");
