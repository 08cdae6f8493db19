// Every policy of the pack, in the order in which they are reported.
import { Policies } from "@pulumi/policy";
import { dataplane } from "./dataplane";
import { hygiene } from "./hygiene";
import { operations } from "./operations";
import { security } from "./security";

export const policies: Policies = [...dataplane, ...security, ...operations, ...hygiene];
