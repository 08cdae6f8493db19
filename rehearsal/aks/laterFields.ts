// Fields that came after Calico 3.28, whose CRDs we install. An API server prunes what its CRD does not know from a plain
// write without a word, and refuses it in a server-side apply ("field not declared in schema"), so a setting of today's
// Calico could not be rehearsed if it were not added here.
// Source of each FelixConfiguration field: projectcalico/calico at tag `since`,
// libcalico-go/config/crd/crd.projectcalico.org_felixconfigurations.yaml (absent in the release before).
import type { KubeObject } from "../controlPlane/api";

export interface LaterField {
  readonly crd: string;
  /** Path below the schema of `spec`, through `properties`; `[]` goes to the items of a list. */
  readonly path: readonly string[];
  /** First Calico version whose CRD has it. */
  readonly since: string;
  readonly source: string;
  readonly schema: Record<string, unknown>;
}

const felixCrd = "felixconfigurations.crd.projectcalico.org";

function felix(since: string, name: string, schema: Record<string, unknown>): LaterField {
  const source = `projectcalico/calico ${since} libcalico-go/config/crd/crd.projectcalico.org_felixconfigurations.yaml`;
  return { crd: felixCrd, path: [name], since, source, schema };
}

const oneOf = (...values: string[]) => ({ type: "string", enum: values });
const integer = { type: "integer" };
const timeout = { type: "string", pattern: "^(([0-9]*(\\.[0-9]*)?(ms|s|h|m|us)+)+|Auto)$" };

function pool(since: string, operator: string, name: string, schema: Record<string, unknown>): LaterField {
  const source = `tigera/operator ${operator} api/v1/installation_types.go (IPPool)`;
  const path = ["calicoNetwork", "ipPools", "[]", name];
  return { crd: "installations.operator.tigera.io", path, since, source, schema };
}

export const laterFields: readonly LaterField[] = [
  felix("v3.29.0", "bpfRedirectToPeer", { type: "string" }),
  felix("v3.29.0", "nftablesMode", { type: "string" }),
  felix("v3.30.0", "bpfConntrackLogLevel", oneOf("Off", "Debug")),
  felix("v3.30.0", "bpfConntrackMode", oneOf("Auto", "Userspace", "BPFProgram")),
  felix("v3.30.0", "bpfConntrackTimeouts", {
    type: "object",
    properties: Object.fromEntries(
      [
        "creationGracePeriod",
        "genericTimeout",
        "icmpTimeout",
        "tcpEstablished",
        "tcpFinsSeen",
        "tcpResetSeen",
        "tcpSynSent",
        "udpTimeout",
      ].map((name) => [name, timeout]),
    ),
  }),
  felix("v3.30.0", "bpfExportBufferSizeMB", integer),
  felix("v3.30.0", "bpfMapSizeConntrackCleanupQueue", { ...integer, minimum: 1 }),
  felix("v3.30.0", "bpfMapSizeConntrackScaling", {
    type: "string",
    pattern: "^(?i)(Disabled|DoubleIfFull)?$",
  }),
  felix("v3.30.0", "bpfMapSizePerCpuConntrack", integer),
  felix("v3.30.0", "bpfProfiling", oneOf("Enabled", "Disabled")),
  felix("v3.31.0", "bpfAttachType", oneOf("TC", "TCX")),
  felix("v3.31.0", "bpfJITHardening", oneOf("Auto", "Strict")),
  felix("v3.30.5", "bpfKubeProxyHealthzPort", integer),
  felix("v3.32.0", "bpfMaglevMaxEndpointsPerService", integer),
  felix("v3.32.0", "bpfMaglevMaxServices", integer),
  {
    crd: "installations.operator.tigera.io",
    path: ["calicoNetwork", "linuxDataplane"],
    since: "v3.29.0",
    source: "tigera/operator v1.36.0 api/v1/installation_types.go (LinuxDataplaneNftables)",
    schema: oneOf("Iptables", "BPF", "VPP", "Nftables"),
  },
  pool("v3.29.0", "v1.36.0", "disableNewAllocations", { type: "boolean" }),
  pool("v3.30.0", "v1.38.0", "assignmentMode", oneOf("Automatic", "Manual")),
];

/** Adds the fields to the schemas of these CRDs (every version of each). */
export function addLaterFields(crds: KubeObject[], fields: readonly LaterField[]): void {
  for (const field of fields) {
    const crd = crds.find(({ metadata }) => metadata.name === field.crd);
    if (!crd) throw new Error(`no CRD ${field.crd} to add ${field.path.join(".")} to`);
    for (const version of crd.spec.versions) {
      let schema = version.schema.openAPIV3Schema.properties.spec;
      for (const name of field.path.slice(0, -1))
        schema = name === "[]" ? schema.items : schema.properties[name];
      const last = field.path.at(-1)!;
      const description = `Since Calico ${field.since} (${field.source}).`;
      schema.properties[last] = { description, ...field.schema };
    }
  }
}
