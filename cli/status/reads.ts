// Everything that `status` reads, as data: the requests, and the rights that they need, are made from it.
import { apiVersionOf, type CalicoApi, calicoApis } from "../../components/layers/calicoApi";
import { ApiError, type Cluster, type KubeObject, wordsOf } from "../cluster";

export interface Read {
  /** `v1`, or group and version. */
  api: string;
  resource: string;
  namespace?: string;
  /** One object; left out: all, or those with the labels. */
  name?: string;
  labels?: string;
  /** Of a right that is for any of them, such as `pods/log`. Default: get one, list all. */
  verb?: "get";
}

/** The DaemonSet whose pods prove eBPF. */
const witnessLabels = "app.kubernetes.io/name=calico-ebpf-proof";

const daemonSet = (namespace: string, name: string): Read => ({
  api: "apps/v1",
  resource: "daemonsets",
  namespace,
  name,
});
const pods = (namespace: string, labels?: string): Read => ({
  api: "v1",
  resource: "pods",
  namespace,
  labels,
});
const felix = (api: CalicoApi): Read => ({ api, resource: "felixconfigurations", name: "default" });

export const objects = {
  installation: { api: "operator.tigera.io/v1", resource: "installations", name: "default" },
  tigeraStatus: { api: "operator.tigera.io/v1", resource: "tigerastatuses", name: "calico" },
  operator: {
    api: "apps/v1",
    resource: "deployments",
    namespace: "tigera-operator",
    name: "tigera-operator",
  },
  endpoint: {
    api: "v1",
    resource: "configmaps",
    namespace: "tigera-operator",
    name: "kubernetes-services-endpoint",
  },
  calicoNode: daemonSet("calico-system", "calico-node"),
  kubeProxy: daemonSet("kube-system", "kube-proxy"),
  witness: daemonSet("kube-system", "calico-ebpf-proof"),
  felixV1: felix(calicoApis[0]),
  felixV3: felix(calicoApis[1]),
} satisfies Record<string, Read>;

export const lists = {
  calicoPods: pods("calico-system"),
  kubeProxyPods: pods("kube-system", "component=kube-proxy"),
  witnessPods: pods("kube-system", witnessLabels),
  nodes: { api: "v1", resource: "nodes" },
  services: { api: "v1", resource: "services" },
} satisfies Record<string, Read>;

/** Of every namespace, and by kubectl's columns only: there are many. */
export const allPods: Read = { api: "v1", resource: "pods" };

/** Empty = Kubernetes' own. @param api group and version, or only a version */
export const groupOf = (api: string): string => (api.includes("/") ? api.split("/")[0] : "");

export const rootOf = (api: string): string => `/${groupOf(api) === "" ? "api" : "apis"}/${api}`;

export function urlOf({ api, namespace, resource, name, labels }: Read): string {
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const one = name === undefined ? "" : `/${name}`;
  const query = labels === undefined ? "" : `?labelSelector=${encodeURIComponent(labels)}`;
  return `${rootOf(api)}${place}/${resource}${one}${query}`;
}

/** What could not be read, and why. */
export class Unknown {
  constructor(readonly reason: string) {}
}

/** Undefined = it is not there. */
async function seen<T>(answer: Promise<T>): Promise<T | undefined | Unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    return new Unknown(wordsOf(error));
  }
}

type Seen<T> = T | undefined | Unknown;
export type Known<T> = Exclude<T, Unknown>;

type Objects = { [Name in Exclude<keyof typeof objects, "felixV1" | "felixV3">]: Seen<KubeObject> };
type Lists = { [Name in keyof typeof lists]: Seen<KubeObject[]> };

/** Everything that the checks look at, read once, so that every row speaks of the same moment. */
export interface Snapshot extends Objects, Lists {
  felix: Seen<KubeObject>;
  podTable: Seen<{ columnDefinitions: { name: string }[]; rows: { cells: any[] }[] | null }>;
  /** Such as `v1.35.1`; empty where the API server does not say it. */
  kubernetes: string;
  /** By node: whether Felix answers there, where the nodes themselves were asked. */
  probed?: Map<string, boolean | Unknown>;
  at: Date;
}

/** @throws CannotReach */
export async function takeSnapshot(cluster: Cluster): Promise<Snapshot> {
  const each = <T>(reads: Record<string, Read>, read: (url: string) => Promise<T>) =>
    Object.entries(reads).map(async ([key, one]) => [key, await seen(read(urlOf(one)))] as const);
  const columns = "application/json;as=Table;g=meta.k8s.io;v=v1";
  const [kubernetes, podTable, ...found] = await Promise.all([
    cluster.version(),
    seen(cluster.get(`${urlOf(allPods)}?includeObject=None`, columns)),
    ...each(objects, (url) => cluster.get(url)),
    ...each(lists, (url) => cluster.list(url)),
  ]);
  const { felixV1, felixV3, ...known } = Object.fromEntries(found) as any;
  return {
    ...(known as Objects & Lists),
    felix: felixOf(known.calicoNode, felixV1, felixV3),
    podTable,
    kubernetes,
    at: new Date(),
  };
}

/** Calico's own resources are in one of two APIs; an operator that uses the newer one tells calico-node. */
export const apiOf = (calicoNode: KubeObject | undefined): CalicoApi =>
  apiVersionOf(calicoNode?.spec.template.spec.containers.flatMap(({ env = [] }: any) => env));

function felixOf(calicoNode: Seen<KubeObject>, v1: Seen<KubeObject>, v3: Seen<KubeObject>): Seen<KubeObject> {
  const api = calicoNode instanceof Unknown ? calicoApis[0] : apiOf(calicoNode);
  const [first, second] = api === calicoApis[0] ? [v1, v3] : [v3, v1];
  const isThere = (one: Seen<KubeObject>) => one !== undefined && !(one instanceof Unknown);
  return [first, second].find(isThere) ?? first ?? second;
}
