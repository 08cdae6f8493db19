import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { kubeProxyOff, theirHost, theirKubeconfig } from "../right";

const kubeconfig = pulumi.secret(theirKubeconfig);
kubeProxyOff({ provider: new Provider("theirs", { kubeconfig, clusterIdentifier: theirHost }) });
