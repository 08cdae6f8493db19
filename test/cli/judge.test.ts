// What `connectivity` thinks of answers that its run on a cluster (connectivity.test.ts) does not get.
import assert from "node:assert/strict";
import { cases, type Place } from "../../cli/connectivity/cases";
import { addressIn, judge } from "../../cli/connectivity/judge";
import { judgeSeen } from "../../cli/connectivity/loadBalancer";
import { judged } from "../../cli/status";
import { wellCluster } from "./wellCluster";

describe("connectivity: what is thought of an answer", () => {
  const place = { owners: new Map([["10.224.0.4", "node one"]]) } as Place;
  const verdict = (...[expected, answer]: [Parameters<typeof judge>[0], Parameters<typeof judge>[1]]) => {
    const { status, seen } = judge(expected, answer, ["10.224.0.5"], place, "advice");
    return `${status}: ${seen}`;
  };

  it("a refusal is no drop, a resolver that does not answer is no drop either, and no exec is unknown", () => {
    assert.match(
      verdict("none", { code: 7, error: "Connection refused" }),
      /^failed: not dropped, but refused/,
    );
    assert.match(
      verdict("name", { code: 28, error: "Resolving timed out after 5000 milliseconds" }),
      /^failed: the name was not resolved/,
    );
    assert.match(verdict("name", { code: 28, error: "Connection timed out" }), /^ok: resolved/);
    for (const expected of ["none", "answer", "name", "own address"] as const)
      assert.match(verdict(expected, { unasked: "exec in pod: 403" }), /^unknown: /);
  });

  it("names the node whose address was put in the client's place", () => {
    assert.match(
      verdict("own address", { body: "10.224.0.4:1234" }),
      /^failed: translated: .*\(node one\), not/,
    );
    assert.match(verdict("own address", { body: "[::ffff:10.224.0.5]:1234" }), /^ok/);
    assert.equal(judgeSeen("10.224.0.4", undefined, place).status, "failed");
    assert.equal(judgeSeen("203.0.113.7", undefined, place).status, "warning");
    assert.equal(addressIn("[fd00::1]:80"), "fd00::1");
  });

  it("sends to rows of `status` that are there", () => {
    const rows = judged(wellCluster(), "Ebpf").map(({ check }) => `"${check}"`);
    const { advice } = cases.find(({ check }) => check === "pod to ClusterIP")!;
    const named = advice.match(/"[^"]+"/g) ?? [];
    assert.equal(named.length, 2, advice);
    for (const row of named) assert.ok(rows.includes(row), row);
  });
});
