import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import { layers, makeCluster, makeProvider } from "../right";

const cluster = makeCluster();
new AgentPool("windows", {
  resourceGroupName: "team",
  resourceName: cluster.name,
  agentPoolName: "win",
  mode: "User",
  osType: "Windows",
  osSKU: "Windows2022",
  count: 3,
  maxPods: 50,
  type: "VirtualMachineScaleSets",
  vmSize: "Standard_D4s_v5",
});
layers(cluster.fqdn, makeProvider(cluster));
