// Every policy of the pack, in the order in which they are reported.
import { Policies } from "@pulumi/policy";
import { noHandWrittenBpfEnabled } from "./dataplane/noHandWrittenBpfEnabled";
import { switchPresent } from "./dataplane/switchPresent";
import { security } from "./security";

export const policies: Policies = [switchPresent, noHandWrittenBpfEnabled, ...security];
