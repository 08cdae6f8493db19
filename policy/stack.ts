// A stack as the data plane's policies see it: one data plane a cluster, with all that the program says about it.
import { PolicyResource, ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { aksCluster, AnyResource, same, Settings } from "./aksCluster";
import { felixConfiguration, installation, isParked, nodeOf } from "./calicoObjects";
import { clustersBehind } from "./clusters";
import { inputsOf, notingInputs, StackPolicy } from "./inputs";
import { isRenderedByProvider } from "./resourceTypes";
import { Unknown } from "./unknown";

/** A policy that judges the data planes of a stack. */
export function stackPolicy(
  policy: Omit<StackValidationPolicy, "validateStack">,
  judge: (stack: Stack, reportViolation: ReportViolation) => void,
): StackPolicy {
  return notingInputs(policy, (args, reportViolation) => judge(new Stack(args.resources), reportViolation));
}

/** A resource with its inputs; where they are not known, because nobody was shown them, with its outputs. */
export interface Written extends AnyResource {
  readonly urn: string;
  readonly name: string;
  /** Whether `props` are inputs. */
  readonly isInput: boolean;
  readonly resource: PolicyResource;
}

export interface Cluster {
  readonly resource: PolicyResource;
  /** As the program wants it. */
  readonly written: Settings;
  /** As Azure reports it. */
  readonly live: Settings;
}

/** What belongs to one cluster. */
export interface Dataplane {
  /** `cluster aks`, or what is known of a cluster that another stack has made. */
  readonly title: string;
  /** Undefined where the cluster is not of this stack. */
  readonly cluster?: Cluster;
  /** Kubernetes resources that act on it. */
  readonly objects: Written[];
}

export function written(resource: PolicyResource): Written {
  const { urn, name, type } = resource;
  const known = inputsOf(urn);
  return { urn, name, type, resource, props: known || resource.props, isInput: known !== undefined };
}

export class Stack {
  readonly dataplanes: Dataplane[];
  private readonly trace: (urn: string) => Set<string>;

  constructor(readonly resources: PolicyResource[]) {
    const clusters = resources.flatMap((resource): Cluster[] => {
      // The inputs alone tell what a generic resource is.
      const its = written(resource);
      const live = aksCluster(its, resource.props);
      return live ? [{ resource, live, written: aksCluster(its) || live }] : [];
    });
    const urns = new Set(clusters.map(({ resource }) => resource.urn));
    this.trace = clustersBehind(resources, ({ urn }) => urns.has(urn));
    this.dataplanes = this.divided(clusters);
  }

  /** A chart or manifest without children: the provider could not render it in this preview. */
  get hasUnrenderedManifests(): boolean {
    const withChildren = new Set(this.resources.map((resource) => resource.parent && resource.parent.urn));
    return this.resources.some(({ type, urn }) => isRenderedByProvider(type) && !withChildren.has(urn));
  }

  /** The data planes of the clusters that a resource depends on; of a stack with one, that one. */
  dataplanesOf(resource: PolicyResource): Dataplane[] {
    const reached = this.trace(resource.urn);
    if (!reached.size) return this.dataplanes.length === 1 ? this.dataplanes : [];
    return this.dataplanes.filter(({ cluster }) => cluster && reached.has(cluster.resource.urn));
  }

  private divided(clusters: Cluster[]): Dataplane[] {
    const found = new Map<string, Dataplane>();
    for (const cluster of clusters) {
      const { urn, name } = cluster.resource;
      found.set(urn, { title: `cluster ${name}`, cluster, objects: [] });
    }
    const objects = this.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    const providers = objects.flatMap(({ provider }) => (provider ? [provider] : []));
    const traced = new Set(providers.flatMap(({ urn }) => [...this.trace(urn)]));
    const untraced = clusters.filter(({ resource }) => !traced.has(resource.urn));
    for (const object of objects) {
      const provider = object.provider;
      if (!provider) continue;
      let keys = [...this.trace(provider.urn)];
      // A kubeconfig that comes from elsewhere leads to the one cluster, where no other provider does.
      if (!keys.length && clusters.length === 1) keys = untraced.map(({ resource }) => resource.urn);
      for (const key of keys.length ? keys : [provider.urn]) {
        const known = found.get(key) || {
          title: `the cluster behind provider ${provider.name}`,
          objects: [],
        };
        found.set(key, known);
        known.objects.push(written(object));
      }
    }
    // Without a provider it may be about any of them.
    const anywhere = objects.filter(({ provider }) => !provider).map(written);
    if (!found.size && anywhere.length) found.set("", { title: "the cluster", objects: [] });
    for (const { objects: its } of found.values()) its.push(...anywhere);
    return [...found.values()];
  }
}

/** Who writes `linuxDataplane` of a data plane, and what. */
export function switches({ objects }: Dataplane): { object: Written; value: any }[] {
  return objects.flatMap((object) => {
    const spec = installation(object);
    const value = spec && spec.get("calicoNetwork", "linuxDataplane");
    return value === undefined ? [] : [{ object, value }];
  });
}

/** The switch to eBPF; undefined where there is none, or where a preview does not know it. */
export function switchToEbpf(dataplane: Dataplane): Written | undefined {
  const on = switches(dataplane).find(({ value }) => value === "BPF");
  return on && on.object;
}

/** A cluster to which AKS brings Calico. */
export function hasCalicoAddOn({ cluster }: Dataplane): boolean {
  return !!cluster && same(cluster.written.get("networkProfile", "networkPolicy"), "calico");
}

/** Switched to eBPF, or made for it and not switched to anything else. */
export function isMeantForEbpf(dataplane: Dataplane): boolean {
  return switchToEbpf(dataplane) !== undefined || (hasCalicoAddOn(dataplane) && !switches(dataplane).length);
}

/** What the program writes to a field of the cluster's FelixConfiguration; the last writer's word. */
export function felixSetting({ objects }: Dataplane, field: string): { object?: Written; value: any } {
  const all = objects.flatMap((object) => {
    const spec = nodeOf(object) === undefined ? felixConfiguration(object) : undefined;
    const value = spec && spec.get(field);
    return value === undefined ? [] : [{ object, value }];
  });
  return all.length ? all[all.length - 1] : { value: undefined };
}

/**
 * Whether kube-proxy runs on the nodes: `Unknown` where a preview cannot say, undefined where the stack does not (the
 * cluster is another's).
 */
export function kubeProxyRuns({ cluster, objects }: Dataplane): boolean | typeof Unknown | undefined {
  const parked = objects.map(isParked);
  if (parked.includes(true)) return false;
  const enabled = cluster && cluster.written.get("networkProfile", "kubeProxyConfig", "enabled");
  // Removed from the living cluster, which the stable API does not tell (docs/modes.md, `Removed`).
  const removed = cluster && cluster.written.get("tags", "aks-calico-ebpf-kube-proxy") === "Removed";
  if (enabled === false || removed) return false;
  if (enabled === Unknown || parked.includes(Unknown)) return Unknown;
  return cluster ? true : undefined;
}
