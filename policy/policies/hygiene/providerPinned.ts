import { ResourceValidationPolicy } from "@pulumi/policy";
import { read } from "../../unknown";

/**
 * A Kubernetes provider says which cluster it is for. Default providers, which Pulumi makes itself, are left alone, and
 * so are those that only write files.
 *
 * Source: pulumi/pulumi-kubernetes, `clusterIdentifier`; without it the provider compares kubeconfigs, and a changed
 * one (a certificate, a token) replaces everything in the cluster (pulumi-kubernetes#2745, #4019).
 *
 * @severity high
 * @topics kubernetes, availability
 * @link https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/
 */
export const providerPinned: ResourceValidationPolicy = {
  name: "hygiene-provider-pinned",
  displayName: "Hygiene: Kubernetes providers are pinned to a cluster",
  description: "A Kubernetes provider must name its cluster by clusterIdentifier.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["baseline", "hygiene"],
  remediationSteps:
    "Write `clusterIdentifier: cluster.id` beside `kubeconfig` on the Provider; where the cluster is somebody else's, " +
    "its host name.",
  url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/",
  validateResource: (args, reportViolation) => {
    if (args.type !== "pulumi:providers:kubernetes" || /^default(_|$)/.test(args.name)) return;
    if (read(args.props, "renderYamlToDirectory") !== undefined) return;
    const identifier = read(args.props, "clusterIdentifier");
    if (identifier !== undefined && identifier !== "") return;
    reportViolation(
      "clusterIdentifier is not set: the provider then tells clusters apart by their kubeconfig, and a new certificate " +
        "or token in it replaces every layer of the data plane, on a living cluster. Write " +
        "`clusterIdentifier: cluster.id` beside `kubeconfig`.",
    );
  },
};
