// Pods reach each other across Azure's network by VXLAN, without BGP.
import { installation, installsCalico, ipPool } from "../../calicoObjects";
import { isOnAzure } from "../../dataplane";
import { ebpf, stackPolicy, Verdict } from "../../define";
import { Declared } from "../../stack";
import { items, read, Unknown } from "../../unknown";

const ipip = "Azure's network drops IP in IP, the operator's default";
const plain = "Azure's network drops pods' packets that are not encapsulated, also within a subnet";

const judged = (of: Declared, path: string, value: any, reason?: string | false): Verdict => {
  if (value === Unknown) return { notKnown: path, of };
  return reason ? { found: `${path} is ${value ?? "missing"}: ${reason}`, of } : undefined;
};

/** Whether new pods get IPv4 addresses of a pool. @param off the property by which it is taken out of use */
function isForPods(pool: any, off: string): boolean {
  const uses = read(pool, "allowedUses");
  if (read(pool, off) === true || /:/.test(String(read(pool, "cidr")))) return false;
  return !Array.isArray(uses) || items(uses).some((use) => use === "Workload" || use === Unknown);
}

function* inInstallation(of: Declared): Generator<Verdict> {
  const spec = installation(of);
  if (!spec) return;
  // A patch of what AKS or somebody else has installed says only a part.
  const isCalicoCni = installsCalico(of) && spec.get("cni", "type") === "Calico";
  const path = (field: string) => spec.path(`calicoNetwork.${field}`);
  const bgp = spec.get("calicoNetwork", "bgp");
  const isBgp = bgp === "Enabled" || (bgp === undefined && isCalicoCni);
  yield judged(of, path("bgp"), bgp, isBgp && "nodes announce routes, which Azure's network does not take");
  const pools = spec.get("calicoNetwork", "ipPools");
  const byDefault = pools === undefined && isCalicoCni && `the operator makes 192.168.0.0/16; ${ipip}`;
  yield judged(of, path("ipPools"), pools, byDefault);
  for (const [at, pool] of items(pools).entries()) {
    if (!isForPods(pool, "disableNewAllocations")) continue;
    const value = pool === Unknown ? Unknown : read(pool, "encapsulation");
    const isIpip = /^IPIP/.test(String(value)) || (value === undefined && isCalicoCni);
    const isPlain = value === "VXLANCrossSubnet" || (value === "None" && isCalicoCni);
    yield judged(of, path(`ipPools[${at}].encapsulation`), value, isIpip ? ipip : isPlain && plain);
  }
}

function* inPool(of: Declared): Generator<Verdict> {
  const spec = ipPool(of);
  if (!spec || !isForPods(spec.get(), "disabled")) return;
  const [byIpip, byVxlan] = [spec.get("ipipMode"), spec.get("vxlanMode")];
  yield judged(of, spec.path("ipipMode"), byIpip, ["Always", "CrossSubnet"].includes(byIpip) && ipip);
  yield judged(of, spec.path("vxlanMode"), byVxlan, byVxlan === "CrossSubnet" && plain);
}

export const vxlanOnAzure = stackPolicy({
  name: "ebpf-vxlan-on-azure",
  wants: "IP pools of Calico on Azure must use VXLAN, and BGP must be off.",
  // Source of the defaults: tigera/operator, pkg/controller, ippool/defaults.go and installation/core_controller.go.
  why: "Pods on different nodes cannot talk.",
  write:
    'In Installation/default write `calicoNetwork: { bgp: "Disabled", ipPools: [{ cidr: YOUR_POD_CIDR, ' +
    'encapsulation: "VXLAN" }] }`; in an IPPool `ipipMode: "Never"` and `vxlanMode: "Always"`.',
  ...ebpf("critical"),
  url: "https://docs.tigera.io/calico/latest/getting-started/kubernetes/managed-public-cloud/aks",
  *judge({ dataplanes }) {
    for (const object of dataplanes.filter(isOnAzure).flatMap(({ objects }) => objects)) {
      yield* inInstallation(object);
      yield* inPool(object);
    }
  },
});
