import { Policies } from "@pulumi/policy";

export const operations: Policies = [];
