import { Provider } from "@pulumi/kubernetes/provider";
import { layers, theirHost, theirKubeconfig } from "../right";

layers(theirHost, new Provider("theirs", { kubeconfig: theirKubeconfig }));

export const kubeconfig = theirKubeconfig;
