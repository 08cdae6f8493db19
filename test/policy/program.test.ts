// The pack as users run it: whole programs, right and wrong.
import assert from "node:assert/strict";
import { policies } from "../../policy/policies";
import { type PolicySet, type SetName, policySet, setNames } from "./sets";
import { firstBuildMs } from "../programs";
import { type CliStack, nameOf } from "../pulumi";
import { assertViolations, at, endStacks, openStack, pack, violations } from "./cli";
import { unknown } from "./judge";
import { innocents } from "./programs/innocents";
import { theirHost, theirKubeconfig } from "./programs/theirs";

/** Case -> what it trips by the pack's own levels, with a piece of each message that only this mistake has. */
const wrong: Record<string, [violation: string, says: RegExp][]> = {
  right: [],
  "right-elsewhere": [],
  ...Object.fromEntries(Object.keys(innocents).map((name) => [name, []])),
  "way-back": [["ebpf-way-back switch", /linuxDataplane: Iptables/]],
  "service-address": [["ebpf-endpoint-present endpoint", /10\.0\.0\.1/]],
  "service-name": [["ebpf-endpoint-present endpoint", /kubernetes\.default/]],
  "address-in-service-range": [["ebpf-endpoint-present endpoint", /172\.16\.0\.1\b.*172\.16\.0\.0\/16/]],
  "service-address-elsewhere": [["ebpf-endpoint-present endpoint", /10\.0\.0\.1/]],
  cilium: [["ebpf-no-cilium cluster", /cilium/i]],
  "config-group": [["pack-not-judged cluster", /: the objects of \S*manifests\b/]],
  "layers-in-reverse": [
    [
      "ebpf-layers-in-order endpoint",
      /endpoint \(endpoint\) depends on switch \(switch\), which must come after it/,
    ],
  ],
  classic: [["pack-not-seen classic", /the classic Azure provider/]],
  "bpf-enabled-by-hand": [["ebpf-no-hand-written-bpf-enabled felix", /bpfEnabled/]],
  dsr: [["ebpf-dsr-allowed felix", /DSR/]],
  "health-port-taken": [["ebpf-health-port felix", /10256, and kube-proxy, which is kept/]],
  "kube-proxy-kept-with-cleanup": [["ebpf-kube-proxy-handled switch", /bpfKubeProxyIptablesCleanupEnabled/]],
  "kube-proxy-parked-without-switch": [
    [
      "ebpf-switch-present kube-proxy-off",
      /nothing in the stack switches the cluster behind provider theirs to eBPF/,
    ],
  ],
  "open-kubeconfig": [
    ["hygiene-provider-pinned theirs", /clusterIdentifier/],
    ["hygiene-kubeconfig-secret policies-dev", /output outputs\.open-kubeconfig\.kubeconfig/],
  ],
  "windows-pool": [["ebpf-no-windows-pool windows", /Windows/]],
  ipvs: [["ebpf-no-ipvs cluster", /IPVS/]],
  "ipip-pool": [["ebpf-vxlan-on-azure installation", /IPIP/]],
  "layers-out-of-order": [
    ["ebpf-layers-in-order switch", /^switch \(switch\) does not depend on endpoint/m],
    ["ebpf-layers-in-order kube-proxy-off", /kube-proxy's stop\) does not depend on switch/],
  ],
  "secret-in-config-map": [
    ["aks-rbac-enabled cluster", /enableRBAC/],
    ["hygiene-no-secret-in-configmap settings", /password/],
  ],
};
/** What is in strict alone asks for what no case has, but for what innocents have beside or above the others. */
const isStrict = (violation: string) => {
  const [name] = violation.split(" ");
  return policies.some((policy) => policy.name === name && policy.tags!.includes("strict"));
};
const strictOnly = policies.flatMap(({ name, tags = [] }) => {
  if (!tags.includes("strict")) return [];
  const pools = /autoscaling|zones|os-disk|host-encryption/.test(name)
    ? [`${name} windows-pool/windows`]
    : [];
  const clusters = Object.keys(wrong).filter(
    (one) => !(one in innocents) && !/elsewhere|parked|open-kubeconfig|classic/.test(one),
  );
  return [...pools, ...clusters.map((one) => `${name} ${one}/cluster`)];
});
const ofInnocents = (violation: string) =>
  Object.keys(innocents).some((one) => violation.includes(` ${one}/`));
const levelIn = (levels: PolicySet, policy: string) => levels[policy] ?? levels.all;
const named = (name: string, violation: string) =>
  violation.endsWith("policies-dev") ? violation : violation.replace(" ", ` ${name}/`);

describe("policy pack, run by the CLI", function () {
  this.timeout(180_000);
  /** A stack of the program with the cases, which previews leave empty. */
  let many: CliStack;
  before(async function () {
    this.timeout(firstBuildMs);
    many = await openStack("test/policy/programs", "cases");
  });
  after(endStacks);

  describe("says nothing of right programs", () => {
    const theirs = { apiServerHost: theirHost, kubeconfig: theirKubeconfig };
    // The pack's own levels are those of baseline and ebpf together (test/policy/sets.test.ts).
    for (const [program, set, least, stack, config, notJudged = []] of [
      [".", undefined, 18],
      [".", "baseline", 18],
      [".", "ebpf", 18],
      ["examples/quickstart", undefined, 18],
      ["examples/rollback", undefined, 20],
      ["examples/self-managed", undefined, 15],
      ["examples/calico-cni", undefined, 15],
      ["examples/existing-cluster", undefined, 10, "dev", theirs],
      // Its Defender sends to a workspace that is yet to be made.
      ["examples/production", "strict", 30, "production", undefined, ["pack-not-judged prod-cluster"]],
    ] as [string, SetName?, number?, string?, object?, string[]?][]) {
      it(`${program} passes ${set ?? "the pack's own levels"}`, async () => {
        const cli = await openStack(program, program.replace(/\W/g, "-"), stack);
        const ended = await cli.preview(config as any, { args: pack(set) });
        assertViolations(ended, notJudged);
        assert.match(ended.text, /(✅|⚠️) aks-calico-ebpf@v\d/);
        assert.ok(ended.changes.create >= least!, `only ${ended.changes.create} resources`);
      });
    }
  });

  it("advises, and forbids nothing, on the default program's way back to iptables", async () => {
    const cli = await openStack(".", "way-back");
    const args = [...pack(), "-c", "dataplane=Iptables"];
    assertViolations(await cli.preview(undefined, { args }), ["ebpf-way-back aks-dataplane-switch"]);
  });

  describe("says of each of many clusters in one program what is wrong with it", () => {
    const cases = Object.keys(wrong);
    const inSet = (set: SetName | undefined) => (violation: string) =>
      set === undefined || levelIn(policySet(set), violation.split(" ")[0]) !== "disabled";
    for (const set of [undefined, ...setNames]) {
      it(`by ${set ?? "the pack's own levels"}`, async () => {
        const ended = await many.preview({ cases }, { args: pack(set) });
        const own = cases.flatMap((name) => wrong[name].map(([violation]) => named(name, violation)));
        assertViolations(ended, [...own.filter(inSet(set)), ...(set === "strict" ? strictOnly : [])], {
          but: (one) => isStrict(one) && ofInnocents(one),
        });
        const said = new Map(
          violations(ended).map((one) => [at(one.policyName, one.resourceUrn), one.message]),
        );
        for (const name of cases)
          for (const [violation, says] of wrong[name].filter(([one]) => inSet(set)(one)))
            assert.match(said.get(named(name, violation))!, says);
      });
    }
  });

  it("ends `up` at a mandatory violation before anything is touched", async () => {
    many.configure({ cases: ["dsr"] });
    const ended = await many.run("up", { args: ["--yes", ...pack()] });
    assertViolations(ended, ["ebpf-dsr-allowed dsr/felix"]);
    assert.deepEqual(many.state(), []);
    const steps = ended.events.flatMap(({ resourcePreEvent }) => resourcePreEvent ?? []);
    assert.ok(steps.length > 0 && steps.every(({ planning }) => planning));
  });

  it("refuses a knob that does not fit its schema", async () => {
    const args = pack({ "aks-min-nodes": { minimum: "three" } });
    const ended = await many.preview({ cases: ["right"] }, { args });
    assert.ok(!ended.ok);
    assert.match(ended.text, /aks-min-nodes: minimum: Invalid type\. Expected: integer, given: string/);
  });

  it("says what to do where the collector of inputs is switched off", async () => {
    const args = pack({ all: "disabled", "ebpf-switch-present": "mandatory", "ebpf-no-ipvs": "mandatory" });
    const ended = await many.preview({ cases: ["right"] }, { args });
    // Once, by the first that needs it.
    const [one, ...more] = violations(ended);
    assert.deepEqual(more, []);
    assert.ok(!ended.ok);
    assert.match(one.message, /pack-inputs is disabled.*Write `"pack-inputs": "mandatory"` in the policy/);
  });

  it("writes what is right itself at level remediate: shown, secrets secret, unknowns unknown", async () => {
    const ended = await many.preview({ cases: ["remediable"] }, { args: pack({ all: "remediate" }) });
    const events: any[] = [...ended.events];
    const remedies = events.flatMap(({ policyRemediationEvent: one }) =>
      one ? [at(one.policyName, one.resourceUrn)] : [],
    );
    assert.deepEqual(remedies.sort(), [
      "aks-auto-upgrade remediable/cluster",
      "aks-azure-policy-addon remediable/cluster",
      "aks-node-auto-upgrade remediable/cluster",
      "aks-secret-store remediable/cluster",
      "ebpf-dsr-allowed remediable/felix",
      "ebpf-no-hand-written-bpf-enabled remediable/felix",
    ]);
    for (const one of remedies)
      assert.match(ended.text, new RegExp(`- \\[remediate\\]  ${one.split(" ")[0]}  `));
    const inputs = (name: string) =>
      events.find(({ resourcePreEvent: step }) => step && nameOf(step.metadata.urn) === name).resourcePreEvent
        .metadata.new.inputs;
    const { addonProfiles, autoUpgradeProfile, resourceGroupName, windowsProfile } = inputs("cluster");
    assert.deepEqual(addonProfiles, {
      azurepolicy: { enabled: true },
      azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } },
    });
    assert.deepEqual(autoUpgradeProfile, { nodeOSUpgradeChannel: "NodeImage", upgradeChannel: "patch" });
    assert.equal(resourceGroupName, unknown);
    assert.equal(windowsProfile.adminPassword.ciphertext, "[secret]");
    assert.deepEqual(inputs("felix").spec, {
      bpfExternalServiceMode: "Tunnel",
      bpfKubeProxyHealthzPort: 10256,
    });
  });

  describe("on a cluster that is there", () => {
    const cases = ["endpoint-of-another-host", "config-group"];
    let cli: CliStack;
    before(async () => void (cli = await openStack("test/policy/programs", "made")));
    after(async () => {
      const ended = await cli.destroy();
      assert.ok(ended.ok, ended.text);
    });

    // Azure gives a cluster its name when it makes it: a first preview cannot know that another one is wrong.
    it("compares the endpoint with the name that Azure has given", async function () {
      this.timeout(firstBuildMs);
      const ended = await cli.up({ cases }, { args: pack() });
      const inGroup = "tigera-operator/kubernetes-services-endpoint";
      assertViolations(ended, [
        "ebpf-endpoint-present endpoint-of-another-host/endpoint",
        `ebpf-endpoint-present config-group/manifests:${inGroup}`,
      ]);
      const said = violations(ended).map(({ message }) => message);
      assert.ok(said.some((one) => /other-0a1b2c3d\.hcp.*, and cluster cluster answers as team-/.test(one)));
    });

    it("does not take the live Installation, which the patch that stays returns, for the switch", async () => {
      const ended = await cli.preview({ cases, withoutSwitch: true }, { args: pack() });
      assertViolations(ended, [
        "ebpf-endpoint-present config-group/manifests:tigera-operator/kubernetes-services-endpoint",
        "ebpf-switch-present endpoint-of-another-host/cluster",
      ]);
      assert.equal(ended.changes.delete, 1);
    });
  });
});
