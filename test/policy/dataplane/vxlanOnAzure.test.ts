import assert from "node:assert/strict";
import { vxlanOnAzure } from "../../../policy/policies/dataplane/vxlanOnAzure";
import { type Declared, judgeStack, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import { asYaml, cluster, endpoint, installation, notKnown, object, parked, provider } from "./programs";

const policy = (title: string, expected: Stacks) => stacks(vxlanOnAzure, title, expected);
const vxlan = { cidr: "10.244.0.0/16", encapsulation: "VXLAN" };
const good = { bgp: "Disabled", ipPools: [vxlan] };
const onAks = [cluster(), provider()];
const abroad = [provider([])];
const on = (stack: Declared[]) => (one: Declared) => [...stack, one];

/** An Installation that installs Calico as the CNI. */
const own = (calicoNetwork: unknown, more: object = {}): Declared =>
  object("operator.tigera.io/v1:Installation", "calico", {
    metadata: { name: "default" },
    spec: { cni: { type: "Calico" }, calicoNetwork, ...more },
  });
const pools = (encapsulation: unknown, more: object = {}) =>
  own({ ...good, ipPools: [vxlan, { cidr: "10.245.0.0/16", encapsulation, ...more }] });
const patch = (calicoNetwork: object) =>
  installation("BPF", { props: { metadata: { name: "default" }, spec: { calicoNetwork } } });
const azureCni = { cni: { type: "AzureVNET" } };
const values = { installation: { cni: { type: "Calico" }, calicoNetwork: { ...good, bgp: "Enabled" } } };
const extra = (spec: unknown, group = "crd.projectcalico.org/v1"): Declared =>
  object(`${group}:IPPool`, "extra", { metadata: { name: "extra" }, spec });

policy("accepts VXLAN without BGP, and whatever AKS's own Calico and Azure CNI have", {
  right: [
    own(good),
    asYaml(own(good)),
    own({ bgp: "Disabled" }, azureCni),
    own({ linuxDataplane: "BPF" }, azureCni),
    installation("BPF"),
    pools(undefined, { cidr: "fd00::/64" }),
    own({ bgp: "Enabled" }, { kubernetesProvider: "EKS" }),
  ].map(on(onAks)),
});
policy("accepts pools that give pods no addresses", {
  right: [
    pools("IPIP", { disableNewAllocations: true }),
    pools("None", { allowedUses: ["LoadBalancer"] }),
    extra({ ipipMode: "Always", disabled: true }),
    extra({ vxlanMode: "CrossSubnet", allowedUses: ["Tunnel"] }),
  ].map(on(onAks)),
  wrong: [
    [on(onAks)(pools("IPIP", { disableNewAllocations: false })), "calico"],
    [on(onAks)(pools("IPIP", { allowedUses: ["Workload", "Tunnel"] })), "calico"],
    [on(onAks)(extra({ ipipMode: "Always", disabled: false })), "extra"],
  ],
});
policy("refuses what Azure drops, and what the operator would default to, in every spelling", {
  wrong: [
    ...["IPIP", "IPIPCrossSubnet", "VXLANCrossSubnet", "None"].flatMap((value) =>
      [pools(value), asYaml(pools(value))].map((declared): [Declared[], string, ...(string | RegExp)[]] => [
        on(onAks)(declared),
        "calico",
        `spec.calicoNetwork.ipPools[1].encapsulation is ${value}: `,
        /: Azure's network drops .*\. Pods on different nodes cannot talk\. .* encapsulation: "VXLAN" /,
      ]),
    ),
    [on(onAks)(patch({ ipPools: [{ encapsulation: "IPIP" }] })), "switch"],
    [
      on(onAks)(pools(undefined)),
      "calico",
      /^spec\.calicoNetwork\.ipPools\[1\]\.encapsulation is missing: .* drops IP in IP, the operator's default/,
    ],
    [on(onAks)(own({ ...good, bgp: "Enabled" })), "calico", /^spec\.calicoNetwork\.bgp is Enabled/],
    [
      on(onAks)(object("helm.sh/v3:Release", "operator", { chart: "tigera-operator", values })),
      "operator",
      /^values\.installation\.calicoNetwork\.bgp is Enabled/,
    ],
  ],
});
it("policy ebpf-vxlan-on-azure refuses an Installation that says nothing, for its routes and for its pool", async () => {
  const [bgp, noPools, ...more] = await judgeStack(vxlanOnAzure, on(onAks)(own({})));
  assert.match(bgp.message, /^spec\.calicoNetwork\.bgp is missing: nodes announce routes/);
  assert.match(
    bgp.message,
    /which Azure's network does not take\. .* write `calicoNetwork: { bgp: "Disabled"/,
  );
  assert.match(
    noPools.message,
    /^spec\.calicoNetwork\.ipPools is missing: the operator makes 192\.168\.0\.0\/16; .* drops IP in IP/,
  );
  assert.deepEqual(more, []);
});
for (const group of ["crd.projectcalico.org/v1", "projectcalico.org/v3"]) {
  const pool = (spec: unknown) => on(onAks)(extra(spec, group));
  policy(`refuses IP in IP and unencapsulated subnets in an IPPool of ${group}`, {
    right: [{ ipipMode: "Never", vxlanMode: "Always" }, {}].map(pool),
    wrong: [
      [
        pool({ ipipMode: "Always" }),
        "extra",
        /^spec\.ipipMode is Always: .* in an IPPool `ipipMode: "Never"`/,
      ],
      [pool({ ipipMode: "CrossSubnet" }), "extra", /^spec\.ipipMode is CrossSubnet/],
      [
        pool({ vxlanMode: "CrossSubnet" }),
        "extra",
        /^spec\.vxlanMode is CrossSubnet: .* not encapsulated, also within a subnet/,
      ],
    ],
  });
}
const bad = [own({}), pools("IPIP"), extra({ ipipMode: "Always" }), patch({ bgp: "Enabled" })];
policy("says nothing of clusters that are not on Azure", {
  right: bad.flatMap((one) => [
    [...abroad, one],
    [...abroad, one, endpoint("10.20.0.10")],
    [...abroad, one, endpoint("k8s.example.org")],
    // Another cluster's pool.
    [...onAks, endpoint(), parked(), provider([], "rack"), { ...one, provider: "rack" }],
    // By a kubeconfig from elsewhere, beside a cluster of AKS.
    [cluster(), ...abroad, own(good, { kubernetesProvider: "EKS" }), { ...extra({ ipipMode: "Always" }) }],
  ]),
});
policy("knows a cluster of another stack for Azure's by its Installation or its API server's name", {
  wrong: [
    [own(good, { kubernetesProvider: "AKS" }), extra({ ipipMode: "Always" })],
    [own(good, azureCni), extra({ ipipMode: "Always" })],
    ...[
      "a-1.hcp.westeurope.azmk8s.io",
      "b-2.0a1b.privatelink.eastus.AZMK8S.io",
      "c-3.hcp.usgovvirginia.cx.aks.containerservice.azure.us",
      "d-4.hcp.usgovarizona.azmk8s.us",
      "e-5.hcp.chinaeast2.cx.prod.service.azk8s.cn",
    ].map((host) => [endpoint(host), extra({ ipipMode: "Always" })]),
  ].map((stack) => [[...abroad, ...stack], "extra", /^spec\.ipipMode is Always/]),
});
notKnown(vxlanOnAzure, "pools and routes", [
  [
    on(onAks)(own({ bgp: unknown, ipPools: [unknown] })),
    ["calico", "spec.calicoNetwork.bgp"],
    ["calico", "spec.calicoNetwork.ipPools[0].encapsulation"],
  ],
  [on(onAks)(own({ ...good, ipPools: unknown })), ["calico", "spec.calicoNetwork.ipPools"]],
  [on(onAks)(pools(unknown)), ["calico", "spec.calicoNetwork.ipPools[1].encapsulation"]],
  [on(onAks)(extra({ ipipMode: unknown })), ["extra", "spec.ipipMode"]],
  [on(onAks)(extra({ ipipMode: "Never", vxlanMode: unknown })), ["extra", "spec.vxlanMode"]],
  [on(abroad)(own({ bgp: unknown, ipPools: [unknown] }))],
]);
policy("stays silent where a preview does not know", {
  right: [own(unknown), own(good, { cni: unknown }), own({}, { cni: { type: unknown } }), extra(unknown)].map(
    on(onAks),
  ),
});
