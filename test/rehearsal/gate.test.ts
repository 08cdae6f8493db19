// The gate on a slow roll-out: it holds until the last node is rolled, and the generation check is why.
import assert from "node:assert/strict";
import { nameOf } from "../pulumi";
import { ok, StayingCluster, startTimeoutMs } from "./harness";

describe("the readiness gate on a slow roll-out (5 s a pod, conditions 4 s late)", function () {
  this.timeout(300_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ rolloutSeconds: 5, statusLagSeconds: 4 });
  });
  after(() => cluster?.end());

  /** What was still red at the moment when the gate let go. */
  async function redAtGate(config: Record<string, string>): Promise<string[]> {
    const stack = await cluster.stack("layers", config.blindGate ? "blind" : "seeing");
    // The endpoint's own roll-out is over then: while it lasts the operator acknowledges a switch late, after its roll-out.
    ok(await stack.up({ dataplane: "Iptables" }));
    await cluster.onIptables(90);
    let red: Promise<string[]> | undefined;
    const ended = await stack.up(config, {
      onEvent: ({ resOutputsEvent: step }) => {
        if (step && nameOf(step.metadata.urn) === "layers-ebpf-rolled-out") red ??= cluster.red();
      },
    });
    ok(ended);
    assert.ok(red, "the gate was not passed");
    const seen = await red;
    ok(await stack.destroy());
    await cluster.onIptables(90);
    return seen;
  }

  it("holds until the last node is rolled", async () => assert.deepEqual(await redAtGate({}), []));

  it("lets go too early without the generation check", async () => {
    const red = await redAtGate({ blindGate: "true" });
    assert.ok(
      red.some((line) => line.startsWith("calico-node is rolled out")),
      `the roll-out was over: the test shows nothing. Red: ${red.join("; ") || "none"}`,
    );
  });
});
