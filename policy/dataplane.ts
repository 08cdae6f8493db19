// What a program says of one cluster's data plane, and the policies that ask it.
import { endpoint, felixConfiguration, installation, isParked, nodeOf } from "./calicoObjects";
import { About, Found, NotKnown, stackPolicy, Verdict } from "./define";
import { Dataplane, Declared, Stack } from "./stack";
import { same, Unknown } from "./unknown";

export const enablingEbpf = "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf";

/** What somebody writes to a setting. */
interface Setting {
  readonly object: Declared;
  readonly value: any;
  /** Where it is written. */
  readonly path: string;
}

/** Who writes `linuxDataplane` of a data plane, and what. */
export function switches({ objects }: Dataplane): Setting[] {
  return objects.flatMap((object) => {
    const spec = installation(object);
    const value = spec?.get("calicoNetwork", "linuxDataplane");
    return value === undefined ? [] : [{ object, value, path: spec!.path("calicoNetwork.linuxDataplane") }];
  });
}

/** The switch to eBPF; undefined where there is none, or where a preview does not know it. */
export const switchToEbpf = (dataplane: Dataplane): Declared | undefined =>
  switches(dataplane).find(({ value }) => value === "BPF")?.object;

/** Switches of which a preview does not know what they say. */
export const unknownSwitches = (dataplane: Dataplane): NotKnown[] =>
  switches(dataplane).flatMap(({ object: of, value, path }) =>
    value === Unknown ? { notKnown: path, of } : [],
  );

/** Judges each data plane that is switched to eBPF. */
export const ebpfPolicy = (
  about: About,
  judge: (dataplane: Dataplane, on: Declared, stack: Stack) => Iterable<Verdict>,
) =>
  stackPolicy(about, function* (stack) {
    for (const dataplane of stack.dataplanes) {
      const on = switchToEbpf(dataplane);
      yield* on ? judge(dataplane, on, stack) : unknownSwitches(dataplane);
    }
  });

/** What is missing, unless it is among what a chart holds whose objects this preview does not show. */
export const missing = ({ unrendered }: Dataplane, found: Found): Verdict[] =>
  unrendered.length ? unrendered.map((of) => ({ notKnown: "the objects", of })) : [found];

/** A cluster to which AKS brings Calico. */
export const hasCalicoAddOn = ({ cluster }: Dataplane): boolean =>
  same(cluster?.wanted.get("networkProfile", "networkPolicy"), "calico");

/** Switched to eBPF, or made for it and not switched to anything else. */
export function isMeantForEbpf(dataplane: Dataplane): boolean {
  return switchToEbpf(dataplane) !== undefined || (hasCalicoAddOn(dataplane) && !switches(dataplane).length);
}

/** Names of AKS's API servers, in Azure's public cloud and in those of the US government and of China. */
const aksHost = /\.(azmk8s\.(io|us)|cx\.aks\.containerservice\.azure\.us|azk8s\.cn)$/i;

/** Whether the nodes are Azure's, as far as the stack says so. */
export function isOnAzure({ cluster, objects }: Dataplane): boolean {
  const specs = objects.flatMap((one) => installation(one) ?? []);
  const platforms = specs.map((spec) => spec.get("kubernetesProvider"));
  const platform = platforms.find((one) => typeof one === "string" && one !== "");
  if (platform !== undefined) return platform === "AKS";
  if (cluster || specs.some((spec) => spec.get("cni", "type") === "AzureVNET")) return true;
  return objects.some((one) => aksHost.test(String(endpoint(one)?.host)));
}

/**
 * Whether the operator does it itself: from 1.40 on, and not on AKS, whose kube-proxy is the addon manager's
 * (tigera/operator, `BPFBootstrapRequirements`).
 */
export const isByOperator = (
  dataplane: Dataplane,
  what: "bpfNetworkBootstrap" | "kubeProxyManagement",
): boolean =>
  !isOnAzure(dataplane) &&
  dataplane.objects.some((one) => installation(one)?.get("calicoNetwork", what) === "Enabled");

/** What the program writes to a field of the cluster's FelixConfiguration; the last writer's word. */
export function felixSetting({ objects }: Dataplane, field: string): Setting | undefined {
  const all = objects.flatMap((object) => {
    const spec = nodeOf(object) === undefined ? felixConfiguration(object) : undefined;
    const value = spec?.get(field);
    return value === undefined ? [] : [{ object, value, path: spec!.path(field) }];
  });
  return all[all.length - 1];
}

/** Whether kube-proxy runs on the nodes; undefined where the stack does not say so: the cluster is another's. */
export function kubeProxyRuns(dataplane: Dataplane): boolean | NotKnown | undefined {
  const { cluster, objects } = dataplane;
  const enabled = cluster?.wanted.get("networkProfile", "kubeProxyConfig", "enabled");
  // Removed from the living cluster, which the stable API does not tell (docs/modes.md, `Removed`).
  const isRemoved = cluster?.wanted.get("tags", "aks-calico-ebpf-kube-proxy") === "Removed";
  if (enabled === false || isRemoved || objects.some((one) => isParked(one) === true)) return false;
  if (isByOperator(dataplane, "kubeProxyManagement")) return false;
  const unsure = objects.find((one) => isParked(one) === Unknown);
  if (unsure) return { notKnown: "spec.template.spec.nodeSelector", of: unsure };
  if (enabled !== Unknown) return cluster && true;
  return { notKnown: cluster!.wanted.path("networkProfile.kubeProxyConfig.enabled"), of: cluster };
}
