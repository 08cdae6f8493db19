// An application of a stack of its own: the cluster's stack hands it the kubeconfig. Its server tells each client the
// address that it sees, and a Calico policy lets one range of them in.
import { isIPv4 } from "node:net";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clientRange = config.require("clientRange");
const [, address, bits] = /^(.*)\/(\d{1,2})$/.exec(clientRange) ?? [];
// The API server takes any text here: the CRD only says that it is one.
if (!isIPv4(address ?? "") || Number(bits) > 32)
  throw new pulumi.RunError(
    `clientRange "${clientRange}" is not a range of IPv4 addresses; write for example 203.0.113.0/24`,
  );

const cluster = new pulumi.StackReference(config.require("clusterStack"));
const provider = new Provider("cluster", {
  // A secret there, so it is one in this stack too.
  kubeconfig: cluster.requireOutput("kubeconfig"),
  // Which cluster it is: without it a kubeconfig with another certificate would replace everything.
  clusterIdentifier: cluster.requireOutput("clusterName"),
});
const { metadata } = new Namespace(
  "source-ip",
  { metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
  { provider },
);
const namespace = metadata.name;
const labels = { app: "server" };
const port = 8080;

/**
 * Azure asks from this address whether a node is well (learn.microsoft.com, load-balancer-custom-probe-overview). Under
 * `externalTrafficPolicy: Cluster` it asks at the Service's node port (cloud-provider-azure, custom-health-probe). eBPF
 * keeps that address too, so the pods see it: a policy that drops it takes every node out of the load balancer.
 */
const healthProbes = "168.63.129.16/32";
const policy = new CustomResource(
  "clients",
  {
    // What AKS's Calico serves. A new Calico of your own may serve projectcalico.org/v3 instead.
    apiVersion: "crd.projectcalico.org/v1",
    kind: "NetworkPolicy",
    // In v1 the name begins with the tier.
    metadata: { name: "default.clients", namespace },
    spec: {
      order: 100,
      selector: `app == '${labels.app}'`,
      // What no rule of the pods' policies allows is dropped.
      types: ["Ingress"],
      ingress: [
        {
          action: "Allow",
          protocol: "TCP",
          source: { nets: [clientRange, healthProbes] },
          destination: { ports: [port] },
        },
      ],
    },
  },
  { provider },
);

const server = new Deployment(
  "server",
  {
    metadata: { namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "server",
              image: config.require("image"),
              args: ["netexec", `--http-port=${port}`, "--udp-port=-1"],
              ports: [{ containerPort: port }],
              readinessProbe: { httpGet: { path: "/hostname", port } },
              resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  },
  // No pod is reached before the policy is there.
  { provider, dependsOn: policy },
);

const service = new Service(
  "server",
  {
    metadata: { namespace },
    spec: {
      type: "LoadBalancer",
      // Kubernetes' default: every node takes requests, whether a pod runs there or not. With kube-proxy the pods would
      // see a node's address, and `Local` would be needed; eBPF keeps the client's.
      externalTrafficPolicy: "Cluster",
      selector: labels,
      ports: [{ port: 80, targetPort: port }],
    },
  },
  { provider, dependsOn: server },
);

export const url = pulumi.interpolate`http://${service.status.loadBalancer.ingress[0].ip}/clientip`;
export { namespace };
