// Calico's own resources, such as FelixConfiguration: the same in `crd.projectcalico.org/v1` and in `projectcalico.org/v3`.
import type * as pulumi from "@pulumi/pulumi";

/**
 * The type by which such a resource is declared. It must be known in the first preview, when nobody has looked at the
 * cluster; the Kubernetes provider goes by the input `apiVersion` (provider/pkg/provider/provider.go, gvkFromUnstructured),
 * see {@link inApi}, and updates in place where that changes, as when Calico's resources have been migrated.
 */
export const declaredApi = "crd.projectcalico.org/v1";

/** Options of a resource declared as {@link declaredApi} that is in this API of the cluster. */
export function inApi(
  apiVersion: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return {
    ...options,
    transformations: [({ props, opts }) => ({ props: { ...props, apiVersion }, opts })],
  };
}
