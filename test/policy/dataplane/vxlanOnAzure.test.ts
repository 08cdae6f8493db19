import assert from "node:assert/strict";
import { vxlanOnAzure } from "../../../policy/policies/dataplane/vxlanOnAzure";
import { type Declared, judge, unknown } from "../judge";
import { type Resources, resources } from "../stacks";
import { asYaml, installation } from "./programs";

const policy = (title: string, expected: Resources) => resources(vxlanOnAzure, title, expected);
const vxlan = { cidr: "10.244.0.0/16", encapsulation: "VXLAN" };
const good = { bgp: "Disabled", ipPools: [vxlan] };

/** An Installation that installs Calico as the CNI. */
const own = (calicoNetwork: unknown, more: object = {}): Declared => ({
  type: "kubernetes:operator.tigera.io/v1:Installation",
  props: {
    metadata: { name: "default" },
    spec: { kubernetesProvider: "AKS", cni: { type: "Calico" }, calicoNetwork, ...more },
  },
});
const pools = (encapsulation: unknown, cidr = "10.245.0.0/16") =>
  own({ ...good, ipPools: [vxlan, { cidr, encapsulation }] });
const patch = (calicoNetwork: object) =>
  installation("BPF", { props: { metadata: { name: "default" }, spec: { calicoNetwork } } });
const azureCni = { cni: { type: "AzureVNET" } };
const values = { installation: { cni: { type: "Calico" }, calicoNetwork: { ...good, bgp: "Enabled" } } };

policy("accepts VXLAN without BGP, and whatever AKS's own Calico and Azure CNI have", {
  right: [
    own(good),
    asYaml(own(good)),
    own({ bgp: "Disabled" }, azureCni),
    own({ linuxDataplane: "BPF" }, azureCni),
    installation("BPF"),
    pools(undefined, "fd00::/64"),
    own({ bgp: "Enabled" }, { kubernetesProvider: "EKS" }),
  ],
});
policy("refuses what Azure drops, and what the operator would default to, in every spelling", {
  wrong: [
    ...["IPIP", "IPIPCrossSubnet", "VXLANCrossSubnet", "None"].flatMap((value) =>
      [pools(value), asYaml(pools(value))].map((declared): [Declared, ...(string | RegExp)[]] => [
        declared,
        `spec.calicoNetwork.ipPools[1].encapsulation is ${value}: `,
        /Azure's network drops .* Write `encapsulation: "VXLAN"`\.$/,
      ]),
    ),
    [patch({ ipPools: [{ encapsulation: "IPIP" }] })],
    [
      pools(undefined),
      /^spec\.calicoNetwork\.ipPools\[1\]\.encapsulation is missing: the operator's default is IP in IP/,
    ],
    [own({ ...good, bgp: "Enabled" }), /^spec\.calicoNetwork\.bgp is Enabled/],
    [
      { type: "kubernetes:helm.sh/v3:Release", props: { chart: "tigera-operator", values } },
      /^values\.installation\.calicoNetwork\.bgp is Enabled/,
    ],
  ],
});
it("policy ebpf-vxlan-on-azure refuses an Installation that says nothing, for its routes and for its pool", async () => {
  const { type, props } = own({});
  const [bgp, noPools, ...more] = await judge(vxlanOnAzure, type, props!);
  assert.match(bgp, /^spec\.calicoNetwork\.bgp is missing, which is Enabled where Calico is the CNI/);
  assert.match(bgp, /Azure's network takes no routes from the nodes.* Write `bgp: "Disabled"`/);
  assert.match(noPools, /^spec\.calicoNetwork\.ipPools is missing: .* would make a pool 192\.168\.0\.0\/16/);
  assert.deepEqual(more, []);
});
for (const group of ["crd.projectcalico.org/v1", "projectcalico.org/v3"]) {
  const pool = (spec: unknown): Declared => ({
    type: `kubernetes:${group}:IPPool`,
    props: { metadata: { name: "extra" }, spec },
  });
  policy(`refuses IP in IP and unencapsulated subnets in an IPPool of ${group}`, {
    right: [{ ipipMode: "Never", vxlanMode: "Always" }, { ipipMode: unknown }, unknown, {}].map(pool),
    wrong: [
      [pool({ ipipMode: "Always" }), /^spec\.ipipMode is Always: .*`ipipMode: "Never"`/],
      [pool({ ipipMode: "CrossSubnet" }), /^spec\.ipipMode is CrossSubnet/],
      [pool({ vxlanMode: "CrossSubnet" }), /^spec\.vxlanMode is CrossSubnet: .*not know/],
    ],
  });
}
policy("stays silent where a preview does not know", {
  right: [
    own(unknown),
    own({ bgp: unknown, ipPools: unknown }),
    own({ ...good, ipPools: [unknown] }),
    own(good, { cni: unknown }),
    own({}, { cni: { type: unknown } }),
    own({}, { kubernetesProvider: unknown, cni: unknown }),
    pools(unknown),
  ],
});
