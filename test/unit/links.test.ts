// Links between the pages: each leads to a file, and to a heading, that is there. And the command lines of the rehearsal,
// which the rehearsal must understand.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { readOptions } from "../../rehearsal/options";
import { anchorsIn, linksIn, readPage, root } from "./pages";

const below = (folder: string): string[] =>
  fs.existsSync(path.join(root, folder))
    ? fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
        .map((name) => path.join(folder, name))
    : [];

const pages = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "policy/README.md"],
  ...["docs", "examples", "bench", "plugin"].flatMap(below),
];

describe("links of the pages", () => {
  it("are found at all", () => {
    assert.ok(pages.length > 4, String(pages));
    assert.ok(pages.flatMap((page) => linksIn(readPage(page))).length > 20);
  });

  for (const page of pages) {
    it(page, () => {
      const broken = linksIn(readPage(page)).filter((link) => {
        const [file, anchor] = link.split("#");
        const target = file === "" ? page : path.join(path.dirname(page), file);
        if (!fs.existsSync(path.join(root, target))) return true;
        return anchor !== undefined && !anchorsIn(readPage(target)).includes(anchor);
      });
      assert.deepEqual(broken, []);
    });
  }
});

describe("command lines of the rehearsal", () => {
  const files = [...pages, ".ci/run", ".github/workflows/policy.yml"];
  const lines = files.flatMap((file) => {
    const text = readPage(file).replace(/\\\n/g, "");
    return [...text.matchAll(/npm run (?:-s |--silent )?rehearse -- ([^`'#\n)[]+)/g)].map(([, line]) =>
      line.trim(),
    );
  });

  it("are understood", () => {
    assert.ok(lines.length > 20, String(lines.length));
    for (const line of lines) assert.doesNotThrow(() => readOptions(line.split(/\s+/), root), line);
  });
});
