// What a program of the rehearsal sees of the stacks beside its own.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { linkStacks } from "../../rehearsal/pulumi/backend";

describe("backends of the rehearsal", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "backends-"));
  after(() => fs.rmSync(root, { recursive: true }));

  const state = (of: string, project: string, stack: string) =>
    path.join(root, of, "state/.pulumi/stacks", project, `${stack}.json`);
  const write = (stack: string, project: string, text: string) => {
    fs.mkdirSync(path.dirname(state(stack, project, stack)), { recursive: true });
    fs.writeFileSync(state(stack, project, stack), text);
  };
  const seenBy = (stack: string) =>
    fs
      .readdirSync(path.join(root, stack, "state"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .map((name) => path.relative(".pulumi/stacks", name));

  it("show the others' states as they are now, and no more when they are gone", () => {
    write("dev", "cluster", "made");
    fs.mkdirSync(path.join(root, "nothing-run-yet"));
    for (const stack of ["app", "dev", "app"]) linkStacks(path.join(root, stack));
    assert.deepEqual(seenBy("app"), ["cluster/dev.json"]);
    write("app", "shop", "made");
    linkStacks(path.join(root, "dev"));
    assert.deepEqual(seenBy("dev").sort(), ["cluster/dev.json", "shop/app.json"]);

    write("dev", "cluster", "changed");
    linkStacks(path.join(root, "app"));
    assert.equal(fs.readFileSync(state("app", "cluster", "dev"), "utf8"), "changed");
    assert.deepEqual(seenBy("app").sort(), ["cluster/dev.json", "shop/app.json"], "none of itself");

    fs.rmSync(path.join(root, "dev"), { recursive: true });
    linkStacks(path.join(root, "app"));
    assert.deepEqual(seenBy("app"), ["shop/app.json"]);
    assert.equal(fs.readFileSync(state("app", "shop", "app"), "utf8"), "made");
  });
});
