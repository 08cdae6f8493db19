// azure-native's generic resource, `resources:Resource`: ARM's own, which takes any type at any API version. Here it can
// only be a cluster; it makes the one that the typed resource would make.
import { UNKNOWN, type Json, type Props } from "../plugin/provider";
import { ArmError, type Problem } from "./arm";
import { knownVersions } from "./previews";
import { isObject, text } from "./values";

const token = "azure-native:resources:Resource";

/** @throws Error naming what the stand-in cannot be asked for */
export function checkGeneric(inputs: Props): void {
  const wanted: [string, string][] = [
    ["resourceProviderNamespace", "Microsoft.ContainerService"],
    ["parentResourcePath", ""],
    ["resourceType", "managedClusters"],
  ];
  for (const [name, only] of wanted) {
    const value = inputs[name] ?? only;
    if (value !== UNKNOWN && String(value).toLowerCase() !== only.toLowerCase())
      throw new Error(
        `The rehearsal's Azure takes ${token} only for Microsoft.ContainerService/managedClusters: ${name} is ` +
          `${JSON.stringify(value)}, not ${JSON.stringify(only)}. Use the type's own resource, or leave this one out while rehearsing.`,
      );
  }
  const version = text(inputs, "apiVersion");
  if (version !== undefined && !knownVersions.includes(version))
    throw new Error(
      `The rehearsal's Azure cannot check API version ${version} of Microsoft.ContainerService/managedClusters: it has no ` +
        `description of it. It knows: ${knownVersions.join(", ")}.`,
    );
}

/** The body: ARM's own members, and `properties` as they are. Identities: a list as everywhere in azure-native. */
export function genericBody(inputs: Props): Props {
  const body: Props = {};
  for (const name of "extendedLocation identity kind location managedBy plan properties sku tags".split(" "))
    if (inputs[name] !== undefined && inputs[name] !== null) body[name] = withoutNulls(inputs[name]);
  return body;
}

/** Nulls are not sent: pulumi-azure-native unmarshals its inputs with SkipNulls. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(given.map(([key, entry]) => [key, withoutNulls(entry)]));
}

/**
 * Whoever reads without inputs, as an import does, asks in the version of the Resources API, which AKS does not have:
 * pulumi/pulumi-azure-native#4109.
 */
export function readVersion(inputs: Props, location: string): string {
  const version = text(inputs, "apiVersion");
  if (version !== undefined) return version;
  const problem: Problem = {
    target: "",
    code: "NoRegisteredProviderFound",
    message: `No registered resource provider found for location '${location}' and API version '2024-03-01' for type 'managedClusters'. The supported api-versions are '${knownVersions.join(", ")}'.`,
    advice: `${token} cannot be imported (pulumi/pulumi-azure-native#4109): import the cluster as containerservice:ManagedCluster.`,
  };
  throw new ArmError([problem]);
}

/** What a subscription must have for the preview members in a request; nobody here can know whether it has. */
export const featuresNeeded = (members: readonly { path: string; feature: string }[]): string[] =>
  members.map(
    ({ path, feature }) =>
      `${path} needs the feature Microsoft.ContainerService/${feature} registered in the subscription, which is not checked ` +
      `here: az feature register --namespace Microsoft.ContainerService --name ${feature}`,
  );
