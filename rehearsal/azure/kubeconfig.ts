// Kubeconfigs as AKS hands them out, made of the one that the rehearsal's control plane has.
import fs from "node:fs";
import yaml from "js-yaml";

/** The application that Entra knows AKS by, and kubelogin's own (learn.microsoft.com/azure/aks/kubelogin-authentication). */
const serverApp = "6dae42f8-4368-4678-94ff-3960e28e3630";
const clientApp = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

/** Tells the rehearsal's kubelogin which cluster is meant; the real kubelogin does not look at it. */
export const clusterVariable = "REHEARSAL_CLUSTER";

/** azure-native's `environment` -> kubelogin's (github.com/Azure/kubelogin). */
const environments: Record<string, string> = {
  public: "AzurePublicCloud",
  china: "AzureChinaCloud",
  usgovernment: "AzureUSGovernmentCloud",
};

export interface Naming {
  readonly cluster: string;
  readonly resourceGroup: string;
  /** true = the administrator's context, `NAME-admin`. */
  readonly admin: boolean;
  /** Present = sign in to Entra through kubelogin in place of a certificate. */
  readonly entra?: { readonly tenantId: string; readonly environment: string };
}

/** @param source kubeconfig of the rehearsal's administrator. @returns YAML as `listClusterUserCredential` gives it. */
export function aksKubeconfig(source: string, naming: Naming): string {
  const { cluster, user } = current(source);
  const name = naming.cluster;
  const userName = `${naming.admin ? "clusterAdmin" : "clusterUser"}_${naming.resourceGroup}_${name}`;
  const context = naming.admin ? `${name}-admin` : name;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: inline(cluster) }],
    users: [{ name: userName, user: naming.entra ? { exec: kubelogin(name, naming.entra) } : inline(user) }],
    contexts: [{ name: context, context: { cluster: name, user: userName } }],
    "current-context": context,
    preferences: {},
  };
  // As AKS writes it, since programs change its lines: one a value, and arguments without quotes.
  return yaml.dump(config, { lineWidth: -1 }).replace(/^(\s*- )'(--[a-z-]+)'$/gm, "$1$2");
}

/** `format: exec`, the only one since Kubernetes 1.24. */
function kubelogin(cluster: string, entra: { tenantId: string; environment: string }) {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: [
      "get-token",
      ...["--environment", environments[entra.environment] ?? entra.environment],
      ...["--server-id", serverApp],
      ...["--client-id", clientApp],
      ...["--tenant-id", entra.tenantId],
      ...["--login", "devicecode"],
    ],
    env: [{ name: clusterVariable, value: cluster }],
    installHint: "kubelogin is not installed which is required to connect to AAD enabled cluster.",
    provideClusterInfo: false,
  };
}

type Entry = Record<string, unknown>;

/** Cluster and user of the current context. @throws Error where the kubeconfig has none. */
export function current(source: string): { cluster: Entry; user: Entry } {
  const config = yaml.load(source) as Record<string, any> | undefined;
  const context = config?.contexts?.find((entry: Entry) => entry.name === config["current-context"])?.context;
  const cluster = config?.clusters?.find((entry: Entry) => entry.name === context?.cluster)?.cluster;
  const user = config?.users?.find((entry: Entry) => entry.name === context?.user)?.user;
  if (!cluster || !user)
    throw new Error(
      "The control plane's kubeconfig names no cluster and user in its current context. " +
        "Run `npm run rehearse -- down` and start afresh.",
    );
  return { cluster, user };
}

/** AKS puts certificates into the file; kwokctl may name their files. */
export function inline(entry: Entry): Entry {
  const out: Entry = {};
  for (const [key, value] of Object.entries(entry))
    if (/^(certificate-authority|client-certificate|client-key)$/.test(key))
      out[`${key}-data`] = fs.readFileSync(String(value)).toString("base64");
    else out[key] = value;
  return out;
}
