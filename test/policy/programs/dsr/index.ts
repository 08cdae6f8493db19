import { layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster();
layers(cluster.fqdn, makeProvider(cluster), { felix: { bpfExternalServiceMode: "DSR" } });
