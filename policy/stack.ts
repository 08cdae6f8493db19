// A stack as policies see it: what the program declares, and the data plane of each of its clusters.
import { PolicyResource } from "@pulumi/policy";
import { aksCluster, AnyResource, genericAzureType, Settings } from "./aksCluster";
import { isRenderedByProvider } from "./calicoObjects";
import { inputsOf } from "./collector";
import { isPreview } from "./preview";
import { read, same } from "./unknown";

/** A resource with its inputs; with its outputs where nobody was shown them. */
export interface Declared extends AnyResource {
  readonly urn: string;
  readonly name: string;
  /** Whether `props` are what the program wrote. */
  readonly isInput: boolean;
  /** As the provider reports it. */
  readonly live: Record<string, any>;
  readonly provider?: PolicyResource["provider"];
  parent?: Declared;
  dependencies: Declared[];
  propertyDependencies: Record<string, Declared[]>;
}

export interface Cluster extends Declared {
  /** As the program wants it. */
  readonly wanted: Settings;
  /** As Azure reports it. */
  readonly reported: Settings;
}

export interface Dataplane {
  /** `cluster aks`, or what is known of a cluster that another stack has made. */
  readonly title: string;
  /** Undefined where the cluster is not of this stack. */
  readonly cluster?: Cluster;
  /** Kubernetes resources that act on it. */
  readonly objects: Declared[];
  /** Charts and manifests whose objects this preview does not show, as their provider cannot render them yet. */
  readonly unrendered: Declared[];
}

function declared(resources: PolicyResource[]): Declared[] {
  const all = new Map<PolicyResource, Declared>();
  for (const one of resources) {
    const { urn, name, type, props: live, provider } = one;
    const inputs = inputsOf(urn);
    const its = { urn, name, type, live, provider, props: inputs ?? live };
    all.set(one, { ...its, isInput: inputs !== undefined, dependencies: [], propertyDependencies: {} });
  }
  const these = (list: PolicyResource[]) => list.flatMap((one) => all.get(one) ?? []);
  for (const [{ parent, dependencies, propertyDependencies }, its] of all) {
    its.parent = parent && all.get(parent);
    its.dependencies = these(dependencies);
    for (const [property, list] of Object.entries(propertyDependencies))
      its.propertyDependencies[property] = these(list);
  }
  return [...all.values()];
}

function asCluster(one: Declared): Cluster[] {
  // The inputs alone tell what a generic resource is.
  const reported = aksCluster(one, one.live);
  return reported ? [Object.assign(one, { reported, wanted: aksCluster(one)! })] : [];
}

/** The `clusterIdentifier` of a resource's provider. */
export const pinOf = ({ provider }: Declared) => read(provider?.props, "clusterIdentifier");

const namesOf = ({ name, live, reported: its }: Cluster): any[] =>
  [name, its.get("fqdn"), its.get("privateFQDN")].concat(read(live, "name"), read(live, "id"));

/** What a resource depends on, directly. */
export const before = ({ dependencies, propertyDependencies }: Declared): Declared[] => [
  ...dependencies,
  ...Object.values(propertyDependencies).flat(),
];

/** What a resource stands in, from the inside out. */
export const ancestors = ({ parent }: Declared): Declared[] => (parent ? [parent, ...ancestors(parent)] : []);

export class Stack {
  readonly resources: Declared[];
  readonly clusters: Cluster[];
  readonly dataplanes: Dataplane[];
  private readonly traced = new Map<Declared, Cluster[]>();

  constructor(resources: PolicyResource[]) {
    this.resources = declared(resources);
    this.clusters = this.resources.flatMap(asCluster);
    this.dataplanes = this.divided();
  }

  /**
   * The cluster that a child of it names (a pool, a maintenance window), or that it depends on, or the only one.
   * Undefined where it can be any of several, or one of another stack.
   */
  clusterOf(child: Declared): Cluster | undefined {
    const { resourceName = [], parentResourcePath = [] } = child.propertyDependencies;
    for (const known of [[...resourceName, ...parentResourcePath], child.dependencies]) {
      const found = this.clusters.filter((cluster) => known.includes(cluster));
      if (found.length === 1) return found[0];
    }
    const parent = read(child.props, "parentResourcePath");
    const isNested = genericAzureType(child) !== undefined && typeof parent === "string";
    const name = isNested ? parent.split("/").filter((part) => part)[1] : read(child.props, "resourceName");
    if (typeof name !== "string") return this.clusters.length === 1 ? this.clusters[0] : undefined;
    const named = this.clusters.filter(({ props, live }) =>
      [read(props, "resourceName"), read(live, "name")].includes(name),
    );
    return named.length === 1 ? named[0] : undefined;
  }

