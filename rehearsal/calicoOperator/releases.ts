// Which Calico an operator installs: each is built for one.
import type { KubeObject } from "../controlPlane/api";

/**
 * Newest operator of each Calico release line, and those in between that charts and AKS pin: tigera/operator at the tag,
 * config/calico_versions.yml. Oldest first.
 */
const releases: Record<string, string> = {
  "v1.34.13": "3.28.5",
  "v1.36.16": "3.29.7",
  "v1.38.8": "3.30.4",
  "v1.38.16": "3.30.7",
  "v1.40.2": "3.31.2",
  "v1.40.15": "3.31.7",
  "v1.42.2": "3.32.0",
  "v1.42.4": "3.32.1",
};

/** Annotation of its pods: the release that it plays, whatever its image says (rehearsal/charts). */
export const releaseAnnotation = "aks-calico-ebpf.rehearsal/calico-version";

/**
 * The Calico that the operator of this Deployment installs, such as `3.28.5`: by the annotation, else by the tag of its
 * image; of a tag that is not in the table the newest known before it in its line. Undefined = not to be told.
 */
export function releaseOf(deployment: KubeObject): string | undefined {
  const { metadata, spec } = deployment.spec.template;
  const said = metadata?.annotations?.[releaseAnnotation];
  if (said) return said.replace(/^v/, "");
  const [, line, patch] = /:(v\d+\.\d+\.)(\d+)[^/:]*$/.exec(spec.containers[0].image) ?? [];
  const known = Object.keys(releases).filter((tag) => line && tag.startsWith(line));
  return releases[known.findLast((tag) => Number(tag.split(".")[2]) <= Number(patch)) ?? ""];
}

/**
 * Whether the operator itself makes Calico's CRDs: from 3.32 on they are no part of its chart any more
 * (projectcalico/calico v3.32.0, charts/tigera-operator).
 */
export const bringsCrds = (release: string): boolean => isFrom("3.32.0", release);

/** Whether a new install gets v3 CRDs (tigera/operator, pkg/apis/version.go, from 1.44 on; tigera/docs, native-v3-crds). */
export const isNativeV3 = (release: string): boolean => isFrom("3.33.0", release);

const isFrom = (first: string, release: string): boolean =>
  release.localeCompare(first, "en", { numeric: true }) >= 0;
