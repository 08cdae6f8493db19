// tigera/operator v1.40.2 pkg/controller/installation/core_controller.go, fillDefaults: what the operator writes into
// an Installation that leaves it open ("a poor-man's defaulting", in its own words).
import type { KubeObject } from "../controlPlane/api";

/** An Installation's spec, as loosely typed as JSON is: what the stand-in does not know is passed through. */
export type InstallationSpec = Record<string, any>;

export const isBpf = (spec: InstallationSpec): boolean => spec.calicoNetwork?.linuxDataplane === "BPF";

function filled(given: InstallationSpec | undefined, defaults: InstallationSpec): InstallationSpec {
  const spec = { ...given };
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value === "object") spec[name] = filled(spec[name], value);
    else if ([undefined, ""].includes(spec[name])) spec[name] = value;
  }
  return spec;
}

/**
 * The same spec with the defaults of the fields that others look at filled in.
 * @param pools the IP pools in the cluster
 */
export function fillDefaults(given: InstallationSpec, pools: readonly KubeObject[]): InstallationSpec {
  const cni = given.cni?.type || (given.kubernetesProvider === "AKS" ? "AzureVNET" : "Calico");
  const spec = filled(given, {
    cni: { type: cni, ipam: { type: cni } },
    calicoNetwork: { linuxDataplane: "Iptables", bgp: cni === "Calico" ? "Enabled" : "Disabled" },
    nodeUpdateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
  });
  // BPF needs the node's address even where Calico does no IPAM.
  if (isBpf(spec) || pools.some((pool) => !pool.spec.cidr.includes(":")))
    spec.calicoNetwork.nodeAddressAutodetectionV4 ??= { firstFound: true };
  return spec;
}
