// What `connectivity` makes, all of it in one namespace of its own.
import { randomBytes } from "node:crypto";
import type { CalicoApi } from "../../components/layers/calicoApi";

/** The image of Kubernetes' own end-to-end tests: a server that tells what it sees, and curl (test/images/agnhost). */
export const defaultImage =
  "registry.k8s.io/e2e-test-images/agnhost:2.53@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85";

/** Where the server listens in its pod. */
export const serverPort = 8080;

export const ownLabel = "app.kubernetes.io/managed-by=aks-calico-ebpf";
const [ownKey, ownValue] = ownLabel.split("=");
export const ownLabels = { [ownKey]: ownValue };

export const namespaceName = (purpose: "test" | "bench"): string =>
  `aks-calico-ebpf-${purpose}-${randomBytes(3).toString("hex")}`;

/** @param level which pods it admits (Pod Security Standards) */
export const namespace = (name: string, level: "privileged" | "restricted") => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { ...ownLabels, "pod-security.kubernetes.io/enforce": level } },
});

/** A pod that may do nothing but run, on this node. Its name is its role. */
export const podOn = (node: string, name: string, containers: object[], more: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { ...ownLabels, role: name } },
  spec: {
    nodeSelector: { "kubernetes.io/hostname": node },
    tolerations: [{ operator: "Exists" }],
    ...more,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: containers.map((one) => ({ ...one, securityContext: containerSecurity })),
  },
});

const containerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

export type PodName = "server" | "client-near" | "client-far" | "client-host";

/** The server, a client beside it, and two on the other node, one of them in the host's network. */
export function pods(near: string, far: string, image: string) {
  const pod = (name: PodName, node: string, args: string[], container: object = {}, more: object = {}) => {
    const resources = { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } };
    return podOn(node, name, [{ name: "agnhost", image, args, resources, ...container }], more);
  };
  const readinessProbe = { httpGet: { path: "/hostname", port: serverPort }, periodSeconds: 1 };
  return [
    pod("server", near, ["netexec", `--http-port=${serverPort}`, "--udp-port=-1"], { readinessProbe }),
    pod("client-near", near, ["pause"]),
    pod("client-far", far, ["pause"]),
    pod("client-host", far, ["pause"], {}, { hostNetwork: true }),
  ];
}

/**
 * Of both types the traffic policy is `Cluster`: kube-proxy hides the client's address then, and Calico's eBPF does
 * not. With `Local` both keep it, and nothing would be shown.
 */
export const service = (type: "NodePort" | "LoadBalancer", port: number) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: type === "NodePort" ? "server" : "load-balanced", labels: ownLabels },
  spec: {
    type,
    externalTrafficPolicy: "Cluster",
    selector: { role: "server" },
    ports: [{ port, targetPort: serverPort }],
  },
});

/** As it is stored in v1, where the name begins with the tier; v3 allows that (components/layers/extras.ts). */
function policy(api: CalicoApi, name: string, order: number, spec: object) {
  const metadata = { name: `default.${name}`, labels: ownLabels };
  return { apiVersion: api, kind: "NetworkPolicy", metadata, spec: { order, ...spec } };
}

/**
 * Where the cluster denies what no policy allows, the pods must speak all the same: a policy without an order comes
 * last.
 */
export const openPolicy = (api: CalicoApi) =>
  policy(api, "open", 1000, {
    selector: "all()",
    types: ["Ingress", "Egress"],
    ingress: [{ action: "Allow" }],
    egress: [{ action: "Allow" }],
  });

/** The one that must pass comes before the one that must drop. */
export const testPolicies = (api: CalicoApi) => {
  const toServer = { selector: "role == 'server'", types: ["Ingress"] };
  const from = { selector: "role == 'client-near'" };
  return [
    policy(api, "must-pass", 10, { ...toServer, ingress: [{ action: "Allow", source: from }] }),
    policy(api, "must-drop", 20, { ...toServer, ingress: [{ action: "Deny" }] }),
  ];
};
