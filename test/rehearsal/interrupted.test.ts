// A program that throws, and a CLI that is killed, in the middle of the layers: the next up finishes, and nothing is lost.
import assert from "node:assert/strict";
import path from "node:path";
import { nameOf } from "../pulumi";
import { eventually, family, layers, ok, StayingCluster, startTimeoutMs, type TestStack } from "./harness";

describe("interrupted in mid-up", function () {
  this.timeout(240_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ rolloutSeconds: 3 });
  });
  after(() => cluster?.end());

  /** All layers are in the state once, and the cluster is eBPF. */
  async function whole(stack: TestStack) {
    for (const layer of layers) assert.equal(stack.names().filter((name) => name === layer).length, 1, layer);
    assert.deepEqual(await cluster.red(), []);
  }

  async function gone(stack: TestStack) {
    ok(await stack.destroy());
    await cluster.onIptables();
  }

  it("a program that throws leaves a state that the next up continues from", async () => {
    const stack = await cluster.stack("layers", "throws");
    const failed = await stack.up({ throwAt: "layers-switch-acknowledged" });
    assert.match(failed.text, /the program fails at layers-switch-acknowledged, as it was told to/);
    assert.notEqual(failed.code, 0);
    // Whatever was registered before is kept; nothing behind the throw is.
    assert.ok(!stack.names().includes("layers-switch-acknowledged"));
    const kept = stack.names();
    ok(await stack.up());
    for (const name of kept) assert.ok(stack.names().includes(name), `${name} was lost`);
    await whole(stack);
    const before = stack.names().sort();
    assert.notEqual((await stack.up({ throwAt: "layers-endpoint" })).code, 0);
    assert.deepEqual(
      stack.names().sort(),
      before,
      "a program that throws on a finished stack deletes nothing",
    );
    await gone(stack);
  });

  for (const layer of ["layers-endpoint-in-calico-node", "layers-felix", "layers-ebpf-rolled-out"]) {
    it(`kill -9 of the CLI at ${layer}: nothing of the run lives on, cancel and the next up finish`, async () => {
      const stack = await cluster.stack("layers", "killed");
      const shared = `charts/main.ts ${path.join(cluster.folder, "layers")}`;
      let run: string[] = [];
      const killed = await stack.up(
        {},
        {
          onEvent: ({ resourcePreEvent: step }, pid) => {
            if (!step || nameOf(step.metadata.urn) !== layer) return;
            run = [...family(pid), ...family(1).filter((line) => line.includes(shared))];
            process.kill(pid, "SIGKILL");
          },
        },
      );
      assert.equal(killed.code, 137, killed.text);
      for (const part of [/language-nodejs/, /cmd\/run/, /charts\/main/, /resource-kubernetes /])
        assert.ok(
          run.some((line) => part.test(line)),
          `${part} ran: ${run.join("\n")}`,
        );
      const alive = () => run.filter((one) => family(1).includes(one));
      await eventually(async () => alive().join("\n") || undefined);
      assert.match((await stack.up()).text, /the stack is currently locked/);
      ok(await stack.cli.run("cancel", { args: ["--yes"] }));
      ok(await stack.up());
      await whole(stack);
      await gone(stack);
    });
  }
});
