// The TypeScript of the pages, against the components.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readPage, root } from "./pages";

/** What a reader's program has already. */
const surroundings: Record<string, string> = {
  "README.md": `declare const apiServerHost: string, provider: import("@pulumi/kubernetes").Provider;`,
  "docs/arguments.md": "declare const kubeconfig: string, clusterId: string, fqdn: string;",
  "examples/fleet/README.md": "",
};

describe("the TypeScript of the pages", () => {
  it("compiles", function () {
    this.timeout(300_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "snippets-test-"));
    fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
    for (const [index, [page, before]] of Object.entries(surroundings).entries()) {
      const [, code] = /^```ts\n(.*?)^```/ms.exec(readPage(page))!;
      fs.writeFileSync(path.join(folder, `snippet${index}.ts`), `${code}\n${before}\n`);
    }
    const config = {
      extends: path.join(root, "tsconfig.json"),
      include: ["*.ts"],
      compilerOptions: {
        noUnusedLocals: false,
        paths: { "aks-calico-ebpf": [path.join(root, "components")] },
      },
    };
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = path.join(root, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "--project", folder], { encoding: "utf8" });
    fs.rmSync(folder, { recursive: true });
    assert.equal(status, 0, stdout);
  });
});
