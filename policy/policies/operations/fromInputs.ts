// Stack policies on what the program writes to Azure.
import { PolicyResource, ReportViolation, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy";
import { inputsOf, notingInputs, StackPolicy } from "../../inputs";

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
      { ...resource, props: inputsOf(resource.urn) || resource.props } as PolicyResource,
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

export function fromInputs(policy: Omit<StackValidationPolicy, "validateStack">, judge: Judge): StackPolicy {
  return notingInputs(policy, (args, reportViolation) =>
    judge(withInputs(args.resources), reportViolation, args),
  );
}
