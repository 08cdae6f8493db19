import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

const provider = new Provider("cluster", { kubeconfig: new pulumi.Config().require("kubeconfig") });
new CustomResourcePatch(
  "felix",
  {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "FelixConfiguration",
    metadata: { name: "default", annotations: { "pulumi.com/patchForce": "true" } },
    spec: { bpfEnabled: true },
  },
  { provider },
);
