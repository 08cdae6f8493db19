import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster({ enableRBAC: false });
const provider = makeProvider(cluster);
layers(cluster.fqdn, provider);
new ConfigMap(
  "settings",
  { data: { password: pulumi.secret("correct horse battery staple") } },
  { provider },
);
