// Links between the pages: each leads to a file, and to a heading, that is there.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { anchorsIn, linksIn, readPage, root } from "./pages";

const below = (folder: string): string[] =>
  fs.existsSync(path.join(root, folder))
    ? fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
        .map((name) => path.join(folder, name))
    : [];

const pages = ["README.md", "policy/README.md", ...["docs", "examples", "bench"].flatMap(below)];

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
