import { layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster();
layers(cluster.fqdn, makeProvider(cluster), { host: "other-0a1b2c3d.hcp.westeurope.azmk8s.io" });
