// When AKS may upgrade: one window for Kubernetes versions, the same for node images.
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/maintenanceConfiguration";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterContext, InCluster } from "./types";

/** The names under which AKS looks for the windows (AKS, "Use planned maintenance"). */
const schedules = {
  "upgrade-window": "aksManagedAutoUpgradeSchedule",
  "node-os-window": "aksManagedNodeOSUpgradeSchedule",
};

export function createMaintenanceWindows(
  { name, plan: { maintenanceWindow } }: ClusterContext,
  cluster: InCluster,
  opts: pulumi.CustomResourceOptions,
): MaintenanceConfiguration[] {
  if (maintenanceWindow === undefined) return [];
  return Object.entries(schedules).map(
    ([suffix, configName]) =>
      new MaintenanceConfiguration(
        `${name}-${suffix}`,
        { ...cluster, configName, maintenanceWindow: maintenanceWindow as any },
        opts,
      ),
  );
}
