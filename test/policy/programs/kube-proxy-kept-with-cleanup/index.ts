import { layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster();
layers(cluster.fqdn, makeProvider(cluster), {
  kubeProxyOff: false,
  felix: { bpfKubeProxyHealthzPort: 10258 },
});
