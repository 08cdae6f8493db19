// What the program writes, for stack policies: they are shown outputs alone. Those of a patch are the whole live object,
// so a patch that only annotates the Installation shows the switch that a layer, removed since, has set; those of
// azure-native's generic resource do not even say what it is; and Azure's answer has more than anybody wrote.
import {
  ReportViolation,
  ResourceValidation,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { azureNativeType } from "./aksCluster";

/** By URN, noted when each resource comes by, before it is made. */
const inputs = new Map<string, Record<string, any>>();

/** Undefined where nobody was shown them. */
export function inputsOf(urn: string): Record<string, any> | undefined {
  return inputs.get(urn);
}

/** A policy that judges the stack, and takes note of each resource's inputs before. */
export type StackPolicy = StackValidationPolicy & { validateResource: ResourceValidation };

export function notingInputs(
  policy: Omit<StackValidationPolicy, "validateStack">,
  judge: (args: StackValidationArgs, reportViolation: ReportViolation) => void,
): StackPolicy {
  return {
    ...policy,
    validateResource: ({ type, urn, props }) => {
      if (type.startsWith("kubernetes:") || azureNativeType(type)) inputs.set(urn, props);
    },
    validateStack: judge,
  };
}
