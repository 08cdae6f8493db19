// examples/: each is in the table, and the README of quickstart shows the program that is there.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { firstCells, readPage, root } from "./pages";

describe("examples", () => {
  it("are in the table, each of them, and nothing else is", () => {
    const folders = fs
      .readdirSync(path.join(root, "examples"), { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => `[\`${name}\`](${name}/README.md)`);
    assert.deepEqual(firstCells(readPage("examples/README.md"), /^example$/).sort(), folders.sort());
  });

  it("quickstart: the README shows the program, as one writes it in a project of one's own, and it is short", () => {
    const program = readPage("examples/quickstart/index.ts");
    assert.ok(program.trim().split("\n").length <= 10);
    const [, shown] = /```ts\n(.*?)```/s.exec(readPage("examples/quickstart/README.md"))!;
    assert.equal(shown, program.replace(/^\/\/.*\n/gm, "").replace("../../components", "aks-calico-ebpf"));
  });
});
