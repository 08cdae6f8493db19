// Versions of the AKS API, and what only preview versions of it have. A cluster in one of them is azure-native's generic
// resource, `resources:Resource`: ARM's own, which takes any type at any API version; here it can only be a cluster.
import { UNKNOWN, type Json, type Props } from "../plugin/provider";
import { refusal, type Problem } from "./arm";
import { at, isObject, text } from "./values";

/** Versions whose bodies hold all that the SDK's (2025-10-01) know: the list in azure-native 3.28's ManagedCluster. */
const stable = ["2025-09-01", "2025-10-01", "2026-01-01", "2026-02-01", "2026-03-01"];
const preview = ["2025-10-02", "2026-01-02", "2026-02-02", "2026-03-02", "2026-04-02", "2026-05-02"].map(
  (date) => `${date}-preview`,
);
export const previewVersion = preview[2];
const knownVersions = [...stable, ...preview];

/**
 * learn.microsoft.com/azure/aks/configure-kube-proxy ("2022-08-02-preview or later"; no stable version has it); its shape
 * stands in data/previews.yaml, what AKS asks of it beyond that in data/rules.yaml.
 */
const kubeProxy = "properties.networkProfile.kubeProxyConfig";
const feature = "KubeProxyConfigurationPreview";

/** @returns paths of the members that a version does not have; one that is not known yet has everything */
export const hiddenIn = (version: Json | undefined): string[] =>
  version === UNKNOWN || preview.includes(String(version)) ? [] : [kubeProxy];

/** A GET in a version that does not have a member does not show it. @param version undefined = a stable one */
export function inVersion(response: Props, version: string | undefined): Props {
  const shown = structuredClone(response);
  const network = at(shown, "properties.networkProfile");
  if (hiddenIn(version).length > 0 && isObject(network)) delete network.kubeProxyConfig;
  return shown;
}

/** Says where a member is to be had that the asked version of the API does not know. */
export const withVersions = (problem: Problem): Problem =>
  problem.target !== kubeProxy || problem.code !== "InvalidRequestContent"
    ? problem
    : {
        ...problem,
        advice:
          `Only preview versions of the API have it (${preview.join(", ")}, with the feature ` +
          `Microsoft.ContainerService/${feature} registered): declare the cluster as azure-native:resources:Resource ` +
          "with one of them as apiVersion, or take the member out.",
      };

/** What a subscription must have for the preview members in a request; nobody here can know whether it has. */
export const featureNeeded = (body: Props): string | undefined =>
  at(body, kubeProxy) === undefined
    ? undefined
    : `${kubeProxy} needs the feature Microsoft.ContainerService/${feature} registered in the subscription, which is not checked ` +
      `here: az feature register --namespace Microsoft.ContainerService --name ${feature}`;

const token = "azure-native:resources:Resource";
/** What the generic resource must be here. */
export const managedCluster = {
  resourceProviderNamespace: "Microsoft.ContainerService",
  parentResourcePath: "",
  resourceType: "managedClusters",
};

/** @throws Error naming what the stand-in cannot be asked for */
export function checkGeneric(inputs: Props): void {
  for (const [name, wanted] of Object.entries(managedCluster)) {
    const value = inputs[name] ?? wanted;
    if (value !== UNKNOWN && String(value).toLowerCase() !== wanted.toLowerCase())
      throw new Error(
        `The rehearsal's Azure takes ${token} only for Microsoft.ContainerService/managedClusters: ${name} is ` +
          `${JSON.stringify(value)}, not ${JSON.stringify(wanted)}. Use the type's own resource, or leave this one out while rehearsing.`,
      );
  }
  const version = text(inputs, "apiVersion");
  if (version !== undefined && !knownVersions.includes(version))
    throw new Error(
      `The rehearsal's Azure cannot check API version ${version} of Microsoft.ContainerService/managedClusters: it has no ` +
        `description of it. It knows: ${knownVersions.join(", ")}.`,
    );
}

/**
 * Whoever reads without inputs, as an import does, asks in the version of the Resources API, which AKS does not have:
 * pulumi/pulumi-azure-native#4109.
 */
export function readVersion(inputs: Props, location: string): string {
  const version = text(inputs, "apiVersion");
  if (version !== undefined) return version;
  const message = `No registered resource provider found for location '${location}' and API version '2024-03-01' for type 'managedClusters'. The supported api-versions are '${knownVersions.join(", ")}'.`;
  const advice = `${token} cannot be imported (pulumi/pulumi-azure-native#4109): import the cluster as containerservice:ManagedCluster.`;
  throw refusal(400, "NoRegisteredProviderFound", message, advice);
}
