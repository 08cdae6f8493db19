import assert from "node:assert/strict";
import { vxlanOnAzure } from "../../../policy/policies/dataplane/vxlanOnAzure";
import { type Declared, judge, unknown } from "../judge";
import { asYaml, installation } from "./programs";

const found = ({ type, props }: Declared) => judge(vxlanOnAzure, type, props!);
const good = { bgp: "Disabled", ipPools: [{ cidr: "10.244.0.0/16", encapsulation: "VXLAN" }] };

/** An Installation that installs Calico as the CNI. */
const own = (calicoNetwork: unknown, more: object = {}): Declared => ({
  type: "kubernetes:operator.tigera.io/v1:Installation",
  props: {
    metadata: { name: "default" },
    spec: { kubernetesProvider: "AKS", cni: { type: "Calico" }, calicoNetwork, ...more },
  },
});
const pools = (encapsulation: unknown, cidr = "10.244.0.0/16") =>
  own({
    ...good,
    ipPools: [
      { cidr: "10.245.0.0/16", encapsulation: "VXLAN" },
      { cidr, encapsulation },
    ],
  });

describe("policy ebpf-vxlan-on-azure", () => {
  it("accepts VXLAN without BGP, and whatever AKS's own Calico and Azure CNI have", async () => {
    for (const declared of [
      own(good),
      asYaml(own(good)),
      own({ bgp: "Disabled" }, { cni: { type: "AzureVNET" } }),
      own({ linuxDataplane: "BPF" }, { cni: { type: "AzureVNET" } }),
      installation("BPF"),
      pools(undefined, "fd00::/64"),
      own({ bgp: "Enabled" }, { kubernetesProvider: "EKS" }),
    ]) {
      assert.deepEqual(await found(declared), [], JSON.stringify(declared.props));
    }
  });

  it("refuses every encapsulation that Azure drops, in every spelling", async () => {
    for (const value of ["IPIP", "IPIPCrossSubnet", "VXLANCrossSubnet", "None"]) {
      for (const declared of [pools(value), asYaml(pools(value))]) {
        const [message, ...more] = await found(declared);
        assert.ok(message.startsWith(`spec.calicoNetwork.ipPools[1].encapsulation is ${value}: `), message);
        assert.match(message, /Azure's network drops .* Write `encapsulation: "VXLAN"`\.$/);
        assert.deepEqual(more, []);
      }
    }
    const patch = installation("BPF");
    patch.props = {
      metadata: { name: "default" },
      spec: { calicoNetwork: { ipPools: [{ encapsulation: "IPIP" }] } },
    };
    assert.equal((await found(patch)).length, 1, "a patch");
  });

  it("refuses what the operator would default to IP in IP and BGP", async () => {
    const [missing] = await found(pools(undefined));
    assert.match(
      missing,
      /^spec\.calicoNetwork\.ipPools\[1\]\.encapsulation is missing: the operator's default is IP in IP/,
    );
    const [bgp, noPools, ...more] = await found(own({}));
    assert.match(bgp, /^spec\.calicoNetwork\.bgp is missing, which is Enabled where Calico is the CNI/);
    assert.match(bgp, /Azure's network takes no routes from the nodes.* Write `bgp: "Disabled"`/);
    assert.match(
      noPools,
      /^spec\.calicoNetwork\.ipPools is missing: the operator would make a pool 192\.168\.0\.0\/16/,
    );
    assert.deepEqual(more, []);
  });

  it("refuses BGP, also in a patch and in a release's values", async () => {
    const [message] = await found(own({ ...good, bgp: "Enabled" }));
    assert.match(message, /^spec\.calicoNetwork\.bgp is Enabled/);
    const values = { installation: { cni: { type: "Calico" }, calicoNetwork: { ...good, bgp: "Enabled" } } };
    const release = { type: "kubernetes:helm.sh/v3:Release", props: { chart: "tigera-operator", values } };
    assert.match((await found(release))[0], /^values\.installation\.calicoNetwork\.bgp is Enabled/);
  });

  it("refuses IP in IP and unencapsulated subnets in an IPPool of one's own", async () => {
    for (const group of ["crd.projectcalico.org/v1", "projectcalico.org/v3"]) {
      const type = `kubernetes:${group}:IPPool`;
      const pool = (spec: unknown) => found({ type, props: { metadata: { name: "extra" }, spec } });
      assert.match(
        (await pool({ ipipMode: "Always" }))[0],
        /^spec\.ipipMode is Always: .*`ipipMode: "Never"`/,
      );
      assert.match((await pool({ ipipMode: "CrossSubnet" }))[0], /^spec\.ipipMode is CrossSubnet/);
      assert.match(
        (await pool({ vxlanMode: "CrossSubnet" }))[0],
        /^spec\.vxlanMode is CrossSubnet: .*not know/,
      );
      for (const spec of [{ ipipMode: "Never", vxlanMode: "Always" }, { ipipMode: unknown }, unknown, {}]) {
        assert.deepEqual(await pool(spec), []);
      }
    }
  });

  it("stays silent where a preview does not know", async () => {
    for (const declared of [
      own(unknown),
      own({ bgp: unknown, ipPools: unknown }),
      own({ ...good, ipPools: [unknown] }),
      own(good, { cni: unknown }),
      own({}, { cni: { type: unknown } }),
      own({}, { kubernetesProvider: unknown, cni: unknown }),
      pools(unknown),
    ]) {
      assert.deepEqual(await found(declared), [], JSON.stringify(declared.props));
    }
  });
});
