// A file of its own, loaded when a kubeconfig is read: the client takes a second where it is not bundled.
export { KubeConfig } from "@kubernetes/client-node";
