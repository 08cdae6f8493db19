// docs/api.md against the docstrings that it is made from: TypeDoc refuses a public name that has none.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readPage, root } from "./pages";

describe("docs/api.md", () => {
  it("is what `npm run docs` makes of the docstrings", function () {
    this.timeout(120_000);
    const out = fs.mkdtempSync(path.join(os.tmpdir(), "api-test-"));
    const typedoc = path.join(root, "node_modules", "typedoc", "bin", "typedoc");
    const run = spawnSync(process.execPath, [typedoc, "--out", out], { cwd: root, encoding: "utf8" });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    const made = fs.readFileSync(path.join(out, "api.md"), "utf8");
    fs.rmSync(out, { recursive: true });
    assert.ok(readPage("docs/api.md") === made, "the docstrings say other than docs/api.md: npm run docs");
  });
});
