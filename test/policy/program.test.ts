// The pack and the programs of this repository, as they are: what is right must pass.
import assert from "node:assert/strict";
import { type Program, ProgramJudge } from "./programRun";
import { theirHost, theirKubeconfig } from "./theirs";

const programs: Record<string, Program & { least: number }> = {
  "the default program": { folder: ".", least: 18 },
  "examples/self-managed": { folder: "examples/self-managed", least: 15 },
  "examples/calico-cni": { folder: "examples/calico-cni", least: 15 },
  "examples/existing-cluster": {
    folder: "examples/existing-cluster",
    config: { apiServerHost: theirHost, kubeconfig: theirKubeconfig },
    least: 10,
  },
  "examples/production": { folder: "examples/production", stack: "production", least: 30 },
  "a program without our components": { folder: "test/policy/programs/by-hand", least: 8 },
};

describe("policy pack: right programs", function () {
  this.timeout(120_000);
  let judge: ProgramJudge;
  before(async () => void (judge = await ProgramJudge.start()));
  after(() => judge?.end());

  async function passes({ least, ...program }: Program & { least: number }) {
    const { mandatory, advisory, messages, resources } = await judge.judged(program);
    assert.deepEqual([...mandatory, ...advisory], [], messages.join("\n"));
    assert.ok(resources >= least, `only ${resources} resources were shown to the pack`);
  }

  for (const [name, program] of Object.entries(programs)) {
    for (const set of [undefined, "baseline", "ebpf"]) {
      it(`${name} passes ${set ?? "the pack's own levels"}`, () => passes({ ...program, set }));
    }
  }

  it("examples/production passes strict", () =>
    passes({ ...programs["examples/production"], set: "strict" }));

  it("the default program trips the switch's policy, and no other, on the way back to iptables", async () => {
    const judged = await judge.judged({ folder: ".", config: { dataplane: "Iptables" } });
    assert.deepEqual(judged.mandatory, ["ebpf-switch-present (aks-dataplane-switch)"]);
    assert.deepEqual(judged.advisory, []);
  });
});
