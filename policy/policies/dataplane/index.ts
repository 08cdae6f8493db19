// What keeps an eBPF data plane an eBPF data plane, in the order in which it is reported.
import { Policies } from "@pulumi/policy";
import { dsrAllowed } from "./dsrAllowed";
import { endpointPresent } from "./endpointPresent";
import { healthPort } from "./healthPort";
import { kubeProxyHandled } from "./kubeProxyHandled";
import { layersInOrder } from "./layersInOrder";
import { networkPolicy } from "./networkPolicy";
import { noHandWrittenBpfEnabled } from "./noHandWrittenBpfEnabled";
import { noIpvs } from "./noIpvs";
import { noNodeAutoProvisioning } from "./noNodeAutoProvisioning";
import { noWindowsPool } from "./noWindowsPool";
import { switchPresent } from "./switchPresent";
import { vxlanOnAzure } from "./vxlanOnAzure";

export const dataplane: Policies = [
  switchPresent,
  noHandWrittenBpfEnabled,
  endpointPresent,
  kubeProxyHandled,
  healthPort,
  layersInOrder,
  noWindowsPool,
  noIpvs,
  noNodeAutoProvisioning,
  dsrAllowed,
  vxlanOnAzure,
  networkPolicy,
];
