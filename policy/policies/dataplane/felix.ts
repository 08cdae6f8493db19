// What a FelixConfiguration must not say. Each sees what the program writes, not what the operator wrote beside it.
import { AnyResource } from "../../aksCluster";
import { felixConfiguration, nodeOf } from "../../calicoObjects";
import { enablingEbpf } from "../../dataplane";
import { ebpf, resourcePolicy } from "../../define";
import { knob } from "../../knobs";
import { Unknown } from "../../unknown";

const write =
  'Take bpfEnabled out and write `spec: { calicoNetwork: { linuxDataplane: "BPF" } }` on operator.tigera.io/v1 Installation ' +
  "`default`; the operator then sets bpfEnabled itself. Where Calico runs without an operator, or with one before 1.34, set " +
  'this policy to "disabled".';

export const noHandWrittenBpfEnabled = resourcePolicy(
  {
    name: "ebpf-no-hand-written-bpf-enabled",
    wants: "A FelixConfiguration must not write bpfEnabled: the operator owns it and refuses other writers.",
    // Source: tigera/operator from 1.34, pkg/controller/installation/bpf.go.
    why:
      'The operator (1.34 and later) owns this field: when somebody else writes it, it goes Degraded ("has been modified by ' +
      'someone else, refusing to override") and stops managing the data plane.',
    write,
    ...ebpf("critical"),
    url: enablingEbpf,
  },
  (args) => {
    const spec = felixConfiguration(args);
    const value = spec?.get("bpfEnabled");
    if (!spec || value === undefined) return undefined;
    const path = spec.path("bpfEnabled");
    if (value === Unknown) return { notKnown: path };
    const node = nodeOf(args);
    if (node === undefined) return { found: `${path} is written by hand (${value})` };
    return {
      found: `${path} is ${value} for node ${node} alone`,
      why:
        "Nodes of one cluster must not differ in their data plane: the operator rolls calico-node and switches Felix for all " +
        "of them together.",
    };
  },
  // Safe: where the switch is on, the operator writes the field itself.
  (args) => delete felixConfiguration(args)!.get().bpfEnabled,
);

const allow = knob("allow", {
  type: "boolean",
  default: false,
  description: "Whether DSR may be used: it has been tried on this network.",
});

const mode = (resource: AnyResource) => felixConfiguration(resource)?.get("bpfExternalServiceMode");

export const dsrAllowed = resourcePolicy(
  {
    name: "ebpf-dsr-allowed",
    wants: "bpfExternalServiceMode must not be DSR, unless this policy's `allow` is true.",
    why:
      "A node would answer with the address of another, which Azure's network does not document that it lets through, so " +
      "traffic from outside may not come back.",
    write:
      'Write `bpfExternalServiceMode: "Tunnel"`, or leave it out. Once you have tried it, allow it: `"ebpf-dsr-allowed": { ' +
      '"allow": true }` in the policy configuration.',
    ...ebpf("medium"),
    url: enablingEbpf,
    knobs: [allow],
  },
  (args) => {
    const value = mode(args);
    if (allow.of(args.getConfig()) || (value !== "DSR" && value !== Unknown)) return undefined;
    const path = felixConfiguration(args)!.path("bpfExternalServiceMode");
    return value === Unknown ? { notKnown: path } : { found: `${path} is DSR` };
  },
  // Safe: it is the default, and what every network carries.
  (args) => {
    felixConfiguration(args)!.get().bpfExternalServiceMode = "Tunnel";
    return true;
  },
);
