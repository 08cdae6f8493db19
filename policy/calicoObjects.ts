// What a Kubernetes resource says to Calico and its operator, however it is declared: as an object, as a patch of it, or
// in the values of a Helm release of the operator.
import { AnyResource, Section } from "./aksCluster";
import { read, Unknown } from "./unknown";

/**
 * The kind of a Kubernetes object, whole or patched, with its API version: `apps/v1`, `core/v1`.
 *
 * `CustomResource` and `CustomResourcePatch` of `@pulumi/kubernetes` build their token from the object
 * (`kubernetes:<apiVersion>:<kind>[Patch]`, apiextensions/customResource.ts), and so do the children of `yaml`,
 * `kustomize` and `helm` components. `kubernetes:apiextensions.k8s.io:CustomResource`, as Pulumi YAML writes it,
 * leaves the object's kind to the properties.
 */
function kindOf({ type, props }: AnyResource): [kind: any, apiVersion: any] {
  const [, apiVersion, kind] = /^kubernetes:([^:]+):([^:]+?)(?:Patch)?$/.exec(type) ?? [];
  return kind === "CustomResource" ? [read(props, "kind"), read(props, "apiVersion")] : [kind, apiVersion];
}

/** Whether a resource is an object of that kind, whole or patched. @param group matches its `apiVersion` */
export function isOfKind(resource: AnyResource, wanted: string, group: RegExp): boolean {
  const [kind, apiVersion] = kindOf(resource);
  return kind === wanted && group.test(String(apiVersion));
}

const operatorGroup = /^operator\.tigera\.io\//;
const calicoGroup = /^(crd\.)?projectcalico\.org\//;
export const isConfigMap = (resource: AnyResource) => isOfKind(resource, "ConfigMap", /^(core\/)?v1$/);

/** Releases of a Helm chart: what they make is hidden in their values. (The Chart resources have children.) */
const isRelease = ({ type }: AnyResource) => type === "kubernetes:helm.sh/v3:Release";

/** Components whose children the Kubernetes provider itself declares, and leaves out while it cannot render them. */
export const isRenderedByProvider = (type: string) =>
  /^kubernetes:(helm\.sh\/v4:Chart|(yaml|kustomize)\/v2:\w+)$/.test(type);

/** Files of values are not opened here: what an operator's release takes from them is not known. */
function section(props: any, root: string[], isHidden = false): Section {
  return {
    get: (...path) => {
      const value = read(props, ...root, ...path);
      return value === undefined && isHidden ? Unknown : value;
    },
    path: (property) => [...root, property].join("."),
  };
}

/** Of that name, in one of the namespaces where any are given; undefined stands for the provider's own. */
function isNamed({ props }: AnyResource, name: string, ...namespaces: any[]): boolean {
  if (read(props, "metadata", "name") !== name) return false;
  return !namespaces.length || [Unknown, ...namespaces].includes(read(props, "metadata", "namespace"));
}

/** A release of the chart `tigera-operator`, by its name, path or oci:// reference. */
const isOperatorRelease = (resource: AnyResource) =>
  isRelease(resource) && /tigera-operator/.test(String(read(resource.props, "chart")));

/** The spec of the Installation that the operator reads: `default`, or `overlay`, which it lays over it. */
export function installation(resource: AnyResource): Section | undefined {
  const { props } = resource;
  if (isRelease(resource)) {
    const isOperator = isOperatorRelease(resource);
    if (read(props, "values", "installation", "enabled") === false) return undefined;
    if (read(props, "values", "installation") === undefined && !isOperator) return undefined;
    const hasFiles = isOperator && read(props, "valueYamlFiles", "0") !== undefined;
    return section(props, ["values", "installation"], hasFiles);
  }
  if (!isOfKind(resource, "Installation", operatorGroup)) return undefined;
  // An Installation of another name does nothing.
  const isRead = ["default", "overlay", Unknown].includes(read(props, "metadata", "name"));
  return isRead ? section(props, ["spec"]) : undefined;
}

/** What installs Calico, and not merely patches what is there. */
export function installsCalico(resource: AnyResource): boolean {
  return (
    isOperatorRelease(resource) || (installation(resource) !== undefined && !resource.type.endsWith("Patch"))
  );
}

/** A FelixConfiguration's spec; the chart makes `default` from its values, and only where they are `enabled`. */
export function felixConfiguration(resource: AnyResource): Section | undefined {
  const { props } = resource;
  if (isOfKind(resource, "FelixConfiguration", calicoGroup)) return section(props, ["spec"]);
  const chart = ["values", "defaultFelixConfiguration"];
  return isRelease(resource) && read(props, ...chart, "enabled") === true ? section(props, chart) : undefined;
}

/** An IP pool as Calico stores it: what the operator makes of the Installation's. */
export const ipPool = (resource: AnyResource): Section | undefined =>
  isOfKind(resource, "IPPool", calicoGroup) ? section(resource.props, ["spec"]) : undefined;

/** The node that a FelixConfiguration is about; undefined for the cluster's. */
export function nodeOf({ props }: AnyResource): string | undefined {
  const name = read(props, "metadata", "name");
  return typeof name === "string" && name.startsWith("node.") ? name.slice("node.".length) : undefined;
}

/** kube-proxy's DaemonSet, whole or patched. */
export const isKubeProxy = (resource: AnyResource): boolean =>
  isOfKind(resource, "DaemonSet", /^apps\//) && isNamed(resource, "kube-proxy", "kube-system", undefined);

/**
 * kube-proxy kept off every node by a selector, which only an eBPF data plane survives. `Unknown` where the selector is
 * not known yet.
 */
export function isParked(resource: AnyResource): boolean | typeof Unknown {
  if (!isKubeProxy(resource)) return false;
  const selector = read(resource.props, "spec", "template", "spec", "nodeSelector");
  if (selector === undefined || selector === Unknown) return selector === undefined ? false : Unknown;
  // Labels of the platform (`kubernetes.io/os: linux`) place kube-proxy, they do not park it.
  return Object.keys(selector).some((label) => !/(^|\.)kubernetes\.(io|azure\.com)\//.test(label));
}

/** Where calico-node finds the API server. */
export interface Endpoint {
  readonly host: any;
  /** Where the host is written. */
  readonly path: string;
  /** The property that the host is in. */
  readonly property: string;
}

/** The ConfigMap that the operator watches, or the values it is made from. */
export function endpoint(resource: AnyResource): Endpoint | undefined {
  const at = (...path: string[]) => ({
    host: read(resource.props, ...path),
    path: path.join("."),
    property: path[0],
  });
  if (isRelease(resource)) {
    const its = at("values", "kubernetesServiceEndpoint", "host");
    return its.host === undefined ? undefined : its;
  }
  if (!isConfigMap(resource) || !isNamed(resource, "kubernetes-services-endpoint", "tigera-operator"))
    return undefined;
  // A patch without data only looks.
  if (resource.type.endsWith("Patch") && read(resource.props, "data") === undefined) return undefined;
  return at("data", "KUBERNETES_SERVICE_HOST");
}

/** The gate: what waits for `TigeraStatus/calico`. */
export const isGate = (resource: AnyResource): boolean =>
  isOfKind(resource, "TigeraStatus", operatorGroup) && isNamed(resource, "calico");

/** Whether a resource waits for something of its own, by the Kubernetes provider's annotation. */
export function waitsFor({ props }: AnyResource, what: string): boolean {
  const waiting = read(props, "metadata", "annotations", "pulumi.com/waitFor");
  return typeof waiting === "string" && waiting.includes(what);
}
