// The program: reads the stack's configuration (described in Pulumi.yaml) and makes one cluster of it.
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster } from "./components";

const config = new pulumi.Config();
const args: Record<string, any> = {};
// Every key becomes an argument, an unknown one too: the component refuses it by name. What is empty is left out.
for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
  const [project, name] = key.split(":");
  if (project !== config.name || ["", "{}", "[]"].includes(text)) continue;
  const isText = !/^([{[].*|true|false)$/s.test(text) && !(name.endsWith("Minutes") && Number(text));
  args[name] = isText ? text : config.requireObject(name);
}
// Pulumi says which setting has a secret in it, and not where: what may hold one is one as a whole.
const secret = process.env.PULUMI_CONFIG_SECRET_KEYS ?? "";
for (const [name, part] of Object.entries({ calico: "values", managedCluster: "httpProxyConfig" }))
  if (secret.includes(`"${config.name}:${name}"`) && args[name]?.[part] !== undefined)
    args[name][part] = pulumi.secret(args[name][part]);
const cluster = new CalicoEbpfCluster("aks", args);

export const { resourceGroupName, clusterName, clusterId, nodeResourceGroup, fqdn, oidcIssuerUrl } = cluster;
export const { linuxDataplane, bpfEnabled, calicoVersion, endpoint, kubeconfig } = cluster;
