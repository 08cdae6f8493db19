// The kubeconfig that AKS hands out, made fit for a machine without a person in front of it, and the provider that has it.
import { listManagedClusterUserCredentials } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { KubeloginMode } from "../enums";
import type { ClusterContext, InCluster } from "./types";

/** Asks AKS for the user's kubeconfig; secret, because a cluster with local accounts puts a client key into it. */
export function requestKubeconfig(
  { plan, parent }: ClusterContext,
  cluster: InCluster,
): pulumi.Output<string> {
  const login = plan.managedCluster.aadProfile && (plan.kubeloginMode ?? KubeloginMode.AzureCli);
  // Of the two formats for Entra, `exec` is the one that client libraries still know.
  const format = login && "exec";
  // The plain function inside `apply`, and not the one for outputs: that logs every failure of the cluster once more,
  // with a stack trace.
  const credentials = pulumi
    .all([cluster.resourceGroupName, cluster.resourceName])
    .apply(([resourceGroupName, resourceName]) =>
      listManagedClusterUserCredentials({ resourceGroupName, resourceName, format }, { parent }),
    );
  const text = credentials.kubeconfigs.apply(([given]) => {
    if (given === undefined)
      throw new pulumi.RunError(
        "AKS returned no kubeconfig for the user: give the identity that runs Pulumi the role " +
          '"Azure Kubernetes Service Cluster User Role" on the cluster',
      );
    const config = Buffer.from(given.value, "base64").toString("utf8");
    if (login) return withLogin(config, login);
    if (!/^\s*(command: kubelogin|auth-provider:)/m.test(config)) return config;
    throw new pulumi.RunError(
      "the cluster signs in with Microsoft Entra, and the program says nothing of it. AKS does not let a cluster go back " +
        "to local accounts alone (azure-aks-docs, entra-id-control-plane-authentication): write managedCluster.aadProfile, with " +
        "managedCluster.disableLocalAccounts: false where local accounts shall work beside it",
    );
  });
  return pulumi.secret(text);
}

/** Login modes that need what AKS writes beside the mode: its own client, the tenant and the cloud. */
const keepsClient: KubeloginMode[] = [
  KubeloginMode.DeviceCode,
  KubeloginMode.Interactive,
  KubeloginMode.ServicePrincipal,
];

/**
 * Changes the login mode in the `exec` section, as `kubelogin convert-kubeconfig` does (Azure/kubelogin,
 * pkg/internal/converter): the other modes take client and tenant from their own sources, and AKS's client would be
 * taken for the name of a managed identity. An argument and its value are two lines of what AKS writes.
 */
export function withLogin(kubeconfig: string, login: KubeloginMode): string {
  const client = /^[ \t]*- --(client-id|tenant-id|environment)[ \t]*\n.*\n/gm;
  const text = keepsClient.includes(login) ? kubeconfig : kubeconfig.replace(client, "");
  return text.replace(/^([ \t]*- )--login[ \t]*\n.*$/gm, `$1--login\n$1${login}`);
}

/**
 * The Kubernetes provider of a cluster. Protected with it, and after all that can be taken out of the program again, because
 * `pulumi destroy` drops what nothing depends on before it comes to the cluster and is refused.
 */
export function createProvider(
  { name, plan, parent }: ClusterContext,
  cluster: { id: pulumi.Input<string>; kubeconfig: pulumi.Input<string> },
  dependsOn: pulumi.ResourceOptions["dependsOn"],
): Provider {
  return new Provider(
    `${name}-provider`,
    {
      kubeconfig: cluster.kubeconfig,
      // Says which cluster it is. Without it the provider judges by the kubeconfig, and a rotated certificate would
      // replace every layer (pulumi-kubernetes#2745).
      clusterIdentifier: cluster.id,
      enableServerSideApply: true,
      // Otherwise a changed endpoint would delete the ConfigMap before it makes the new one.
      enableConfigMapMutable: true,
    },
    { parent, dependsOn, protect: plan.protect },
  );
}
