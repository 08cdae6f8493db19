// Type tokens: `kubernetes:<group>/<version>:<Kind>`, and `<Kind>Patch` for a part of an object that others own.

import type { Props } from "../provider";

export interface ResourceType {
  readonly apiVersion: string;
  /** The last part of the token, with "Patch" where it has that. */
  readonly name: string;
}

/** Modules of pulumi-kubernetes that are no API groups; each has machinery of its own. */
const otherModules: Record<string, string> = {
  "helm.sh":
    "only helm.sh/v3:Release is; a Chart renders on the provider's side, so declare a Release in its place",
  kustomize: "kustomize directories are not rendered here; declare the objects themselves",
  yaml: "YAML manifests are not expanded here; declare the objects themselves",
};

/** @throws Error naming the type where it is not a kind of the Kubernetes API. */
export function parseType(token: string): ResourceType {
  const [pkg, module = "", name = "", ...more] = token.split(":");
  const [group, version, ...deeper] = module.split("/");
  const reason = otherModules[group];
  if (reason) {
    throw new Error(`resource type ${token} is not supported by the rehearsal: ${reason}`);
  }
  if (pkg !== "kubernetes" || !version || name === "" || more.length > 0 || deeper.length > 0) {
    throw new Error(
      `resource type ${token} is not a kind of the Kubernetes API: write kubernetes:<group>/<version>:<Kind>, ` +
        "such as kubernetes:core/v1:ConfigMap",
    );
  }
  return { apiVersion: group === "core" ? version : `${group}/${version}`, name };
}

/** Whether the resource patches an object: its kind and "Patch" make the token's name (kinds/util.go). */
export function isPatch(token: string, inputs: Props): boolean {
  return `${inputs.kind}Patch` === token.split(":").at(-1);
}

/** Lists are for manifests only; `ListMeta` kinds such as ConfigMapList (kinds/util.go, IsListURN). */
export function isList(type: ResourceType): boolean {
  return type.name === "List" || (builtIn(type.apiVersion) && /[a-z]List(Patch)?$/.test(type.name));
}

/** Groups that Kubernetes itself serves: they have no dot, or end in k8s.io. */
export function builtIn(apiVersion: string): boolean {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/** Built-in kinds without a namespace: asked only where the server cannot be (kinds/kinds.go, Namespaced). */
const clusterScoped = new Set(
  (
    "APIService CertificateSigningRequest ClusterRole ClusterRoleBinding ClusterTrustBundle ComponentStatus CSIDriver " +
    "CSINode CustomResourceDefinition DeviceClass FlowSchema IngressClass IPAddress MutatingAdmissionPolicy " +
    "MutatingAdmissionPolicyBinding MutatingWebhookConfiguration Namespace Node PersistentVolume PriorityClass " +
    "PriorityLevelConfiguration ResourceSlice RuntimeClass SelfSubjectAccessReview SelfSubjectRulesReview " +
    "ServiceCIDR StorageClass StorageVersion StorageVersionMigration SubjectAccessReview TokenReview " +
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment " +
    "VolumeAttributesClass"
  ).split(" "),
);

/** Whether a kind has a namespace; undefined = only the server knows. */
export function knownNamespaced(apiVersion: string, kind: string): boolean | undefined {
  return builtIn(apiVersion) ? !clusterScoped.has(kind) : undefined;
}
