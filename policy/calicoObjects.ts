// What a resource says to Calico and its operator, however it is declared: as an object, as a patch of it, or in the
// values of a Helm release of the operator.
import { AnyResource, Section } from "./aksCluster";
import { isHelmRelease, isOfKind } from "./resourceTypes";
import { read, Unknown } from "./unknown";

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
export function isOperatorRelease({ type, props }: AnyResource): boolean {
  return isHelmRelease(type) && /tigera-operator/.test(String(read(props, "chart")));
}

function releaseSection(resource: AnyResource, ...root: string[]): Section {
  const hasFiles = isOperatorRelease(resource) && read(resource.props, "valueYamlFiles", "0") !== undefined;
  return section(resource.props, ["values", ...root], hasFiles);
}

/** The spec of the Installation that the operator reads: `default`, or `overlay`, which it lays over it. */
export function installation(resource: AnyResource): Section | undefined {
  const { type, props } = resource;
  if (isHelmRelease(type)) {
    const values = read(props, "values", "installation");
    if (read(props, "values", "installation", "enabled") === false) return undefined;
    return values === undefined && !isOperatorRelease(resource)
      ? undefined
      : releaseSection(resource, "installation");
  }
  if (!isOfKind(resource, "Installation", /^operator\.tigera\.io\//)) return undefined;
  const name = read(props, "metadata", "name");
  // An Installation of another name does nothing.
  return ["default", "overlay", Unknown].includes(name) ? section(props, ["spec"]) : undefined;
}

/** What installs Calico, and not merely patches what is there. */
export function installsCalico(resource: AnyResource): boolean {
  if (isOperatorRelease(resource)) return true;
  return installation(resource) !== undefined && !/Patch$/.test(resource.type);
}

/** A FelixConfiguration's spec; the chart makes `default` from its values, and only where they are `enabled`. */
export function felixConfiguration(resource: AnyResource): Section | undefined {
  const { type, props } = resource;
  if (isHelmRelease(type)) {
    if (read(props, "values", "defaultFelixConfiguration", "enabled") !== true) return undefined;
    return section(props, ["values", "defaultFelixConfiguration"]);
  }
  return isOfKind(resource, "FelixConfiguration", /^(crd\.)?projectcalico\.org\//)
    ? section(props, ["spec"])
    : undefined;
}

/** An IP pool as Calico stores it: what the operator makes of the Installation's. */
export function ipPool(resource: AnyResource): Section | undefined {
  return isOfKind(resource, "IPPool", /^(crd\.)?projectcalico\.org\//)
    ? section(resource.props, ["spec"])
    : undefined;
}

/** The node that a FelixConfiguration is about; undefined for the cluster's. */
export function nodeOf({ props }: AnyResource): string | undefined {
  const name = read(props, "metadata", "name");
  return typeof name === "string" && name.startsWith("node.") ? name.slice("node.".length) : undefined;
}

/** kube-proxy's DaemonSet, whole or patched. */
export function isKubeProxy(resource: AnyResource): boolean {
  return (
    isOfKind(resource, "DaemonSet", /^apps\//) && isNamed(resource, "kube-proxy", "kube-system", undefined)
  );
}

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

export interface Endpoint {
  readonly host: any;
  readonly port: any;
  /** Where the host is written. */
  readonly path: string;
}

/** Where calico-node finds the API server: the ConfigMap that the operator watches, or the values it is made from. */
export function endpoint(resource: AnyResource): Endpoint | undefined {
  if (isHelmRelease(resource.type)) {
    const values = section(resource.props, ["values", "kubernetesServiceEndpoint"]);
    const host = values.get("host");
    return host === undefined ? undefined : { host, port: values.get("port"), path: values.path("host") };
  }
  if (!isOfKind(resource, "ConfigMap", /^(core\/)?v1$/)) return undefined;
  if (!isNamed(resource, "kubernetes-services-endpoint", "tigera-operator")) return undefined;
  // A patch without data only looks.
  if (resource.type.endsWith("Patch") && read(resource.props, "data") === undefined) return undefined;
  const data = section(resource.props, ["data"]);
  const [host, port] = [data.get("KUBERNETES_SERVICE_HOST"), data.get("KUBERNETES_SERVICE_PORT")];
  return { host, port, path: data.path("KUBERNETES_SERVICE_HOST") };
}

/** The gate: what waits for `TigeraStatus/calico`. */
export function isGate(resource: AnyResource): boolean {
  return isOfKind(resource, "TigeraStatus", /^operator\.tigera\.io\//) && isNamed(resource, "calico");
}

/** Whether a resource waits for something of its own, by the Kubernetes provider's annotation. */
export function waitsFor({ props }: AnyResource, what: string): boolean {
  const waiting = read(props, "metadata", "annotations", "pulumi.com/waitFor");
  return typeof waiting === "string" && waiting.includes(what);
}
