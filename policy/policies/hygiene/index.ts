import { Policies } from "@pulumi/policy";

export const hygiene: Policies = [];
