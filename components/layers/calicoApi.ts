// Calico's own resources, such as FelixConfiguration: the same in `crd.projectcalico.org/v1` and in `projectcalico.org/v3`.
import type * as pulumi from "@pulumi/pulumi";

/** The two, the one that Calico takes by default first. */
export const calicoApis = ["crd.projectcalico.org/v1", "projectcalico.org/v3"] as const;
export type CalicoApi = (typeof calicoApis)[number];

/** By this variable an operator with v3 tells its workloads (tigera/operator, pkg/apigroup), and is told itself. */
export const apiGroupVariable = "CALICO_API_GROUP";

/** What an environment says of the API; Calico's default where it says nothing. */
export function apiVersionOf(environment?: { name?: string; value?: string }[]): CalicoApi {
  const said = environment?.find(({ name }) => name === apiGroupVariable)?.value;
  return calicoApis.find((api) => api === said) ?? calicoApis[0];
}

/**
 * The type by which such a resource is declared. It must be known in the first preview, when nobody has looked at the
 * cluster; the Kubernetes provider goes by the input `apiVersion` (provider/pkg/provider/provider.go, gvkFromUnstructured),
 * see {@link inApi}, and updates in place where that changes, as when Calico's resources have been migrated.
 */
export const [declaredApi] = calicoApis;

/** Options of a resource declared as {@link declaredApi} that is in this API of the cluster. */
export const inApi = (apiVersion: pulumi.Input<string>): pulumi.CustomResourceOptions => ({
  transformations: [({ props, opts }) => ({ props: { ...props, apiVersion }, opts })],
});