  /** The data plane that a cluster, a child of one, or a Kubernetes resource belongs to. */
  dataplaneOf(resource: Declared): Dataplane | undefined {
    const known = this.dataplanes.find(
      ({ objects, unrendered }) => objects.includes(resource) || unrendered.includes(resource),
    );
    if (known) return known;
    const owner = aksCluster(resource) ? resource : this.clusterOf(resource);
    return this.dataplanes.find(({ cluster }) => cluster && cluster === owner);
  }

  /**
   * The clusters that a resource depends on, directly or through others. A provider's kubeconfig is secret and, in a
   * first preview, unknown; its dependencies are known all the same, less those of an invoke whose arguments are unknown
   * (pulumi/pulumi, runtime/invoke.ts).
   */
  clustersBehind(start: Declared): Cluster[] {
    const known = this.traced.get(start);
    if (known) return known;
    const found: Cluster[] = [];
    const seen = new Set<Declared>();
    const queue = [start];
    for (let one = queue.pop(); one; one = queue.pop()) {
      if (seen.has(one)) continue;
      seen.add(one);
      // What lies behind a cluster (another cluster that it was made after) is not what the provider reaches.
      if ("wanted" in one) found.push(one as Cluster);
      else queue.push(...before(one));
    }
    this.traced.set(start, found);
    return found;
  }

  private divided(): Dataplane[] {
    const byUrn = new Map(this.resources.map((one) => [one.urn, one]));
    const found = new Map<string, Dataplane>();
    const add = (key: string, title: string, cluster?: Cluster) =>
      found.set(key, { title, cluster, objects: [], unrendered: [] }).get(key)!;
    for (const cluster of this.clusters) add(cluster.urn, `cluster ${cluster.name}`, cluster);
    const behind = (urn: string) => {
      const provider = byUrn.get(urn);
      return provider ? this.clustersBehind(provider).map((cluster) => cluster.urn) : [];
    };
    const objects = this.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    const reached = new Set(objects.flatMap(({ provider }) => (provider ? behind(provider.urn) : [])));
    const unreached = this.clusters.flatMap(({ urn }) => (reached.has(urn) ? [] : [urn]));
    for (const object of objects) {
      const { provider } = object;
      if (!provider) continue;
      let keys = behind(provider.urn);
      const pin = pinOf(object);
      const isPinned = typeof pin === "string" && pin !== "";
      // A kubeconfig that comes from elsewhere leads to the one cluster, where no other provider does, nor a pin away.
      const isFree = !isPinned || this.clusters.some((one) => namesOf(one).some((name) => same(name, pin)));
      if (!keys.length && this.clusters.length === 1 && isFree) keys = unreached;
      for (const key of keys.length ? keys : [isPinned ? pin : provider.urn])
        (found.get(key) ?? add(key, `the cluster behind provider ${provider.name}`)).objects.push(object);
    }
    if (!found.size && objects.length) add("", "the cluster");
    const all = [...found.values()];
    const parents = new Set(this.resources.map(({ parent }) => parent));
    for (const one of objects.filter(({ provider }) => !provider)) {
      if (isPreview() && isRenderedByProvider(one.type) && !parents.has(one))
        for (const { unrendered } of this.around(one, all)) unrendered.push(one);
      // Without a provider it may be about any of them.
      else for (const { objects: its } of all) its.push(one);
    }
    return all;
  }

  /**
   * The data planes that a chart may be about: those of what comes after it or, where nothing does, comes before it or
   * stands beside it in a component. The engine does not tell its provider.
   */
  private around(component: Declared, all: Dataplane[]): Dataplane[] {
    const components = ancestors(component).filter(({ type }) => type !== "pulumi:pulumi:Stack");
    const places = components.map((place) => (one: Declared) => ancestors(one).includes(place));
    const isBefore = (one: Declared) => before(component).includes(one);
    for (const isAbout of [(one: Declared) => before(one).includes(component), isBefore, ...places]) {
      const found = all.filter(({ cluster, objects }) =>
        [...objects.filter(({ provider }) => provider), ...(cluster ? [cluster] : [])].some(isAbout),
      );
      if (found.length) return found;
    }
    return all;
  }
}
