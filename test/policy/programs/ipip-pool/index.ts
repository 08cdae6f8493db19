import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster({ networkProfile: { networkPlugin: "none", loadBalancerSku: "standard" } });
const provider = makeProvider(cluster);
const { endpoint, last } = layers(cluster.fqdn, provider, { switch: false });
new CustomResource(
  "installation",
  {
    apiVersion: "operator.tigera.io/v1",
    kind: "Installation",
    metadata: { name: "default" },
    spec: {
      kubernetesProvider: "AKS",
      cni: { type: "Calico" },
      calicoNetwork: {
        linuxDataplane: "BPF",
        bgp: "Disabled",
        ipPools: [{ cidr: "10.244.0.0/16", encapsulation: "IPIP" }],
      },
    },
  },
  { provider, dependsOn: [endpoint, last] },
);
