// What keeps an eBPF data plane an eBPF data plane, in the order of the switch.
import { Policies } from "@pulumi/policy";
import { noHandWrittenBpfEnabled } from "./noHandWrittenBpfEnabled";
import { switchPresent } from "./switchPresent";

export const dataplane: Policies = [switchPresent, noHandWrittenBpfEnabled];
