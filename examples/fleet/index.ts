// The program of both ways: in a stack named "all" it makes every cluster of the list, in one named after a cluster
// that one.
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster } from "../../components";
import { clusters } from "./clusters";

const stack = pulumi.getStack();
const names = stack === "all" ? Object.keys(clusters) : [stack];

function create(name: string) {
  if (!Object.hasOwn(clusters, name)) {
    const known = Object.keys(clusters).join(", ");
    throw new pulumi.RunError(`stack ${name}: no cluster of the list is called so; ${known}, or "all"`);
  }
  const { location, ...args } = clusters[name];
  // In the cluster's own region: what happens to another region does not concern it.
  const group = new ResourceGroup(name, { location });
  const cluster = new CalicoEbpfCluster(name, { resourceGroupName: group.name, ...args });
  const { clusterName, resourceGroupName, kubeconfig, linuxDataplane, calicoVersion } = cluster;
  return { clusterName, resourceGroupName, kubeconfig, linuxDataplane, calicoVersion };
}

/** By name, for the programs that come after: `new pulumi.StackReference(...).requireOutput("fleet")`. */
export const fleet = Object.fromEntries(names.map((name) => [name, create(name)]));
