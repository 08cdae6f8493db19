import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { ArgumentError } from "./findings";

/**
 * Refuses a data plane that no Kubernetes provider was given to. Pulumi would fall back on the kubeconfig of whoever
 * runs it, and switch kube-proxy off in whatever cluster that happens to name.
 */
export function requireKubernetesProvider(
  subject: string,
  opts: pulumi.ComponentResourceOptions | undefined,
): void {
  const given = [opts?.provider, ...Object.values(opts?.providers ?? {})];
  if (given.some((provider) => Provider.isInstance(provider))) return;
  if (opts?.parent?.getProvider("kubernetes:core/v1:ConfigMap") !== undefined) return;
  throw new ArgumentError(subject, [
    {
      path: "opts.provider",
      wrong: "is missing",
      why: "the cluster would be whichever one the kubeconfig of the caller names, and its kube-proxy would go",
      write: "{ provider: new k8s.Provider(...) } of @pulumi/kubernetes, for the cluster that is meant",
    },
  ]);
}
