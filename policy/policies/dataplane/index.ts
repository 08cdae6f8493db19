// What keeps an eBPF data plane an eBPF data plane, in the order in which it is reported.
import { Policies } from "@pulumi/policy";
import { networkPolicy, noCilium, noIpvs, noNodeAutoProvisioning, noWindowsPool } from "./clusters";
import { endpointPresent } from "./endpointPresent";
import { dsrAllowed, healthPort, kubeProxyHandled, noHandWrittenBpfEnabled } from "./felix";
import { layersInOrder } from "./layersInOrder";
import { switchPresent, wayBack } from "./switchPresent";
import { vxlanOnAzure } from "./vxlanOnAzure";

export const dataplane: Policies = [
  ...[switchPresent, wayBack, noHandWrittenBpfEnabled, endpointPresent, kubeProxyHandled, healthPort],
  ...[layersInOrder, noWindowsPool, noIpvs, noCilium, noNodeAutoProvisioning, dsrAllowed, vxlanOnAzure],
  networkPolicy,
];
