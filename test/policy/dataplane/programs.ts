// The resources of a program with Calico eBPF, as plain as a person would write them.
import assert from "node:assert/strict";
import { type Declared, notJudged } from "../judge";

/** Types of a cluster under a pinned API version and as azure-native's generic resource. */
export function cluster(settings: object = {}, more: Partial<Declared> = {}): Declared {
  const props = { networkProfile: { networkPolicy: "calico" }, ...settings };
  return { type: "azure-native:containerservice:ManagedCluster", name: "aks", props, ...more };
}

export const pinned = { type: "azure-native:containerservice/v20250602preview:ManagedCluster" };

export function genericCluster(settings: object = {}): Declared {
  const properties = { networkProfile: { networkPlugin: "none" }, ...settings };
  const props = {
    resourceProviderNamespace: "Microsoft.ContainerService",
    resourceType: "managedClusters",
    properties,
  };
  return { type: "azure-native:resources:Resource", name: "aks", props };
}

export const provider = (dependsOn: string[] = ["aks"], name = "k8s"): Declared => ({
  type: "pulumi:providers:kubernetes",
  name,
  dependsOn,
});

export function object(type: string, name: string, props: object, more: Partial<Declared> = {}): Declared {
  return { type: `kubernetes:${type}`, name, props, provider: "k8s", ...more };
}

const named = { metadata: { name: "default" } };

export const endpoint = (host: unknown = "aks.hcp.azmk8s.io", more: Partial<Declared> = {}): Declared =>
  object(
    "core/v1:ConfigMap",
    "endpoint",
    {
      metadata: { name: "kubernetes-services-endpoint", namespace: "tigera-operator" },
      data: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: "443" },
    },
    more,
  );

export const parked = (nodeSelector: unknown = { "no-kube-proxy": "true" }, more: Partial<Declared> = {}) =>
  object(
    "apps/v1:DaemonSetPatch",
    "parked",
    {
      metadata: { name: "kube-proxy", namespace: "kube-system" },
      spec: { template: { spec: { nodeSelector } } },
    },
    more,
  );

export const installation = (linuxDataplane: unknown = "BPF", more: Partial<Declared> = {}): Declared =>
  object(
    "operator.tigera.io/v1:InstallationPatch",
    "switch",
    { ...named, spec: { calicoNetwork: { linuxDataplane } } },
    more,
  );

export const felix = (spec: unknown, more: Partial<Declared> = {}): Declared =>
  object("crd.projectcalico.org/v1:FelixConfigurationPatch", "felix", { ...named, spec }, more);

/** The same object as Pulumi YAML declares it: its kind is in the properties. */
export function asYaml(declared: Declared): Declared {
  const [, apiVersion, kind] = declared.type.split(":");
  const props = { apiVersion, kind: kind.replace(/Patch$/, ""), ...declared.props };
  return { ...declared, type: "kubernetes:apiextensions.k8s.io:CustomResource", props };
}

/** A component whose objects the Kubernetes provider renders. The engine tells no provider of one. */
export const group = (more: Partial<Declared> = {}): Declared => ({
  type: "kubernetes:yaml/v2:ConfigGroup",
  name: "manifests",
  ...more,
});

/** What a preview does not know: nothing is reported, and of each of these resources that property is not known. */
export function notKnown(
  policy: any,
  title: string,
  cases: [Declared[], ...[name: string, what: string][]][],
): void {
  it(`policy ${policy.name} says what it does not know in a preview: ${title}`, async () => {
    for (const [stack, ...wanted] of cases) {
      const told = (await notJudged(policy, stack)).map(([what, of]) => [of, what]);
      assert.deepEqual(told, wanted, JSON.stringify(stack));
    }
  });
}
