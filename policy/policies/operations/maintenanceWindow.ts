import { PolicyResource } from "@pulumi/policy";
import { azureNativeType, genericAzureType } from "../../aksCluster";
import { read, Unknown } from "../../unknown";
import { clusterOf, clustersIn } from "./clusterOf";
import { fromInputs } from "./fromInputs";

/** The names under which AKS looks for its windows, and what each is for (azure-aks-docs, planned-maintenance). */
const windows: [string, string][] = [
  ["aksManagedAutoUpgradeSchedule", "Kubernetes"],
  ["aksManagedNodeOSUpgradeSchedule", "node images"],
];

/** Its name; undefined for what is no maintenance configuration. The answer of Azure's API calls it `name`. */
function configurationName(resource: PolicyResource): any {
  const type = genericAzureType(resource);
  if (type === "microsoft.containerservice/managedclusters/maintenanceconfigurations") {
    return read(resource.props, "resourceName");
  }
  if (azureNativeType(resource.type) !== "containerservice:MaintenanceConfiguration") return undefined;
  const name = read(resource.props, "configName");
  return name === undefined ? read(resource.props, "name") : name;
}

/**
 * AKS upgrades at hours that the team has chosen: both windows are in the stack.
 *
 * @severity medium
 * @frameworks PSRule Azure.AKS.MaintenanceWindow, Azure Policy e1352e44-d34d-4e4d-a22e-451a15f759a1
 * @topics upgrades, availability
 * @link https://learn.microsoft.com/azure/aks/planned-maintenance
 */
export const maintenanceWindow = fromInputs(
  {
    name: "aks-maintenance-window",
    displayName: "AKS: upgrades have their hours",
    description: "An AKS cluster must have maintenance windows for Kubernetes and for node images.",
    enforcementLevel: "disabled",
    severity: "medium",
    tags: ["aks", "strict", "operations", "Azure.AKS.MaintenanceWindow"],
    remediationSteps:
      "Declare two MaintenanceConfiguration resources of the cluster, `aksManagedAutoUpgradeSchedule` and " +
      "`aksManagedNodeOSUpgradeSchedule`; CalicoEbpfCluster declares both with `maintenanceWindow: { schedule: { weekly: " +
      '{ dayOfWeek: "Sunday", intervalWeeks: 1 } }, startTime: "02:00", durationHours: 4 }`.',
    url: "https://learn.microsoft.com/azure/aks/planned-maintenance",
  },
  (resources, reportViolation) => {
    const clusters = clustersIn(resources);
    const found = new Map(clusters.map((cluster) => [cluster, [] as any[]]));
    for (const resource of resources) {
      const name = configurationName(resource);
      if (name === undefined) continue;
      const cluster = clusterOf(resource, clusters);
      // What may belong to any of them is counted for all: it is no proof against one.
      for (const one of cluster ? [cluster] : clusters) found.get(one)!.push(name);
    }
    for (const [cluster, names] of found) {
      if (names.includes(Unknown)) continue;
      const missing = windows.filter(([name]) => !names.includes(name));
      if (missing.length === 0) continue;
      reportViolation(
        `Cluster ${cluster.name} has no maintenance window for ${missing.map(([, what]) => what).join(" and ")}: AKS ` +
          "replaces nodes at any hour, and with eBPF every new node starts with Calico's programs to load. Declare a " +
          `MaintenanceConfiguration with configName ${missing.map(([name]) => name).join(" and one with ")}.`,
        cluster.urn,
      );
    }
  },
);
