import { ebpfSwitch, layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster();
const provider = makeProvider(cluster);
layers(cluster.fqdn, provider, { switch: false });
ebpfSwitch({ provider });
