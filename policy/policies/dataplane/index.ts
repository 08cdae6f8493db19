// What keeps an eBPF data plane an eBPF data plane.
import { Policies } from "@pulumi/policy";
import { dsrAllowed } from "./dsrAllowed";
import { healthPort } from "./healthPort";
import { kubeProxyHandled } from "./kubeProxyHandled";
import { noHandWrittenBpfEnabled } from "./noHandWrittenBpfEnabled";
import { noIpvs } from "./noIpvs";
import { noNodeAutoProvisioning } from "./noNodeAutoProvisioning";
import { noWindowsPool } from "./noWindowsPool";
import { switchPresent } from "./switchPresent";

export const dataplane: Policies = [
  switchPresent,
  noHandWrittenBpfEnabled,
  kubeProxyHandled,
  healthPort,
  noWindowsPool,
  noIpvs,
  noNodeAutoProvisioning,
  dsrAllowed,
];
