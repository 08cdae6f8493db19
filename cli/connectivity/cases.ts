// The cases, as data.
import { type PodName, serverPort } from "./manifests";

/** Where everything is. */
export interface Place {
  namespace: string;
  serverAddress: string;
  clusterAddress: string;
  /** The address of the server's node. */
  nodeAddress: string;
  nodePort: number;
  /** Of the Service. */
  port: number;
  /** What an address belongs to, such as `node aks-...`. */
  owners: Map<string, string>;
  internet?: string;
}

/** `own address` = the server sees the client's. `none` = a packet that is dropped. */
export type Expected = "answer" | "own address" | "name" | "none";

export interface Case {
  check: string;
  from: Exclude<PodName, "server">;
  url(place: Place): string | undefined;
  expected: Expected;
  /** Says nothing where there is only one. */
  twoNodes?: true;
  advice: string;
}

const at = (address: string, port: number) =>
  `http://${address.includes(":") ? `[${address}]` : address}:${port}/clientip`;
const toPod = ({ serverAddress }: Place) => at(serverAddress, serverPort);
const toService = ({ clusterAddress, port }: Place) => at(clusterAddress, port);
const toNodePort = ({ nodeAddress, nodePort }: Place) => at(nodeAddress, nodePort);

const statusFirst = "`aks-calico-ebpf status`";
const services = `who serves Services there? ${statusFirst}, rows "kube-proxy is out of the way" and "every node proves eBPF"`;

export const cases: Case[] = [
  {
    check: "pod to pod, one node",
    from: "client-near",
    url: toPod,
    expected: "answer",
    advice: `the node's own data plane: ${statusFirst}, and the log of calico-node there`,
  },
  {
    check: "pod to pod, across nodes",
    from: "client-far",
    url: toPod,
    expected: "answer",
    twoNodes: true,
    advice: "routes or the overlay between nodes, and network security groups of the subnet",
  },
  { check: "pod to ClusterIP", from: "client-far", url: toService, expected: "answer", advice: services },
  { check: "pod to NodePort", from: "client-far", url: toNodePort, expected: "answer", advice: services },
  {
    check: "host to pod",
    from: "client-host",
    url: toPod,
    expected: "answer",
    advice: "what runs in the host's network, probes and webhooks among them, does not reach pods",
  },
  {
    check: "host to ClusterIP",
    from: "client-host",
    url: toService,
    expected: "answer",
    advice: `bpfConnectTimeLoadBalancing and bpfHostNetworkedNATWithoutCTLB: is one of them on? ${services}`,
  },
  {
    check: "DNS",
    from: "client-far",
    url: ({ namespace, port }) => at(`server.${namespace}.svc`, port),
    expected: "name",
    advice:
      "`kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide`; the row pod to ClusterIP comes first",
  },
  {
    check: "source IP preserved, NodePort",
    from: "client-host",
    url: toNodePort,
    expected: "own address",
    twoNodes: true,
    advice: `kube-proxy translates, eBPF does not: ${statusFirst}`,
  },
  {
    check: "pod to the internet",
    from: "client-far",
    url: ({ internet }) => internet,
    expected: "answer",
    advice: "the cluster's outbound type, its firewall, and natOutgoing of the IP pool",
  },
];

/** Asked one after the other, once both policies are there. */
export const policyCases: Case[] = [
  {
    check: "policy that must drop",
    from: "client-far",
    url: toPod,
    expected: "none",
    advice: `Calico's policies are not enforced on the server's node: ${statusFirst}, and the log of calico-node there`,
  },
  {
    check: "policy that must pass",
    from: "client-near",
    url: toPod,
    expected: "answer",
    advice:
      "a policy of lower order is not obeyed, or one of the cluster's comes first: `kubectl get globalnetworkpolicies`",
  },
];
