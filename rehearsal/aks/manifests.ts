import fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { healthzPortBesideKubeProxy } from "../../components/healthzPorts";
import type { KubeObject } from "../controlPlane/api";
import type { ClusterSpec } from "../controlPlane/cluster";

/** AKS's manifests for this cluster, in the order in which they can be applied. */
export function addons(
  version: string,
  { calico, kubeProxy = true }: ClusterSpec,
  faults: readonly string[] = [],
): KubeObject[] {
  const text = fs.readFileSync(path.join(__dirname, "addons.yaml"), "utf8").replace("$VERSION", version);
  const [proxy, coreDns, ...managedCalico] = load(text) as KubeObject[];
  if (faults.includes("kube-proxy-on-felix-port"))
    proxy.spec.template.spec.containers[0].command.push(
      `--healthz-bind-address=0.0.0.0:${healthzPortBesideKubeProxy}`,
    );
  return [...(kubeProxy ? [proxy] : []), coreDns, ...(calico ? managedCalico : [])];
}
