// The program: reads the stack's configuration (described in Pulumi.yaml) and makes one cluster of it.
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster, type CalicoEbpfClusterArgs } from "./components";

const config = new pulumi.Config();
const texts = ["zones", "labels", "tags"];
// `pulumi config set --path` turns texts such as a zone's "1" into numbers; under these names all values are texts.
const withTexts = (key: string, value: unknown, text = texts.includes(key)): unknown => {
  if (typeof value !== "object" || value === null) return text ? String(value) : value;
  const members = Object.entries(value).map(([k, v]) => [k, withTexts(k, v, text || texts.includes(k))]);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
};
const filled = (value: object) => (Object.keys(value).length > 0 ? value : undefined);
const read = {
  text: (key: string) => config.get(key) || undefined,
  number: (key: string) => (config.get(key) ? config.getNumber(key) : undefined),
  boolean: (key: string) => (config.get(key) ? config.getBoolean(key) : undefined),
  object: (key: string) => filled(withTexts(key, config.getObject(key) ?? {}) as object),
};
// prettier-ignore
const kinds: Record<keyof CalicoEbpfClusterArgs, keyof typeof read> = {
  mode: "text", location: "text", resourceGroupName: "text", clusterName: "text", kubernetesVersion: "text",
  tier: "text", systemPool: "object", userPools: "object", network: "object", apiServer: "object", entra: "object",
  userAssignedIdentityId: "text", createIdentity: "boolean", upgrades: "object", maintenanceWindow: "object",
  monitoring: "object", defender: "object", azurePolicy: "boolean", keyVaultSecretsProvider: "object",
  diskEncryptionSetId: "text", tags: "object", operationTimeoutMinutes: "number", protect: "boolean", importId: "text",
  replaceCluster: "boolean", calico: "object", dataplane: "text", kubeProxy: "text", felix: "object", rollout: "object", rolloutTimeoutMinutes: "number",
  restartWorkloads: "object", felixMetrics: "object", defaultDeny: "object",
};
// Every key becomes an argument, an unknown one too: the component refuses it by name. What is empty is left out.
const args: CalicoEbpfClusterArgs = {};
for (const fullKey of Object.keys(pulumi.runtime.allConfig())) {
  const [namespace, key] = fullKey.split(":") as [string, keyof CalicoEbpfClusterArgs];
  if (namespace === config.name) Object.assign(args, { [key]: read[kinds[key] ?? "text"](key) });
}
// They may hold a secret, and a program is not told which of its settings do.
if (args.calico?.values !== undefined) args.calico.values = pulumi.secret(args.calico.values);
const cluster = new CalicoEbpfCluster("aks", args);

export const { resourceGroupName, clusterName, clusterId, nodeResourceGroup, fqdn, oidcIssuerUrl } = cluster;
export const { linuxDataplane, bpfEnabled, calicoVersion, endpoint, kubeconfig } = cluster;
