// Every policy of the pack, in the order in which they are reported.
import { Policies } from "@pulumi/policy";
import { rbacEnabled } from "./aks/rbacEnabled";
import { noHandWrittenBpfEnabled } from "./dataplane/noHandWrittenBpfEnabled";
import { switchPresent } from "./dataplane/switchPresent";

export const policies: Policies = [switchPresent, noHandWrittenBpfEnabled, rbacEnabled];
