// A cluster, and an application in it that waits for the data plane and is not touched when that is switched.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster, type Dataplane } from "../../components";

const dataplane = new pulumi.Config().require<Dataplane>("dataplane");
const cluster = new CalicoEbpfCluster("aks", { dataplane });

const inCluster = { provider: cluster.provider, dependsOn: cluster };
const labels = { app: "web" };
const container = { name: "web", image: "nginx:1.29", ports: [{ containerPort: 80 }] };
const web = new k8s.apps.v1.Deployment(
  "web",
  {
    metadata: { name: "web" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  },
  inCluster,
);
const service = new k8s.core.v1.Service(
  "web",
  { metadata: { name: "web" }, spec: { selector: web.spec.selector.matchLabels, ports: [{ port: 80 }] } },
  inCluster,
);

export const { kubeconfig, linuxDataplane } = cluster;
export const address = service.spec.clusterIP;
