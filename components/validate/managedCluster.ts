// What of azure-native's ManagedCluster is not passed through.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as v from "valibot";
import { addOnNames } from "../aks/imported";
import { anything, resourceObject, open, ours, plain } from "./shapes";

const misspelt = new RegExp(`^(${addOnNames.join("|")})$`, "i");
const ofMode = ours(
  "it follows from `mode`: no other engine can be switched to Calico's eBPF data plane",
  "the argument mode",
);
const isArgument = (name: string) => ours("it is an argument of the component itself", name);

/** Azure's properties that follow from other arguments; all others are Azure's to judge. */
export const managedCluster = resourceObject(ManagedCluster, {
  ...Object.fromEntries(["location", "tags", "kubernetesVersion"].map((name) => [name, isArgument(name)])),
  resourceName: isArgument("clusterName"),
  resourceGroupName: isArgument("resourceGroupName"),
  agentPoolProfiles: isArgument("systemPool and nodePools"),
  identity: ours(
    "the roles that the cluster needs beforehand hang on it",
    "userAssignedIdentityId or createIdentity",
  ),
  enableRBAC: ours("the operator and every policy rest on it", "nothing: it is on"),
  windowsProfile: ours("Calico's eBPF data plane runs on Linux nodes only", "nothing: pools are Linux"),
  addonProfiles: v.pipe(
    open(),
    v.check((value) => Object.keys(value).every((name) => addOnNames.includes(name) || !misspelt.test(name))),
    v.metadata({
      why: "AKS's add-ons have one spelling: in another one an add-on would be sent twice, on and off",
      write: `an object, and in it the names ${addOnNames.join(", ")} as they are`,
    }),
  ),
  networkProfile: open({
    networkPlugin: ofMode,
    networkPolicy: ofMode,
    networkDataplane: ours("cilium and Calico exclude each other", "the argument dataplane"),
    networkPluginMode: isArgument("network.mode"),
    podCidr: isArgument("network.podCidr"),
    serviceCidr: isArgument("network.serviceCidr"),
    kubeProxyConfig: ours(
      "Calico's eBPF data plane takes a kube-proxy beside it in iptables mode only (tigera/docs, enabling-ebpf)",
      "kubeProxy: Absent for a cluster without it",
    ),
  }),
  // A rule hangs on it.
  nodeProvisioningProfile: plain(open({ mode: plain(anything) })),
});
