// What the operator makes of an Installation in calico-system: tigera/operator v1.40.2 pkg/render.
import fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { apiVariables } from "../aks/calicoApi";
import type { CalicoApi } from "../controlPlane/cluster";
import type { KubeObject } from "../controlPlane/api";
import { type InstallationSpec, isBpf } from "./defaults";

/** What the workloads take from the operator itself. */
export interface Rendering {
  /**
   * Where calico-node finds the API server (pkg/controller/k8sapi/k8s-endpoint.go, ServiceEndpoint). At first the
   * operator's own environment, which the kubelet fills with the Service's address.
   */
  endpoint: { host: string; port: string };
  /** Such as `v3.31.2`. */
  release: string;
  /** Of Calico's own resources. */
  api: CalicoApi;
  /** The operator's own, which calico-node takes over (core_controller.go, defaultDNSPolicy). */
  dnsPolicy: string;
}

/** common.CalicoNamespace. */
export const namespace = "calico-system";

const templates = fs.readFileSync(path.join(__dirname, "workloads.yaml"), "utf8");

export function workloads(
  spec: InstallationSpec,
  { endpoint, release, api, dnsPolicy }: Rendering,
): KubeObject[] {
  const [calicoNode, controllers] = load(templates) as KubeObject[];
  const image = (name: string) =>
    `${spec.registry ?? "quay.io/"}${spec.imagePath ?? "calico"}/${name}:${release}`;
  // ServiceEndpoint.EnvVars: both or none.
  const { host, port } = endpoint;
  const server =
    host && port ? variables({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port }) : [];
  const env = [...server, ...apiVariables(api)];

  calicoNode.spec.updateStrategy = spec.nodeUpdateStrategy;
  const pod = calicoNode.spec.template.spec;
  pod.dnsPolicy = dnsPolicy;
  const [bootstrap, installCni] = pod.initContainers;
  bootstrap.image = image("node");
  // Without BPF it only tries to mount the BPF file system: the one visible difference of the templates.
  if (!isBpf(spec)) bootstrap.command.push("-best-effort");
  Object.assign(installCni, { image: image("cni"), env });
  Object.assign(pod.containers[0], { image: image("node"), env: [...nodeVariables(spec), ...env] });
  if (spec.cni.type !== "Calico") {
    pod.initContainers.pop();
    pod.volumes.pop();
  }

  const { tolerations, containers } = controllers.spec.template.spec;
  tolerations.unshift(...(spec.controlPlaneTolerations ?? []));
  Object.assign(containers[0], { image: image("kube-controllers"), env });
  return [...cniConfig(spec, endpoint), calicoNode, controllers];
}

const variables = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** nodeEnvVars, cut down: BIRD only with BGP; a network that is not Calico's has no backend. */
function nodeVariables({ cni, calicoNetwork }: InstallationSpec) {
  const calicoCni = cni.type === "Calico";
  return variables({
    CALICO_MANAGE_CNI: String(calicoCni),
    CALICO_NETWORKING_BACKEND: calicoNetwork.bgp === "Enabled" ? "bird" : calicoCni ? "vxlan" : "none",
  });
}

/** nodeCNIConfigMap: what install-cni writes, cut down; none where the network is not Calico's. */
function cniConfig(spec: InstallationSpec, { host, port }: Rendering["endpoint"]): KubeObject[] {
  if (spec.cni.type !== "Calico") return [];
  const kubernetes = host && port ? { k8s_api_root: `https://${host}:${port}` } : {};
  const plugins = [{ type: "calico", ipam: { type: "calico-ipam" }, policy: { type: "k8s" }, kubernetes }];
  const config = JSON.stringify({ name: "k8s-pod-network", cniVersion: "0.3.1", plugins });
  const metadata = { name: "cni-config", namespace };
  return [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: { config } }];
}
