// What keeps a cluster running: size, upgrades, cost.
import { Policies } from "@pulumi/policy";
import { allowedRegions } from "./allowedRegions";
import { allowedVmSizes } from "./allowedVmSizes";
import { autoscaling } from "./autoscaling";
import { autoUpgrade } from "./autoUpgrade";
import { availabilityZones } from "./availabilityZones";
import { maintenanceWindow } from "./maintenanceWindow";
import { minNodes } from "./minNodes";
import { minPodsPerNode } from "./minPodsPerNode";
import { minUserPoolNodes } from "./minUserPoolNodes";
import { nodeAutoUpgrade } from "./nodeAutoUpgrade";
import { noHttpAppRouting } from "./noHttpAppRouting";
import { paidTier } from "./paidTier";
import { poolVersion } from "./poolVersion";
import { scaleSetPools } from "./scaleSetPools";
import { standardLoadBalancer } from "./standardLoadBalancer";
import { subnetSize } from "./subnetSize";
import { systemPoolReserved } from "./systemPoolReserved";
import { version } from "./version";

export const operations: Policies = [
  minNodes,
  minUserPoolNodes,
  autoscaling,
  availabilityZones,
  scaleSetPools,
  minPodsPerNode,
  subnetSize,
  systemPoolReserved,
  standardLoadBalancer,
  noHttpAppRouting,
  paidTier,
  version,
  poolVersion,
  autoUpgrade,
  nodeAutoUpgrade,
  maintenanceWindow,
  allowedRegions,
  allowedVmSizes,
];
