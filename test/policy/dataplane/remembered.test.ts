// What a policy was shown of a resource before it judges the stack, in the pack as the engine runs it.
import assert from "node:assert/strict";
import {
  type PolicyPackProcess,
  startPolicyPack,
  type StackResource,
} from "../../../rehearsal/policy/analyzer";
import { packFolder } from "../judge";

const resource = (type: string, name: string, properties: StackResource["properties"]): StackResource => ({
  urn: `urn:pulumi:dev::remembered::${type}::${name}`,
  type,
  name,
  properties,
});
const cluster = resource("azure-native:containerservice:ManagedCluster", "aks", {
  networkProfile: { networkPolicy: "calico" },
});
const metadata = { name: "default", annotations: { "team/acknowledged": "BPF" } };
const installationType = "kubernetes:operator.tigera.io/v1:InstallationPatch";
/** The patch that stayed when the one with the switch was removed, as written and as the live object shows it. */
const written = resource(installationType, "acknowledged", { metadata });
const live = { ...written, properties: { metadata, spec: { calicoNetwork: { linuxDataplane: "BPF" } } } };

describe("policy pack: what the program wrote", function () {
  this.timeout(180_000);
  let pack: PolicyPackProcess;
  before(async () => {
    pack = await startPolicyPack(packFolder);
    await pack.configure({ all: "disabled", "ebpf-switch-present": "mandatory" });
  });
  after(() => pack?.stop());

  it("counts for the stack, and not the live object that a patch returns", async () => {
    assert.deepEqual(await pack.analyzeStack([cluster, live]), [], "as long as nobody has shown the inputs");
    for (const one of [cluster, written]) assert.deepEqual(await pack.analyze(one), []);
    const [violation, ...more] = await pack.analyzeStack([cluster, live]);
    assert.equal(violation.policy, "ebpf-switch-present");
    assert.equal(violation.urn, cluster.urn);
    assert.match(violation.message, /nothing in the stack switches it to eBPF/);
    assert.deepEqual(more, []);
  });

  it("gives way to what the next run writes", async () => {
    await pack.analyze(live);
    assert.deepEqual(await pack.analyzeStack([cluster, live]), []);
  });
});
