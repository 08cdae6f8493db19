import { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { Section } from "../../aksCluster";
import { felixConfiguration } from "../../calicoObjects";

const field = "bpfExternalServiceMode";

/** The settings that say DSR, where it is not allowed. */
function refused(args: ResourceValidationArgs): Section | undefined {
  if (args.getConfig<{ allow?: boolean }>().allow === true) return undefined;
  const spec = felixConfiguration(args);
  return spec && spec.get(field) === "DSR" ? spec : undefined;
}

/**
 * Direct server return only where somebody has tried it and says so.
 *
 * Source: tigera/docs calico/operations/ebpf/enabling-ebpf: with DSR a node answers with another node's address, which
 * the network has to let through; Azure's documentation does not say that it does. Felix's default is Tunnel.
 *
 * @severity medium
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const dsrAllowed: ResourceValidationPolicy = {
  name: "ebpf-dsr-allowed",
  displayName: "eBPF: DSR only when allowed",
  description: "bpfExternalServiceMode must not be DSR, unless this policy's `allow` is true.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["calico", "ebpf", "services"],
  remediationSteps:
    `Write \`${field}: "Tunnel"\` in the FelixConfiguration, or leave it out. Where DSR has been tried on your network, ` +
    'allow it in the policy configuration: `"ebpf-dsr-allowed": { "allow": true }`.',
  url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  configSchema: {
    properties: {
      allow: {
        type: "boolean",
        default: false,
        description: "Whether DSR may be used: it has been tried on this network.",
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const spec = refused(args);
    if (!spec) return;
    reportViolation(
      `${spec.path(field)} is DSR: a node would answer with the address of another, which Azure's network does not ` +
        "document that it lets through, so traffic from outside may not come back. Write " +
        '`bpfExternalServiceMode: "Tunnel"`, or leave it out. Once you have tried it, allow it: ' +
        '`"ebpf-dsr-allowed": { "allow": true }` in the policy configuration.',
    );
  },
  // Safe: it is the default, and what every network carries.
  remediateResource: (args) => {
    const spec = refused(args);
    if (!spec) return undefined;
    spec.get()[field] = "Tunnel";
    return args.props;
  },
};
