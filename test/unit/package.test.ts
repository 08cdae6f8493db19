// What `import ... from "aks-calico-ebpf"` finds: the files that package.json names are those that the build emits.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as components from "../../components";

const root = path.dirname(path.dirname(__dirname));
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

describe("the package", function () {
  this.timeout(60_000);
  let folder: string;
  let outDir: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "package-test-"));
    outDir = path.join(folder, "dist");
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    // Types are `npm run check`'s matter.
    const flags = ["-p", path.join(root, "tsconfig.build.json"), "--outDir", outDir, "--noCheck"];
    execFileSync(process.execPath, [tsc, ...flags], { cwd: root, stdio: "pipe" });
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  /** Where the build has put a file of the package. */
  const built = (file: string) => {
    assert.match(file, /^\.\/dist\//);
    return path.join(outDir, path.relative("dist", file));
  };

  it("leads to files that the build emits, and packs them", () => {
    const { types, default: code } = manifest.exports["."];
    for (const file of [types, code, manifest.types, manifest.main]) {
      assert.ok(existsSync(built(file)), `${file} is not built`);
    }
    assert.ok(manifest.files.includes("dist"));
    assert.equal(manifest.private, undefined);
  });

  it("carries the command line in one file, which needs nothing beside it but a Node.js that is new enough", () => {
    assert.deepEqual(manifest.bin, { "aks-calico-ebpf": "./dist/cli.js" });
    const file = path.join(folder, "cli.js");
    execFileSync("npm", ["run", "--silent", "build:cli", "--", `--outfile=${file}`], {
      cwd: root,
      stdio: "pipe",
    });
    // A folder in which nothing is installed.
    const alone = mkdtempSync(path.join(tmpdir(), "cli-alone-"));
    const copy = path.join(alone, "cli.js");
    renameSync(file, copy);
    const said = execFileSync(process.execPath, [copy, "--version"], { cwd: alone, encoding: "utf8" });
    const older =
      "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '22.12.0' })";
    const refused = spawnSync(process.execPath, ["--import", older, copy], { cwd: alone, encoding: "utf8" });
    rmSync(alone, { recursive: true });
    assert.equal(said.trim(), manifest.version);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /^error: Node\.js 22\.12\.0 is too old; .*\n  do: install .*\n$/);
  });

  it("gives to importers all that the components export", () => {
    const imported = createRequire(__filename)(built(manifest.exports["."].default));
    assert.deepEqual(Object.keys(imported).sort(), Object.keys(components).sort());
    assert.ok(Object.keys(imported).includes("CalicoEbpfCluster"));
  });

  it("needs at run time nothing but its dependencies", () => {
    const emitted = readdirSync(outDir, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".js"))
      .map((file) => readFileSync(path.join(outDir, file), "utf8"));
    const packages = [...emitted.join("\n").matchAll(/require\("([^."][^"]*)"\)/g)]
      .map(([, name]) => name)
      .filter((name) => !name.startsWith("node:"))
      .map((name) =>
        name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/"),
      );
    assert.ok(packages.length > 0);
    for (const name of new Set(packages)) {
      assert.ok(name in manifest.dependencies, `${name} is not among the dependencies`);
    }
  });
});
