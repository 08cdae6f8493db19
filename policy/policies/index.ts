// Every policy of the pack, in the order in which they are reported.
import { Policies } from "@pulumi/policy";
import { dataplane } from "./dataplane";
import { security } from "./security";

export const policies: Policies = [...dataplane, ...security];
