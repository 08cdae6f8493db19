// What a tag does, short of npm and GitHub: the scripts of release.yml run here, on a copy of the repository, with the real
// npm, whose `publish` is a dry run, and a double of gh.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as components from "../../components";
import { copyFiles } from "../clone";
import { load } from "./ciChecks";
import { readPage, root } from "./pages";

const { jobs } = load(readPage(".github/workflows/release.yml"));
const scripts = (job: string): string[] => jobs[job].steps.flatMap(({ run }: any) => run ?? []);

describe("a release", function () {
  this.timeout(180_000);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "release-"));
  const clone = path.join(scratch, "clone");
  const { version } = JSON.parse(readPage("package.json"));
  const changelog = `# Changelog\n\n## [9.9.9] - 2027-01-01\n\nlater\n\n## [${version}] - 2026-12-01\n\nthis\n\n## [0.0.1] - x\n\nold\n`;

  before(() => {
    copyFiles(clone);
    fs.symlinkSync(path.join(root, "node_modules"), path.join(clone, "node_modules"));
    fs.writeFileSync(path.join(clone, "CHANGELOG.md"), changelog);
    fs.mkdirSync(path.join(scratch, "bin"));
    const gh = `#!/bin/sh\nprintf '%s\\n' "$@" > ${scratch}/gh\nwhile [ "$1" != --notes-file ]; do shift; done\ncp "$2" ${scratch}/notes\n`;
    fs.writeFileSync(path.join(scratch, "bin/gh"), gh, { mode: 0o755 });
  });
  after(() => fs.rmSync(scratch, { recursive: true, force: true }));

  function run(script: string, env: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], {
      cwd: clone,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${scratch}/bin:${process.env.PATH}`,
        GITHUB_REF_NAME: `v${version}`,
        GITHUB_REPOSITORY: "somebody/aks-calico-ebpf",
        // No registry is asked: nobody listens there.
        npm_config_registry: "http://127.0.0.1:9",
        npm_config_fetch_retries: "0",
        // `npm test --silent` hands its own on.
        npm_config_loglevel: "notice",
        ...env,
      },
    });
    return { status, text: stdout + stderr };
  }

  it("is refused where tag, package and changelog differ", () => {
    const [check] = scripts("test");
    assert.equal(run(check).status, 0);
    const tagged = run(check, { GITHUB_REF_NAME: "v9.9.9" });
    assert.equal(tagged.status, 1);
    assert.match(tagged.text, /the tag is v9\.9\.9, package\.json says/);
    const untold = run(`echo > CHANGELOG.md\n${check}`);
    fs.writeFileSync(path.join(clone, "CHANGELOG.md"), changelog);
    assert.equal(untold.status, 1);
    assert.match(untold.text, /CHANGELOG\.md has no heading/);
  });

  it("is tested as CI does before it is published", () => {
    assert.equal(scripts("test").at(-1), ".ci/run");
    assert.equal(jobs.publish.needs, "test");
  });

  it("publishes the package, with its provenance, and releases it with what it was made of", () => {
    for (const script of scripts("publish").slice(1)) {
      const dry = script.includes("npm publish") ? { npm_config_dry_run: "true" } : {};
      const { status, text } = run(script, dry);
      assert.equal(status, 0, text);
      if (!script.includes("npm publish")) continue;
      assert.match(script, /--provenance/);
      assert.match(text, /with tag latest and public access \(dry-run\)/);
      assert.match(text, new RegExp(`^\\+ aks-calico-ebpf@${version.replaceAll(".", "\\.")}$`, "m"));
    }
    const archive = `aks-calico-ebpf-${version}.tgz`;
    const made = ["SHA256SUMS", archive, "sbom.cdx.json"];
    assert.deepEqual(fs.readdirSync(path.join(clone, "release")), made);
    assert.equal(run("cd release && sha256sum --check --strict SHA256SUMS").status, 0);
    const manifest = run(`tar -xOf release/${archive} package/package.json`).text;
    assert.equal(JSON.parse(manifest).repository.url, "git+https://github.com/somebody/aks-calico-ebpf.git");
    const packed = run(`tar -tf release/${archive}`).text.split("\n");
    // Those to which messages point.
    const named = `tar -xOf release/${archive} package/dist | grep -aoE '\\bdocs/[a-z-]+\\.md\\b' | sort -u`;
    const pages = run(named).text.trim().split("\n");
    assert.ok(pages.includes("docs/troubleshooting.md"), pages.join());
    for (const page of pages) assert.ok(packed.includes(`package/${page}`), `${page} is not in the package`);

    const gh = fs.readFileSync(path.join(scratch, "gh"), "utf8").trim().split("\n");
    assert.deepEqual(gh.slice(0, 3), ["release", "create", `v${version}`]);
    assert.deepEqual(
      gh.slice(-3),
      made.map((file) => `release/${file}`),
    );
    assert.equal(fs.readFileSync(path.join(scratch, "notes"), "utf8").trim(), "this");
  });

  describe("the package that it publishes, in a project of somebody's own", () => {
    const project = path.join(scratch, "project");
    const write = (file: string, text: string) => fs.writeFileSync(path.join(project, file), text);
    const node = (...args: string[]) =>
      spawnSync(process.execPath, args, { cwd: project, encoding: "utf8", env: { PATH: process.env.PATH } });

    before(() => {
      const installed = path.join(project, "node_modules/aks-calico-ebpf");
      fs.mkdirSync(installed, { recursive: true });
      const archive = path.join(clone, `release/aks-calico-ebpf-${version}.tgz`);
      execFileSync("tar", ["-xzf", archive, "--strip-components=1", "-C", installed]);
      const { dependencies } = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8"));
      // As npm would install them: these and no other package.
      for (const name of Object.keys(dependencies)) {
        const link = path.join(project, "node_modules", name);
        fs.mkdirSync(path.dirname(link), { recursive: true });
        fs.symlinkSync(path.join(root, "node_modules", name), link, "junction");
      }
    });

    const values = Object.keys(components).sort();
    const found = `console.log(JSON.stringify(Object.entries({ ${values} }).map(([name, one]) => [name, typeof one])))`;
    for (const [file, line] of [
      ["program.mjs", `import { ${values} } from "aks-calico-ebpf";`],
      ["program.cjs", `const { ${values} } = require("aks-calico-ebpf");`],
    ])
      it(`gives every value by its name to ${file}`, () => {
        write(file, `${line}\n${found}\n`);
        const { status, stdout, stderr } = node(file);
        assert.equal(status, 0, stderr);
        const kinds = Object.entries(components).map(([name, one]) => [name, typeof one]);
        assert.deepEqual(JSON.parse(stdout), kinds.sort());
      });

    it("has a type for every public name, and refuses a wrong one", () => {
      // Each has its heading there: api.test.ts.
      const names = [...readPage("docs/api.md").matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
      for (const name of values) assert.ok(names.includes(name), name);
      // A type that leads nowhere would be `any`.
      const types = `import type * as all from "aks-calico-ebpf";
type IsAny<T> = 0 extends 1 & T ? true : false;
declare const any: ${names.map((name) => `IsAny<all.${name}>`).join(" | ")};
export const none: false = any;
`;
      const use = `import { CalicoEbpfCluster, type CalicoEbpfClusterArgs, Dataplane } from "aks-calico-ebpf";
const args: CalicoEbpfClusterArgs = { dataplane: Dataplane.Ebpf };
export const { kubeconfig } = new CalicoEbpfCluster("aks", args);
`;
      const tsc = path.join(root, "node_modules/typescript/bin/tsc");
      const flags = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"];
      const compile = (text: string) => {
        write("program.mts", text);
        return node(tsc, ...flags, "--typeRoots", path.join(root, "node_modules/@types"), "program.mts");
      };
      const { status, stdout } = compile(use + types);
      assert.equal(status, 0, stdout);
      const wrong = compile(use.replace("Dataplane.Ebpf", "3"));
      assert.match(wrong.stdout, /^program\.mts\(2,\d+\): error TS2322: .*\n$/);
    });
  });

  it("lists what the package needs at run time, all of it and nothing else", () => {
    const { metadata, components } = JSON.parse(
      fs.readFileSync(path.join(clone, "release/sbom.cdx.json"), "utf8"),
    );
    assert.equal(metadata.component.name, "aks-calico-ebpf");
    const { packages } = JSON.parse(readPage("package-lock.json"));
    // The plugin, a workspace, and what it alone needs are no part of the package.
    const { plugin, ...others } = packages;
    const ofPlugin = Object.keys(plugin.dependencies).map((name) => `node_modules/${name}`);
    // npm's own marks: only for development, and for development or optional.
    const needed = Object.entries<any>(others).filter(
      ([folder, { dev, devOptional, link }]) =>
        folder && !dev && !devOptional && !link && !ofPlugin.includes(folder),
    );
    const locked = needed.map(([folder, one]) => `${folder.split("node_modules/").at(-1)} ${one.version}`);
    const listed = components.map(({ name, version: its }: any) => `${name} ${its}`);
    assert.deepEqual(listed.sort(), [...new Set(locked)].sort());
    assert.ok(listed.length > 50);
  });
});
