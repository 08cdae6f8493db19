import { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { Section } from "../../aksCluster";
import { installation, installsCalico, ipPool } from "../../calicoObjects";
import { items, read, Unknown } from "../../unknown";

interface Finding {
  readonly wrong: string;
  readonly why: string;
  readonly write: string;
}

const dropped = "Azure's network drops packets with pods' addresses that it does not know";
const ipip = "Azure's network drops IP in IP";

function badEncapsulation(value: string): string | undefined {
  if (/^IPIP/.test(value)) return ipip;
  return value === "VXLANCrossSubnet"
    ? `between nodes of one subnet nothing is encapsulated then, and ${dropped}`
    : undefined;
}

/** Pools that give pods their addresses without saying how packets cross Azure's network. */
function unsaid(spec: Section): Finding | undefined {
  const write = '`ipPools: [{ cidr: YOUR_POD_CIDR, encapsulation: "VXLAN", natOutgoing: "Enabled" }]`';
  if (spec.get("calicoNetwork", "ipPools") !== undefined) return undefined;
  const wrong = `${spec.path("calicoNetwork.ipPools")} is missing`;
  return { wrong, why: `the operator would make a pool 192.168.0.0/16 with IP in IP, and ${ipip}`, write };
}

function poolFinding(pool: any, path: string, isCalicoCni: boolean): Finding | undefined {
  const given = read(pool, "encapsulation");
  if (pool === Unknown || given === Unknown || /:/.test(String(read(pool, "cidr")))) return undefined;
  const write = '`encapsulation: "VXLAN"`';
  if (given === undefined) {
    if (!isCalicoCni) return undefined;
    return {
      wrong: `${path}.encapsulation is missing`,
      why: `the operator's default is IP in IP, and ${ipip}`,
      write,
    };
  }
  const why = given === "None" && isCalicoCni ? dropped : badEncapsulation(String(given));
  return why === undefined ? undefined : { wrong: `${path}.encapsulation is ${given}`, why, write };
}

function inInstallation(args: ResourceValidationArgs): Finding[] {
  const spec = installation(args);
  const platform = spec && spec.get("kubernetesProvider");
  if (!spec || !["AKS", undefined, Unknown].includes(platform)) return [];
  // A patch of what AKS or somebody else has installed says only a part.
  const isCalicoCni = installsCalico(args) && spec.get("cni", "type") === "Calico";
  const findings: (Finding | undefined)[] = [];
  const bgp = spec.get("calicoNetwork", "bgp");
  if (bgp === "Enabled" || (bgp === undefined && isCalicoCni)) {
    findings.push({
      wrong: `${spec.path("calicoNetwork.bgp")} is ${bgp || "missing, which is Enabled where Calico is the CNI"}`,
      why: "Azure's network takes no routes from the nodes",
      write: '`bgp: "Disabled"`',
    });
  }
  if (isCalicoCni) findings.push(unsaid(spec));
  const pools = items(spec.get("calicoNetwork", "ipPools"));
  const path = (at: number) => spec.path(`calicoNetwork.ipPools[${at}]`);
  findings.push(...pools.map((pool, at) => poolFinding(pool, path(at), isCalicoCni)));
  return findings.flatMap((finding) => (finding ? [finding] : []));
}

function inPool(args: ResourceValidationArgs): Finding[] {
  const spec = ipPool(args);
  if (!spec) return [];
  const [byIpip, byVxlan] = [spec.get("ipipMode"), spec.get("vxlanMode")];
  const write = '`ipipMode: "Never"` and `vxlanMode: "Always"`';
  if (byIpip === "Always" || byIpip === "CrossSubnet") {
    return [{ wrong: `${spec.path("ipipMode")} is ${byIpip}`, why: ipip, write }];
  }
  if (byVxlan !== "CrossSubnet") return [];
  const why = badEncapsulation("VXLANCrossSubnet")!;
  return [{ wrong: `${spec.path("vxlanMode")} is CrossSubnet`, why, write }];
}

/**
 * Pods reach each other across Azure's network by VXLAN, without BGP.
 *
 * Source: tigera/operator pkg/controller/ippool/defaults.go and installation/core_controller.go: where Calico is the
 * CNI, `encapsulation` defaults to IPIP and `bgp` to Enabled, on AKS too. Calico's guide for AKS disables BGP and names a
 * VXLAN pool.
 *
 * @severity critical
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/getting-started/kubernetes/managed-public-cloud/aks
 */
export const vxlanOnAzure: ResourceValidationPolicy = {
  name: "ebpf-vxlan-on-azure",
  displayName: "eBPF: VXLAN, without BGP, on Azure",
  description: "IP pools of Calico on Azure must use VXLAN, and BGP must be off.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["calico", "ebpf", "network"],
  remediationSteps:
    'In Installation/default write `calicoNetwork: { bgp: "Disabled", ipPools: [{ cidr: YOUR_POD_CIDR, encapsulation: ' +
    '"VXLAN", natOutgoing: "Enabled" }] }`; in an IPPool `ipipMode: "Never"` and `vxlanMode: "Always"`.',
  url: "https://docs.tigera.io/calico/latest/getting-started/kubernetes/managed-public-cloud/aks",
  validateResource: (args, reportViolation) => {
    for (const { wrong, why, write } of [...inInstallation(args), ...inPool(args)]) {
      reportViolation(`${wrong}: ${why}, so pods on different nodes cannot talk. Write ${write}.`);
    }
  },
};
