import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const provider = new Provider("cluster", { kubeconfig: config.require("kubeconfig") });
const namespace = new Namespace("operator", { metadata: { name: "tigera-operator" } }, { provider });
const operator = new Release(
  "operator",
  {
    name: "calico",
    chart: "tigera-operator",
    version: config.require("version"),
    repositoryOpts: { repo: "https://docs.tigera.io/calico/charts" },
    namespace: namespace.metadata.name,
    values: { installation: { enabled: false }, apiServer: { enabled: false } },
  },
  { provider },
);
new CustomResource(
  "installation",
  {
    apiVersion: "operator.tigera.io/v1",
    kind: "Installation",
    metadata: {
      name: "default",
      annotations: {
        "pulumi.com/deletionPropagationPolicy": "background",
        "pulumi.com/waitFor": "condition=Ready",
      },
    },
    spec: { kubernetesProvider: "AKS", cni: { type: "AzureVNET" } },
  },
  { provider, dependsOn: operator },
);
