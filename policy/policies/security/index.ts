// Who may reach a cluster and do what in it, how its secrets and disks are kept, and what is logged.
import { Policies } from "@pulumi/policy";
import { rbacEnabled } from "./rbacEnabled";

export const security: Policies = [rbacEnabled];
