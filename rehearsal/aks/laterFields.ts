// Fields that came after Calico 3.28, whose CRDs we install. An API server prunes what its CRD does not know from a plain
// write without a word, and refuses it in a server-side apply ("field not declared in schema"), so a setting of today's
// Calico could not be rehearsed if it were not added here.
import type { KubeObject } from "../controlPlane/api";

interface LaterFields {
  readonly crd: string;
  /** Where they are: path below the schema of `spec`; `[]` goes to the items of a list. */
  readonly path: readonly string[];
  /** By the first Calico version whose CRD has them. */
  readonly since: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const text = { type: "string" };
const integer = { type: "integer" };
const oneOf = (...values: string[]) => ({ ...text, enum: values });
const timeout = { ...text, pattern: "^(([0-9]*(\\.[0-9]*)?(ms|s|h|m|us)+)+|Auto)$" };
const timeouts = [
  ...["creationGracePeriod", "genericTimeout", "icmpTimeout", "tcpEstablished"],
  ...["tcpFinsSeen", "tcpResetSeen", "tcpSynSent", "udpTimeout"],
];

const laterFields: readonly LaterFields[] = [
  {
    // projectcalico/calico at the tag, libcalico-go/config/crd/crd.projectcalico.org_felixconfigurations.yaml.
    crd: "felixconfigurations.crd.projectcalico.org",
    path: [],
    since: {
      "3.29.0": { bpfRedirectToPeer: text, nftablesMode: text },
      "3.30.0": {
        bpfConntrackLogLevel: oneOf("Off", "Debug"),
        bpfConntrackMode: oneOf("Auto", "Userspace", "BPFProgram"),
        bpfConntrackTimeouts: {
          type: "object",
          properties: Object.fromEntries(timeouts.map((name) => [name, timeout])),
        },
        bpfExportBufferSizeMB: integer,
        bpfMapSizeConntrackCleanupQueue: { ...integer, minimum: 1 },
        bpfMapSizeConntrackScaling: { ...text, pattern: "^(?i)(Disabled|DoubleIfFull)?$" },
        bpfMapSizePerCpuConntrack: integer,
        bpfProfiling: oneOf("Enabled", "Disabled"),
      },
      "3.30.5": { bpfKubeProxyHealthzPort: integer },
      "3.31.0": { bpfAttachType: oneOf("TC", "TCX"), bpfJITHardening: oneOf("Auto", "Strict") },
      "3.32.0": { bpfMaglevMaxEndpointsPerService: integer, bpfMaglevMaxServices: integer },
    },
  },
  {
    // tigera/operator v1.36.0 api/v1/installation_types.go, LinuxDataplaneNftables.
    crd: "installations.operator.tigera.io",
    path: ["calicoNetwork"],
    since: { "3.29.0": { linuxDataplane: oneOf("Iptables", "BPF", "VPP", "Nftables") } },
  },
  {
    // tigera/operator v1.36.0 and v1.38.0 api/v1/installation_types.go, IPPool.
    crd: "installations.operator.tigera.io",
    path: ["calicoNetwork", "ipPools", "[]"],
    since: {
      "3.29.0": { disableNewAllocations: { type: "boolean" } },
      "3.30.0": { assignmentMode: oneOf("Automatic", "Manual") },
    },
  },
];

const notNewer = (one: string, other: string) => one.localeCompare(other, "en", { numeric: true }) <= 0;

/** Adds the fields that came up to Calico `release` to every version of these CRDs. */
export function addLaterFields(crds: KubeObject[], release: string): void {
  for (const { crd: name, path, since } of laterFields) {
    const crd = crds.find(({ metadata }) => metadata.name === name)!;
    const added = Object.entries(since).filter(([version]) => notNewer(version, release));
    for (const { schema } of crd.spec.versions) {
      const place = path.reduce(
        (at, step) => (step === "[]" ? at.items : at.properties[step]),
        schema.openAPIV3Schema.properties.spec,
      );
      for (const [version, fields] of added)
        for (const [field, type] of Object.entries(fields))
          place.properties[field] = { description: `Since Calico ${version}.`, ...type };
    }
  }
}
