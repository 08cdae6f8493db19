// The API of Calico's own resources: `crd.projectcalico.org/v1`, or native CRDs of `projectcalico.org/v3`, which there are
// since Calico 3.32 (tigera/docs, operations/native-v3-crds).
import type { KubeObject } from "../controlPlane/api";

export type CalicoApi = "crd.projectcalico.org/v1" | "projectcalico.org/v3";

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
