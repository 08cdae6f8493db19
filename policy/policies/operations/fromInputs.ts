// Stack policies on what the program writes to Azure. A stack policy is shown outputs alone, and those of the generic
// resource do not even say what it is (azure-native, resources.Resource).
import {
  PolicyResource,
  ReportViolation,
  ResourceValidation,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { azureNativeType } from "../../aksCluster";

/** Inputs by URN, noted when each resource comes by, before it is made. */
const inputs = new Map<string, Record<string, any>>();

type Judge = (
  resources: PolicyResource[],
  reportViolation: ReportViolation,
  args: StackValidationArgs,
) => void;

/** Resources with their inputs, where they are known; what they depend on is replaced alike. */
function withInputs(resources: PolicyResource[]): PolicyResource[] {
  const replaced = new Map(
    resources.map((resource) => [
      resource,
      { ...resource, props: inputs.get(resource.urn) || resource.props } as PolicyResource,
    ]),
  );
  const all = (list: PolicyResource[]) => list.map((one) => replaced.get(one) || one);
  for (const resource of replaced.values()) {
    resource.dependencies = all(resource.dependencies);
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([property, list]) => [property, all(list)]),
    );
  }
  return [...replaced.values()];
}

export function fromInputs(
  policy: Omit<StackValidationPolicy, "validateStack">,
  judge: Judge,
): StackValidationPolicy & { validateResource: ResourceValidation } {
  return {
    ...policy,
    validateResource: (args) => {
      if (azureNativeType(args.type)) inputs.set(args.urn, args.props);
    },
    validateStack: (args, reportViolation) => judge(withInputs(args.resources), reportViolation, args),
  };
}
