// Controls of Microsoft's cloud security benchmark, as a policy's `framework` names them.
import { PolicyComplianceFramework } from "@pulumi/policy";

/** Source: Microsoft Learn, "Overview of Microsoft cloud security benchmark v1". */
const controls = {
  "AM-2": "Use only approved services",
  "DP-4": "Enable data at rest encryption by default",
  "DP-5": "Use customer-managed key option in data at rest encryption when required",
  "IM-1": "Use centralized identity and authentication system",
  "IM-3": "Manage application identities securely and automatically",
  "IM-8": "Restrict the exposure of credential and secrets",
  "LT-1": "Enable threat detection capabilities",
  "LT-3": "Enable logging for security investigation",
  "NS-1": "Establish network segmentation boundaries",
  "NS-2": "Secure cloud services with network controls",
  "PA-7": "Follow just enough administration (least privilege) principle",
};

export type Control = keyof typeof controls;

export function benchmark(reference: Control): PolicyComplianceFramework {
  return {
    name: "Microsoft cloud security benchmark",
    version: "1.0",
    reference,
    specification: controls[reference],
  };
}
