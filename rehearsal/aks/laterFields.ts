// Fields that came after Calico 3.28, whose CRDs we install. An API server prunes what its CRD does not know from a
// plain write without a word, and refuses it in a server-side apply ("field not declared in schema"), so a setting of
// today's Calico could not be rehearsed if it were not added here.
import type { KubeObject } from "../controlPlane/api";

const text = { type: "string" };
const integer = { type: "integer" };
const oneOf = (...values: string[]) => ({ ...text, enum: values });

/** By CRD and place below the schema of its `spec`, then by the first Calico version whose CRD has them. */
const laterFields: { crd: string; place: string[]; since: Record<string, Record<string, object>> }[] = [
  {
    // projectcalico/calico at the tag, libcalico-go/config/crd/crd.projectcalico.org_felixconfigurations.yaml.
    crd: "felixconfigurations.crd.projectcalico.org",
    place: [],
    since: {
      "3.29.0": { bpfRedirectToPeer: text, nftablesMode: text },
      "3.30.0": {
        bpfConntrackLogLevel: oneOf("Off", "Debug"),
        bpfConntrackMode: oneOf("Auto", "Userspace", "BPFProgram"),
        bpfConntrackTimeouts: { type: "object", additionalProperties: text },
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
    place: ["properties", "calicoNetwork"],
    since: { "3.29.0": { linuxDataplane: oneOf("Iptables", "BPF", "VPP", "Nftables") } },
  },
  {
    // tigera/operator v1.36.0 and v1.38.0 api/v1/installation_types.go, IPPool.
    crd: "installations.operator.tigera.io",
    place: ["properties", "calicoNetwork", "properties", "ipPools", "items"],
    since: {
      "3.29.0": { disableNewAllocations: { type: "boolean" } },
      "3.30.0": { assignmentMode: oneOf("Automatic", "Manual") },
    },
  },
];

const notNewer = (one: string, other: string) => one.localeCompare(other, "en", { numeric: true }) <= 0;

/** Adds the fields that came up to Calico `release` to every version of these CRDs. */
export function addLaterFields(crds: KubeObject[], release: string): void {
  for (const { crd: name, place, since } of laterFields)
    for (const { schema } of crds.find(({ metadata }) => metadata.name === name)!.spec.versions) {
      const { properties } = place.reduce((at, step) => at[step], schema.openAPIV3Schema.properties.spec);
      for (const [version, fields] of Object.entries(since))
        if (notNewer(version, release)) Object.assign(properties, fields);
    }
}
