// Pods reach each other across Azure's network by VXLAN, without BGP.
import { installation, installsCalico, ipPool } from "../../calicoObjects";
import { isOnAzure } from "../../dataplane";
import { ebpf, stackPolicy, Verdict } from "../../define";
import { Declared } from "../../stack";
import { items, read, Unknown } from "../../unknown";

const ipip = "Azure's network drops IP in IP";
const dropped = "Azure's network drops packets with pods' addresses that it does not know";
const crossSubnet = `Between nodes of one subnet nothing is encapsulated then, and ${dropped}`;

const wrong = (found: string, reason: string, write: string, of: Declared): Verdict => ({
  ...{ found, of },
  why: `${reason}, so pods on different nodes cannot talk.`,
  write: `Write ${write}.`,
});

/** Whether new pods get IPv4 addresses of a pool. @param off the property by which it is taken out of use */
function isForPods(pool: any, off: string): boolean {
  const uses = read(pool, "allowedUses");
  if (read(pool, off) === true || /:/.test(String(read(pool, "cidr")))) return false;
  return !Array.isArray(uses) || items(uses).some((use) => use === "Workload" || use === Unknown);
}

/** Why pods of a pool are not heard; undefined where they are. */
function lost(encapsulation: any, isCalicoCni: boolean): string | undefined {
  if (/^IPIP/.test(String(encapsulation))) return ipip;
  if (encapsulation === "VXLANCrossSubnet") return crossSubnet;
  if (!isCalicoCni) return undefined;
  if (encapsulation === undefined) return `The operator's default is IP in IP, and ${ipip}`;
  return encapsulation === "None" ? dropped : undefined;
}

function* inInstallation(of: Declared): Generator<Verdict> {
  const spec = installation(of);
  if (!spec) return;
  // A patch of what AKS or somebody else has installed says only a part.
  const isCalicoCni = installsCalico(of) && spec.get("cni", "type") === "Calico";
  const [bgp, pools] = ["bgp", "ipPools"].map((field) => spec.get("calicoNetwork", field));
  const path = (field: string) => spec.path(`calicoNetwork.${field}`);
  if (bgp === Unknown) yield { notKnown: path("bgp"), of };
  if (pools === Unknown) yield { notKnown: path("ipPools"), of };
  if (bgp === "Enabled" || (bgp === undefined && isCalicoCni)) {
    const found = `${path("bgp")} is ${bgp ?? "missing, which is Enabled where Calico is the CNI"}`;
    yield wrong(found, "Azure's network takes no routes from the nodes", '`bgp: "Disabled"`', of);
  }
  if (pools === undefined && isCalicoCni) {
    const reason = `The operator would make a pool 192.168.0.0/16 with IP in IP, and ${ipip}`;
    const right = '`ipPools: [{ cidr: YOUR_POD_CIDR, encapsulation: "VXLAN", natOutgoing: "Enabled" }]`';
    yield wrong(`${path("ipPools")} is missing`, reason, right, of);
  }
  for (const [at, pool] of items(pools).entries()) {
    const encapsulation = pool === Unknown ? Unknown : read(pool, "encapsulation");
    if (!isForPods(pool, "disableNewAllocations")) continue;
    const where = path(`ipPools[${at}].encapsulation`);
    const reason = lost(encapsulation, isCalicoCni);
    if (encapsulation === Unknown) yield { notKnown: where, of };
    else if (reason !== undefined)
      yield wrong(`${where} is ${encapsulation ?? "missing"}`, reason, '`encapsulation: "VXLAN"`', of);
  }
}

function* inPool(of: Declared): Generator<Verdict> {
  const spec = ipPool(of);
  if (!spec || !isForPods(spec.get(), "disabled")) return;
  const modes = ["ipipMode", "vxlanMode"];
  const [byIpip, byVxlan] = modes.map((field) => spec.get(field));
  const [ipipPath, vxlanPath] = modes.map((field) => spec.path(field));
  const right = '`ipipMode: "Never"` and `vxlanMode: "Always"`';
  if (byIpip === Unknown) yield { notKnown: ipipPath, of };
  else if (byIpip === "Always" || byIpip === "CrossSubnet")
    yield wrong(`${ipipPath} is ${byIpip}`, ipip, right, of);
  else if (byVxlan === Unknown) yield { notKnown: vxlanPath, of };
  else if (byVxlan === "CrossSubnet") yield wrong(`${vxlanPath} is CrossSubnet`, crossSubnet, right, of);
}

export const vxlanOnAzure = stackPolicy(
  {
    name: "ebpf-vxlan-on-azure",
    wants: "IP pools of Calico on Azure must use VXLAN, and BGP must be off.",
    // Source of the defaults: tigera/operator, pkg/controller/ippool/defaults.go and installation/core_controller.go.
    write:
      'In Installation/default write `calicoNetwork: { bgp: "Disabled", ipPools: [{ cidr: YOUR_POD_CIDR, encapsulation: ' +
      '"VXLAN", natOutgoing: "Enabled" }] }`; in an IPPool `ipipMode: "Never"` and `vxlanMode: "Always"`.',
    ...ebpf("critical"),
    url: "https://docs.tigera.io/calico/latest/getting-started/kubernetes/managed-public-cloud/aks",
  },
  function* ({ dataplanes }) {
    for (const { objects } of dataplanes.filter(isOnAzure))
      for (const object of objects) {
        yield* inInstallation(object);
        yield* inPool(object);
      }
  },
);
