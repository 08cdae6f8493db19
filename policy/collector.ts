// What the program writes, for the policies that judge a whole stack: the SDK shows them outputs alone. Those of a patch
// are the whole live object, so a patch that only annotates the Installation shows the switch of a layer removed since;
// those of azure-native's generic resource do not say what it is; and Azure's answer has more than anybody wrote.
import { PolicyResource, ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";

/** By URN, as each resource comes by before it is made. */
const inputs = new Map<string, Record<string, any>>();

/** Undefined where nobody was shown them: a resource that `--target` leaves alone. */
export const inputsOf = (urn: string) => inputs.get(urn);

export const collector: ResourceValidationPolicy = {
  name: "pack-inputs",
  description: "The pack's policies that judge a whole stack must see what the program writes.",
  enforcementLevel: "mandatory",
  severity: "low",
  tags: ["baseline", "ebpf", "hygiene"],
  remediationSteps: 'Write `"pack-inputs": "mandatory"` in the policy configuration. It reports nothing.',
  url: "https://www.pulumi.com/docs/iac/packs/policies/",
  validateResource: ({ urn, props }) => void inputs.set(urn, props),
};

let isSaid = false;

/** Whether there is something to judge by; says once what to do where the collector has been switched off. */
export function collected(resources: PolicyResource[], reportViolation: ReportViolation): boolean {
  if (inputs.size > 0 || resources.length === 0) return true;
  if (!isSaid) {
    const what = `The policy ${collector.name} is disabled, and without it nothing is known of what the program writes.`;
    reportViolation(`${what} ${collector.remediationSteps}`);
  }
  isSaid = true;
  return false;
}
