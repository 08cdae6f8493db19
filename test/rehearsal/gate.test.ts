// The gate on a slow roll-out: it holds until the last node is rolled, and the generation check is why.
import assert from "node:assert/strict";
import { StayingCluster, startTimeoutMs } from "./harness";

describe("the readiness gate on a slow roll-out (5 s a pod, conditions 4 s late)", function () {
  this.timeout(180_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ rolloutSeconds: 5, statusLagSeconds: 4 });
  });
  after(() => cluster?.end());

  /** How much of calico-node was rolled out at the moment when the gate let go. */
  async function upAndLook(config: Record<string, string>) {
    const stack = cluster.stack("layers", config.blindGate ? "blind" : "seeing");
    let red: Promise<string[]> | undefined;
    const result = await stack
      .engine(config, (event) => {
        if (event.kind === "step-done" && event.name === "layers-ebpf-rolled-out" && !event.planned) {
          red = cluster.red();
        }
      })
      .up();
    assert.deepEqual(result.failures, []);
    assert.ok(red, "the gate was not passed");
    return { red: await red, stack };
  }

  async function back(stack: ReturnType<StayingCluster["stack"]>) {
    assert.deepEqual((await stack.engine().destroy()).failures, []);
    await cluster.onIptables(90);
  }

  it("holds until the last node is rolled", async () => {
    const { red, stack } = await upAndLook({});
    assert.deepEqual(red, []);
    await back(stack);
  });

  it("lets go too early without the generation check", async () => {
    const { red, stack } = await upAndLook({ blindGate: "true" });
    assert.ok(
      red.some((line) => line.startsWith("calico-node is rolled out")),
      `the roll-out was over: the test shows nothing. Red: ${red.join("; ") || "none"}`,
    );
    await back(stack);
  });
});
