// The kubeconfig that AKS hands out, made fit for a machine without a person in front of it.
import { listManagedClusterUserCredentials } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import * as pulumi from "@pulumi/pulumi";
import { KubeloginMode } from "../enums";

/** Asks AKS for the user's kubeconfig; secret, because a cluster with local accounts puts a client key into it. */
export function kubeconfigOf(
  parent: pulumi.Resource,
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  login: KubeloginMode | undefined,
): pulumi.Output<string> {
  // Of the two formats for Entra, `exec` is the one that client libraries still know.
  const format = login === undefined ? undefined : "exec";
  // The plain function inside `apply`, and not the one for outputs: that logs every failure of the cluster once more,
  // with a stack trace.
  const credentials = pulumi
    .all([cluster.resourceGroupName, cluster.resourceName])
    .apply(([resourceGroupName, resourceName]) =>
      listManagedClusterUserCredentials({ resourceGroupName, resourceName, format }, { parent }),
    );
  const text = credentials.kubeconfigs.apply((configs) => {
    if (configs.length === 0) {
      throw new pulumi.ResourceError(
        "AKS returned no kubeconfig for the user: the identity that runs Pulumi needs the role " +
          '"Azure Kubernetes Service Cluster User Role" on the cluster',
        parent,
        true,
      );
    }
    const config = Buffer.from(configs[0].value, "base64").toString("utf8");
    if (login !== undefined) return withLogin(config, login);
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
 * taken for the name of a managed identity. Works on the lines, each of which holds one argument in what AKS writes.
 */
export function withLogin(kubeconfig: string, login: KubeloginMode): string {
  const drop = keepsClient.includes(login) ? [] : ["--client-id", "--tenant-id", "--environment"];
  const lines: string[] = [];
  const source = kubeconfig.split("\n");
  let found = false;
  for (let i = 0; i < source.length; i++) {
    const argument = /^(\s*- )(--[a-z-]+)\s*$/.exec(source[i]);
    if (argument !== null && drop.includes(argument[2])) {
      i++;
    } else if (argument?.[2] === "--login") {
      lines.push(source[i], `${argument[1]}${login}`);
      found = true;
      i++;
    } else {
      lines.push(source[i]);
    }
  }
  if (!found) {
    throw new pulumi.RunError(
      "the kubeconfig that AKS returned has no kubelogin section (no argument --login), although the cluster was " +
        "declared with entra: somebody has switched Entra off by hand; run pulumi up --refresh",
    );
  }
  return lines.join("\n");
}
