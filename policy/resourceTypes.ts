// Which Kubernetes resource is what. A program can spell one and the same object in several ways, and a policy that
// knows only one of them lets the others through.
import { AnyResource } from "./aksCluster";
import { read } from "./unknown";

/** What a Kubernetes resource is, whether it is declared whole or as a patch. */
export interface KubernetesKind {
  /** As the type token has it: `apps/v1`, `core/v1`, `crd.projectcalico.org/v1`. */
  readonly apiVersion: string;
  /** Without the `Patch` that the type token of a patch ends in. */
  readonly kind: string;
}

/**
 * The kind behind a resource's type token, undefined for what is not a Kubernetes object.
 *
 * `CustomResource` and `CustomResourcePatch` of `@pulumi/kubernetes` build their token from the object
 * (`kubernetes:<apiVersion>:<kind>[Patch]`, apiextensions/customResource.ts), and so do the children of `yaml`,
 * `kustomize` and `helm` components. `kubernetes:apiextensions.k8s.io:CustomResource`, as Pulumi YAML writes it,
 * leaves the object's kind to the properties.
 */
export function kubernetesKind(type: string, props: any): KubernetesKind | undefined {
  const token = /^kubernetes:([^:]+):([^:]+)$/.exec(type);
  if (!token) return undefined;
  if (/^apiextensions\.k8s\.io(\/v1)?$/.test(token[1]) && /^CustomResource(Patch)?$/.test(token[2])) {
    const object = { apiVersion: read(props, "apiVersion"), kind: read(props, "kind") };
    return typeof object.apiVersion === "string" && typeof object.kind === "string" ? object : undefined;
  }
  return { apiVersion: token[1], kind: token[2].replace(/Patch$/, "") };
}

/** Whether a resource is an object of that kind, whole or patched. @param group matches its `apiVersion` */
export function isOfKind({ type, props }: AnyResource, kind: string, group: RegExp): boolean {
  const object = kubernetesKind(type, props);
  return object !== undefined && object.kind === kind && group.test(object.apiVersion);
}

/** Releases of a Helm chart: what they make is hidden in their values. (The Chart resources have children.) */
export function isHelmRelease(type: string): boolean {
  return type === "kubernetes:helm.sh/v3:Release";
}

/** Components whose children the Kubernetes provider itself declares, and leaves out while it cannot render them. */
export function isRenderedByProvider(type: string): boolean {
  return /^kubernetes:(helm\.sh\/v4:Chart|(yaml|kustomize)\/v2:\w+)$/.test(type);
}
