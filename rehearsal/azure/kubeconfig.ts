// Kubeconfigs as AKS hands them out, made of the one that the rehearsal's control plane has.
import yaml from "js-yaml";

/** The application that Entra knows AKS by, and kubelogin's own (learn.microsoft.com/azure/aks/kubelogin-authentication). */
const serverApp = "6dae42f8-4368-4678-94ff-3960e28e3630";
const clientApp = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

/** Tells the rehearsal's kubelogin which cluster is meant; the real kubelogin does not look at it. */
export const clusterVariable = "REHEARSAL_CLUSTER";

/**
 * @param source kubeconfig of the rehearsal's administrator
 * @param kind whose it is: "User" or "Admin"
 * @param exec signs in to Entra in place of a certificate
 * @returns YAML as `listClusterUserCredential` gives it
 */
export function aksKubeconfig(
  source: string,
  kind: string,
  resourceGroup: string,
  name: string,
  exec?: object,
): string {
  const { clusters, users } = yaml.load(source) as any;
  const userName = `cluster${kind}_${resourceGroup}_${name}`;
  const context = kind === "Admin" ? `${name}-admin` : name;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: clusters[0].cluster }],
    users: [{ name: userName, user: exec ? { exec } : users[0].user }],
    contexts: [{ name: context, context: { cluster: name, user: userName } }],
    "current-context": context,
    preferences: {},
  };
  // As AKS writes it, since programs change its lines: one a value, and arguments without quotes.
  return yaml.dump(config, { lineWidth: -1 }).replace(/^(\s*- )'(--[a-z-]+)'$/gm, "$1$2");
}

/** `format: exec`, the only one since Kubernetes 1.24. */
export const kubelogin = (cluster: string, tenantId: string) => ({
  apiVersion: "client.authentication.k8s.io/v1beta1",
  command: "kubelogin",
  args: [
    ...["get-token", "--environment", "AzurePublicCloud"],
    ...["--server-id", serverApp, "--client-id", clientApp, "--tenant-id", tenantId, "--login", "devicecode"],
  ],
  env: [{ name: clusterVariable, value: cluster }],
  installHint: "kubelogin is not installed which is required to connect to AAD enabled cluster.",
  provideClusterInfo: false,
});
