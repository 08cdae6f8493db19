// Switches a cluster that somebody else made. Nothing in here owns the cluster: `pulumi destroy` takes back the layers.
import { getManagedCluster } from "@pulumi/azure-native/containerservice/getManagedCluster";
import { listManagedClusterUserCredentials } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfDataplane, type CalicoEbpfDataplaneArgs, type CalicoInstallArgs } from "../../components";

const config = new pulumi.Config();
const text = (key: string) => config.get(key) || undefined;
const object = <T extends object>(key: string) => {
  const value = config.getObject<T>(key);
  return value && Object.keys(value).length > 0 ? value : undefined;
};

interface Access {
  kubeconfig: pulumi.Input<string>;
  apiServerHost: pulumi.Input<string>;
}

/** Asks Azure. The kubeconfig works as it is on clusters with local accounts. */
async function fromAzure(resourceGroupName: string, resourceName: string) {
  const cluster = await getManagedCluster({ resourceGroupName, resourceName });
  const { kubeconfigs } = await listManagedClusterUserCredentials({ resourceGroupName, resourceName });
  const host = cluster.apiServerAccessProfile?.enablePrivateCluster ? cluster.privateFQDN : cluster.fqdn;
  return { host, kubeconfig: Buffer.from(kubeconfigs[0].value, "base64").toString("utf8") };
}

function access(): Access {
  const [group, name] = [text("resourceGroupName"), text("clusterName")];
  const [kubeconfig, apiServerHost] = [text("kubeconfig"), text("apiServerHost")];
  const byAzure = group !== undefined && name !== undefined;
  const byKubeconfig = kubeconfig !== undefined && apiServerHost !== undefined;
  if (byAzure === byKubeconfig) {
    throw new pulumi.RunError(
      "name the cluster in one of two ways: resourceGroupName and clusterName, or kubeconfig and apiServerHost",
    );
  }
  if (byKubeconfig) return { kubeconfig, apiServerHost };
  const found = pulumi.output(fromAzure(group!, name!));
  return { kubeconfig: found.kubeconfig, apiServerHost: found.host };
}

const { kubeconfig, apiServerHost } = access();
const calico = object<CalicoInstallArgs>("calico");
// They may hold a secret, and a program is not told which of its settings do.
if (calico?.values !== undefined) calico.values = pulumi.secret(calico.values);
const provider = new Provider("cluster", {
  kubeconfig: pulumi.secret(kubeconfig),
  // Which cluster it is, by what never changes: by its host, or by a kubeconfig alone, every layer would be replaced when
  // that host or a certificate does.
  clusterIdentifier: text("clusterName") ?? "existing",
  enableConfigMapMutable: true,
});
const dataplane = new CalicoEbpfDataplane(
  "existing",
  {
    apiServerHost,
    mode: text("mode") as CalicoEbpfDataplaneArgs["mode"],
    calico,
    podCidr: text("podCidr"),
    dataplane: text("dataplane") as CalicoEbpfDataplaneArgs["dataplane"],
    kubeProxy: text("kubeProxy") as CalicoEbpfDataplaneArgs["kubeProxy"],
    felix: object("felix"),
    rollout: object("rollout"),
    maxNodes: config.getNumber("maxNodes") || undefined,
    restartWorkloads: object("restartWorkloads"),
  },
  { provider },
);

export const { linuxDataplane, bpfEnabled, calicoVersion, endpoint } = dataplane;
