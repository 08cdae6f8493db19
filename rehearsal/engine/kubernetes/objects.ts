// Kubernetes objects as plain JSON, and the annotations by which a program talks to the provider.

import { UNKNOWN, type Json, type Props } from "../provider";

/** A Kubernetes object as the API server sends it: untyped, since any kind may be declared. */
export type KubeObject = { [member: string]: any };

/** What pulumi-kubernetes reads from an object's annotations (provider/pkg/metadata/annotations.go). */
export const annotations = {
  autonamed: "pulumi.com/autonamed",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  patchFieldManager: "pulumi.com/patchFieldManager",
  patchForce: "pulumi.com/patchForce",
  replaceUnready: "pulumi.com/replaceUnready",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
} as const;

/** Outputs that pulumi-kubernetes keeps beside the live object (`checkpointObject` in provider.go). */
export const FIELD_MANAGER = "__fieldManager";
export const INITIAL_API_VERSION = "__initialApiVersion";

export const nameOf = (object: KubeObject): string => text(object.metadata?.name);
export const namespaceOf = (object: KubeObject): string => text(object.metadata?.namespace);
export const generationOf = (object: KubeObject): number => object.metadata?.generation ?? 0;

/** The value of an annotation, "" where there is none. */
export function annotation(object: KubeObject, key: string): string {
  return text(object.metadata?.annotations?.[key]);
}

/** `namespace/name`, or the name alone where a kind has no namespace: the resource's id. */
export function idOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** The namespace and the name in an id. */
export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** Whether `object` names `owner` in its owner references, by uid. */
export function isOwnedBy(object: KubeObject, owner: KubeObject | undefined): boolean {
  const references: KubeObject[] = object.metadata?.ownerReferences ?? [];
  return owner !== undefined && references.some((r) => r.uid === owner.metadata?.uid);
}

/** Whether a value that a preview cannot know stands anywhere in it. */
export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) {
    return true;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** A name as people see it: without the namespace where that is "default". */
export function shownName(object: KubeObject): string {
  return ["", "default"].includes(namespaceOf(object)) ? nameOf(object) : idOf(object);
}

export function isCrd(object: KubeObject): boolean {
  return (
    object.kind === "CustomResourceDefinition" && text(object.apiVersion).startsWith("apiextensions.k8s.io/")
  );
}

/** Inputs as the API server wants them: TypeScript cannot spell `x-kubernetes-*`, the SDK uses underscores. */
export function toKubeObject(inputs: Props): KubeObject {
  return renamed(inputs, (key) =>
    key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key,
  ) as Props;
}

/** The other way round, for outputs that a program reads. */
export function toProps(object: KubeObject): Props {
  return renamed(object as Props, (key) =>
    key.startsWith("x-kubernetes-") ? key.replaceAll("-", "_") : key,
  ) as Props;
}

function renamed(value: Json, name: (key: string) => string): Json {
  if (Array.isArray(value)) {
    return value.map((item) => renamed(item, name));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [name(k), renamed(v, name)]));
  }
  return value;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
