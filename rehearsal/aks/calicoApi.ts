// How an operator and its workloads tell which API Calico's own resources are in, and their CRDs in the newer one.
import type { KubeObject } from "../controlPlane/api";
import type { CalicoApi } from "../controlPlane/cluster";

const variable = "CALICO_API_GROUP";

/** What a workload is told; an operator that uses v3 tells every workload (tigera/operator, pkg/apigroup). */
export function apiOf(workload: KubeObject | undefined): CalicoApi | undefined {
  const containers: any[] = workload?.spec.template.spec.containers ?? [];
  return containers.flatMap(({ env = [] }) => env).find(({ name }) => name === variable)?.value;
}

/** What to tell a container of an operator that uses this API. */
export const apiVariables = (api: CalicoApi) =>
  api === "projectcalico.org/v3" ? [{ name: variable, value: api }] : [];

/** The same CRDs, with Calico's own in v3. Their schemas differ in nothing that anybody looks at here. */
export function nativeV3(crds: readonly KubeObject[]): KubeObject[] {
  return crds.map((crd) => {
    if (crd.spec.group !== "crd.projectcalico.org") return crd;
    const group = "projectcalico.org";
    const versions = crd.spec.versions.map((version: object) => ({ ...version, name: "v3" }));
    const metadata = { ...crd.metadata, name: `${crd.spec.names.plural}.${group}` };
    return { ...crd, metadata, spec: { ...crd.spec, group, versions } };
  });
}
