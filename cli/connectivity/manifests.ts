// What `connectivity` makes, all of it in one namespace of its own.
import { randomBytes } from "node:crypto";

/** The API of Calico's own resources. */
export type CalicoApi = "crd.projectcalico.org/v1" | "projectcalico.org/v3";

/** The image of Kubernetes' own end-to-end tests: a server that tells what it sees, and curl (test/images/agnhost). */
export const defaultImage =
  "registry.k8s.io/e2e-test-images/agnhost:2.53@sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85";

/** Where the server listens in its pod. */
export const serverPort = 8080;

export const ownLabel = "app.kubernetes.io/managed-by=aks-calico-ebpf";
const [ownKey, ownValue] = ownLabel.split("=");

export const namespaceName = (): string => `aks-calico-ebpf-test-${randomBytes(3).toString("hex")}`;

export const namespace = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  // The client in the host's network is not allowed elsewhere.
  metadata: { name, labels: { [ownKey]: ownValue, "pod-security.kubernetes.io/enforce": "privileged" } },
});

export type PodName = "server" | "client-near" | "client-far" | "client-host";

export interface PodOptions {
  node: string;
  image: string;
}

function pod(
  name: PodName,
  args: string[],
  { node, image }: PodOptions,
  more: { host?: true; probe?: object },
) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { [ownKey]: ownValue, role: name } },
    spec: {
      nodeSelector: { "kubernetes.io/hostname": node },
      tolerations: [{ operator: "Exists" }],
      ...(more.host && { hostNetwork: true }),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "agnhost",
          image,
          args,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
          ...(more.probe && { readinessProbe: more.probe }),
        },
      ],
    },
  };
}

/** The server, a client beside it, and two on the other node, one of them in the host's network. */
export function pods(near: string, far: string, image: string) {
  const probe = { httpGet: { path: "/hostname", port: serverPort }, periodSeconds: 1 };
  return [
    pod(
      "server",
      ["netexec", `--http-port=${serverPort}`, "--udp-port=-1"],
      { node: near, image },
      { probe },
    ),
    pod("client-near", ["pause"], { node: near, image }, {}),
    pod("client-far", ["pause"], { node: far, image }, {}),
    pod("client-host", ["pause"], { node: far, image }, { host: true }),
  ];
}

/**
 * Of both types the traffic policy is `Cluster`: kube-proxy hides the client's address then, and Calico's eBPF does
 * not. With `Local` both keep it, and nothing would be shown.
 */
export const service = (type: "NodePort" | "LoadBalancer", port: number) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: type === "NodePort" ? "server" : "load-balanced", labels: { [ownKey]: ownValue } },
  spec: {
    type,
    externalTrafficPolicy: "Cluster",
    selector: { role: "server" },
    ports: [{ port, targetPort: serverPort }],
  },
});

/** As it is stored in v1, where the name begins with the tier; v3 allows that (components/layers/defaultDeny.ts). */
function policy(api: CalicoApi, name: string, order: number, spec: object) {
  const metadata = { name: `default.${name}`, labels: { [ownKey]: ownValue } };
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
