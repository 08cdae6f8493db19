// The program: reads the stack's configuration (described in Pulumi.yaml) and makes one cluster of it.
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster } from "./components";

const config = new pulumi.Config();
const args: Record<string, any> = {};
// Every key becomes an argument, an unknown one too: the component refuses it by name. What is empty is left out.
for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
  const [project, name] = key.split(":");
  if (project !== config.name || ["", "{}", "[]"].includes(text)) continue;
  const value = /^[{[]/.test(text) ? config.requireObject(name) : text;
  args[name] = ["true", "false"].includes(text)
    ? text === "true"
    : name.endsWith("Minutes")
      ? Number(text)
      : value;
}
// They may hold a secret, and a program is not told which of its settings do.
if (args.calico?.values !== undefined) args.calico.values = pulumi.secret(args.calico.values);
const cluster = new CalicoEbpfCluster("aks", args);

export const { resourceGroupName, clusterName, clusterId, nodeResourceGroup, fqdn, oidcIssuerUrl } = cluster;
export const { linuxDataplane, bpfEnabled, calicoVersion, endpoint, kubeconfig } = cluster;
