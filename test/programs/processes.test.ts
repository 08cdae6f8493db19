// Whether a run of the rehearsal is under way: its plugins tell, and those of the run before may still be ending.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { runUnderWay } from "../../rehearsal/pulumi/processes";

describe("a run under way", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "under-way-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  /** A process that looks like a plugin of the stack, and lives so long. */
  const plugin = (ms: number) =>
    spawn(process.execPath, ["-e", `setTimeout(() => undefined, ${ms})`, "azure/main.ts", folder, "end"]);

  it("is none where its plugins are about to end", async () => {
    plugin(1000);
    assert.deepEqual(await runUnderWay(folder), []);
  });

  it("is told by the plugins that stay", async () => {
    const staying = plugin(60_000);
    try {
      assert.deepEqual(await runUnderWay(folder, 0.5), [staying.pid]);
    } finally {
      staying.kill();
    }
  });
});
