// When AKS may upgrade: one window for Kubernetes versions, the same for node images.
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/maintenanceConfiguration";
import type * as pulumi from "@pulumi/pulumi";
import type { MaintenanceWindow } from "../aksClusterArgs";

/** The names under which AKS looks for the windows (AKS, "Use planned maintenance"). */
const schedules = {
  "upgrade-window": "aksManagedAutoUpgradeSchedule",
  "node-os-window": "aksManagedNodeOSUpgradeSchedule",
};

export function maintenanceWindows(
  name: string,
  maintenanceWindow: MaintenanceWindow,
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): MaintenanceConfiguration[] {
  return Object.entries(schedules).map(
    ([suffix, configName]) =>
      new MaintenanceConfiguration(
        `${name}-${suffix}`,
        { ...cluster, configName, maintenanceWindow: maintenanceWindow as any },
        opts,
      ),
  );
}
