// Packs that do not come up: what the user is told.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type PolicyPackOptions, startPolicyPack } from "../../rehearsal/policy/analyzer";
import { packFolder } from "./judge";

describe("policy pack that does not start", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "policy-pack-"));
    fs.writeFileSync(path.join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    fs.writeFileSync(path.join(folder, "package.json"), '{ "version": "0.0.1", "main": "index.ts" }');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const install = () =>
    fs.symlinkSync(path.join(packFolder, "node_modules"), path.join(folder, "node_modules"), "dir");
  const start = (options?: PolicyPackOptions) =>
    startPolicyPack(folder, options).then(async (pack) => {
      await pack.stop();
      throw new assert.AssertionError({ message: "the pack started" });
    });

  it("says that a folder is no pack", async () => {
    fs.rmSync(path.join(folder, "PulumiPolicy.yaml"));
    await assert.rejects(start(), /is no policy pack\n[^]*it has no PulumiPolicy\.yaml/);
  });
  it("refuses another runtime by name", async () => {
    fs.writeFileSync(path.join(folder, "PulumiPolicy.yaml"), "runtime: { name: opa }\n");
    await assert.rejects(start(), /runtime "opa" cannot be run here/);
  });
  it("says that its dependencies are not installed", async () => {
    await assert.rejects(start(), /@pulumi\/pulumi is not installed there\n[^]*run `npm ci --prefix /);
  });
  it("shows the pack's own error: one of types", async () => {
    install();
    fs.writeFileSync(path.join(folder, "index.ts"), "export const level: number = 'mandatory';\n");
    await assert.rejects(
      start(),
      /did not start\n[^]*its process ended[^]*index\.ts[^]*not assignable to type 'number'/,
    );
  });
  it("says that the pack prints where its port should be", async () => {
    install();
    fs.writeFileSync(path.join(folder, "index.ts"), 'console.log("hello"); setInterval(() => {}, 1000);\n');
    await assert.rejects(start(), /its first line of output is "hello" where its port should be/);
  });
  it("gives up on a pack that never serves, and on the caller's word", async () => {
    install();
    fs.writeFileSync(path.join(folder, "index.ts"), "setInterval(() => {}, 1000);\n");
    await assert.rejects(start({ startSeconds: 3 }), /it does not serve after 3 s/);
    await assert.rejects(start({ signal: AbortSignal.timeout(3000) }), { name: "TimeoutError" });
  });
});
