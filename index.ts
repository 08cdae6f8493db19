// The program: reads the stack's configuration (described in Pulumi.yaml) and makes one cluster of it.
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster, type CalicoEbpfClusterArgs } from "./components";

const config = new pulumi.Config();
// `pulumi config set --path` turns texts such as a zone's "1" into numbers; under these names all values are texts.
const texts = ["zones", "labels", "tags"];
const withTexts = (key: string, value: unknown, text = texts.includes(key)): unknown => {
  if (typeof value !== "object" || value === null) return text ? String(value) : value;
  const members = Object.entries(value).map(([k, v]) => [k, withTexts(k, v, text || texts.includes(k))]);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
};
const read = {
  text: (key: string) => config.get(key) || undefined,
  number: (key: string) => config.getNumber(key),
  boolean: (key: string) => config.getBoolean(key),
  // An object or a list; an empty one counts as left out.
  object: (key: string) => {
    const value = withTexts(key, config.getObject(key) ?? {}) as object;
    return Object.keys(value).length > 0 ? value : undefined;
  },
};
// prettier-ignore
const kinds: Record<keyof CalicoEbpfClusterArgs, keyof typeof read> = {
  location: "text", resourceGroupName: "text", clusterName: "text", kubernetesVersion: "text", tier: "text",
  systemPool: "object", userPools: "object", network: "object", apiServer: "object", entra: "object",
  userAssignedIdentityId: "text", upgrades: "object", maintenanceWindow: "object", tags: "object", protect: "boolean",
  dataplane: "text", kubeProxy: "text", felix: "object", rolloutTimeoutMinutes: "number",
};
// Every key of the stack becomes an argument, those too that are not known here: the component refuses them by name.
const args: CalicoEbpfClusterArgs = {};
for (const fullKey of Object.keys(pulumi.runtime.allConfig())) {
  const [namespace, key] = fullKey.split(":") as [string, keyof CalicoEbpfClusterArgs];
  if (namespace === config.name) Object.assign(args, { [key]: read[kinds[key] ?? "text"](key) });
}
const cluster = new CalicoEbpfCluster("aks", args);

export const { resourceGroupName, clusterName, clusterId, nodeResourceGroup, fqdn, oidcIssuerUrl } = cluster;
export const { linuxDataplane, bpfEnabled, calicoVersion, endpoint, kubeconfig } = cluster;
