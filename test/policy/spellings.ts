// One and the same Azure resource in every way that a program can declare it.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import { Resource } from "@pulumi/azure-native/resources/resource";

export interface Spelling {
  type: string;
  /** The resource's properties, from settings as the typed resource has them. */
  props: (settings: any) => any;
  /** Where a setting stands. */
  path: (setting: string) => string;
}

function typed(resource: any): Spelling[] {
  const [, module, kind] = resource.__pulumiType.split(":");
  return [
    resource.__pulumiType,
    `azure-native:${module}/v20250901:${kind}`,
    `azure-native:${module}/v20250602preview:${kind}`,
    `azure-native_${module}_v20250901:${module}:${kind}`,
  ].map((type) => ({ type, props: (settings) => settings, path: (setting) => setting }));
}

const besideProperties = /^(location|tags|sku|identity)\b/;
const namespace = "Microsoft.ContainerService";
const genericType = (Resource as any).__pulumiType;

/** A cluster; the generic resource is how a cluster without kube-proxy is declared. */
export const clusterSpellings: Spelling[] = [
  ...typed(ManagedCluster),
  {
    type: genericType,
    props: (settings) => {
      const entries = Object.entries(settings);
      const isTop = ([setting]: [string, unknown]) => besideProperties.test(setting);
      return {
        ...{ resourceProviderNamespace: namespace, parentResourcePath: "", resourceType: "managedClusters" },
        ...Object.fromEntries(entries.filter(isTop)),
        properties: Object.fromEntries(entries.filter((entry) => !isTop(entry))),
      };
    },
    path: (setting) => (besideProperties.test(setting) ? setting : `properties.${setting}`),
  },
];

/** A pool that is a resource of its own, `agentPoolName` being its name. */
export const poolSpellings: Spelling[] = [
  ...typed(AgentPool),
  {
    type: genericType,
    props: ({ agentPoolName, ...properties }) => ({
      ...{ resourceProviderNamespace: namespace, parentResourcePath: "managedClusters/aks" },
      ...{ resourceType: "agentPools", resourceName: agentPoolName, properties },
    }),
    path: (setting) => `properties.${setting}`,
  },
];
