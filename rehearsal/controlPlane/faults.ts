/** What can be made to go wrong in a cluster by its daemon and kwok, in the words of the command line's help. */
export const clusterFaults = {
  "kube-proxy-put-during": "the addon manager overwrites kube-proxy wholly, by PUT, as soon as it is off",
  "kube-proxy-put-after": "the same, when kube-proxy has been looked at again",
  "kube-proxy-on-felix-port": "kube-proxy listens where Felix is to answer",
  "operator-degraded": "the operator is Degraded",
  "operator-dead": "the operator does nothing",
  "foreign-manager": "another field manager owns what is ours, by force",
  "node-not-ready": "one node is NotReady: its kubelet does nothing any more",
  "node-never-ready": "calico-node never gets ready on one node",
  "felix-falls-back": "Felix of one node falls back to iptables, and nobody says so",
  "felix-late": "Felix of one node follows its configuration 40 s late",
} as const;

export type ClusterFault = keyof typeof clusterFaults;
