// What a program says of one cluster's data plane, and the policies that ask it.
import { Severity } from "@pulumi/policy";
import { Section } from "./aksCluster";
import { endpoint, felixConfiguration, installation, isParked, nodeOf } from "./calicoObjects";
import { About, ebpf, Found, NotKnown, stackPolicy, Verdict } from "./define";
import { Dataplane, Declared, Stack } from "./stack";
import { same, Unknown } from "./unknown";

/** What policies on eBPF have in common, where their facts come from Calico's own page. */
export const calicoEbpf = (severity: Severity) => ({
  ...ebpf(severity),
  url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
});

type SectionOf = (object: Declared) => Section | undefined;

/** What is written to a field of those sections, by which resource and where. */
const settings = ({ objects }: Dataplane, sectionOf: SectionOf, ...field: string[]) =>
  objects.flatMap((of) => {
    const spec = sectionOf(of);
    const value = spec?.get(...field);
    return value === undefined ? [] : [{ of, value, path: spec!.path(field.join(".")) }];
  });

export const switches = (dataplane: Dataplane) =>
  settings(dataplane, installation, "calicoNetwork", "linuxDataplane");

export const switchTo = (dataplane: Dataplane, wanted: "BPF" | "Iptables"): Declared | undefined =>
  switches(dataplane).find(({ value }) => value === wanted)?.of;

export const unknownSwitches = (dataplane: Dataplane): NotKnown[] =>
  switches(dataplane).flatMap(({ of, value, path }) => (value === Unknown ? [{ notKnown: path, of }] : []));

/** What the program writes to a field of the cluster's FelixConfiguration; the last writer's word. */
export function felixSetting(dataplane: Dataplane, field: string) {
  const ofCluster = (one: Declared) => (nodeOf(one) === undefined ? felixConfiguration(one) : undefined);
  return settings(dataplane, ofCluster, field).pop();
}

type Judge = (dataplane: Dataplane, on: Declared, stack: Stack) => Iterable<Verdict>;

/** Judges each data plane that is switched to eBPF, with what switches it. */
export const ebpfPolicy = ({ judge, ...about }: About & { judge: Judge }) =>
  stackPolicy({
    ...about,
    *judge(stack) {
      for (const dataplane of stack.dataplanes) {
        const on = switchTo(dataplane, "BPF");
        yield* on ? judge(dataplane, on, stack) : unknownSwitches(dataplane);
      }
    },
  });

/** What is missing, unless it is among what a chart holds whose objects this preview does not show. */
export const missing = ({ unrendered, cluster: on }: Dataplane, found: Found): Verdict[] =>
  unrendered.length ? unrendered.map((of) => ({ notKnown: "the objects", of, on })) : [found];

/** A verdict on a property of a resource, with what makes it wrong there. */
export const detailed = (verdict: Verdict, of: Declared, detail: string): Verdict =>
  verdict && { ...verdict, ...("found" in verdict && { found: `${verdict.found}${detail}` }), of };

export const hasCalicoAddOn = ({ cluster }: Dataplane): boolean =>
  same(cluster?.wanted.get("networkProfile", "networkPolicy"), "calico");

/** Switched to eBPF, or made for it and not switched to anything else. */
export const isMeantForEbpf = (dataplane: Dataplane): boolean =>
  switchTo(dataplane, "BPF") !== undefined || (hasCalicoAddOn(dataplane) && !switches(dataplane).length);

/** Names of AKS's API servers, in Azure's public cloud and in those of the US government and of China. */
const aksHost = /\.(azmk8s\.(io|us)|cx\.aks\.containerservice\.azure\.us|azk8s\.cn)$/i;

/** Whether the nodes are Azure's, as far as the stack says so. */
export function isOnAzure(dataplane: Dataplane): boolean {
  const said = (...field: string[]) => settings(dataplane, installation, ...field).map(({ value }) => value);
  const platform = said("kubernetesProvider").find((one) => one !== "" && one !== Unknown);
  if (platform !== undefined) return platform === "AKS";
  if (dataplane.cluster || said("cni", "type").includes("AzureVNET")) return true;
  return dataplane.objects.some((one) => aksHost.test(String(endpoint(one)?.host)));
}

/** Whether the operator does it itself: from 1.40 on, and not on AKS (tigera/operator, `BPFBootstrapRequirements`). */
export const isByOperator = (dataplane: Dataplane, what: "bpfNetworkBootstrap" | "kubeProxyManagement") =>
  !isOnAzure(dataplane) &&
  settings(dataplane, installation, "calicoNetwork", what).some(({ value }) => value === "Enabled");

/** Whether kube-proxy runs on the nodes; undefined where the stack does not say so: the cluster is another's. */
export function kubeProxyRuns(dataplane: Dataplane): boolean | NotKnown | undefined {
  const { cluster, objects } = dataplane;
  const enabled = cluster?.wanted.get("networkProfile", "kubeProxyConfig", "enabled");
  // Removed from the living cluster, which the stable API does not tell (docs/modes.md, `Removed`).
  const isRemoved = cluster?.wanted.get("tags", "aks-calico-ebpf-kube-proxy") === "Removed";
  if (enabled === false || isRemoved || isByOperator(dataplane, "kubeProxyManagement")) return false;
  if (objects.some((one) => isParked(one) === true)) return false;
  const unsure = objects.find((one) => isParked(one) === Unknown);
  if (unsure) return { notKnown: "spec.template.spec.nodeSelector", of: unsure };
  if (enabled !== Unknown) return cluster && true;
  return { notKnown: cluster!.wanted.path("networkProfile.kubeProxyConfig.enabled"), of: cluster };
}
