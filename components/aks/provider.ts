import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The Kubernetes provider of a cluster. Protected with it, and after all that can be taken out of the program again, because
 * `pulumi destroy` drops what nothing depends on before it comes to the cluster and is refused.
 */
export function kubernetesProvider(
  name: string,
  cluster: { id: pulumi.Input<string>; kubeconfig: pulumi.Input<string> },
  opts: pulumi.ResourceOptions,
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
    opts,
  );
}
