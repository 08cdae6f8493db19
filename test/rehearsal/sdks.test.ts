// The SDKs that Pulumi's own generators make of the plugin's schema, and the programs in examples/ checked against them.
// They are not run: the language hosts of Python and Go are in no Go module.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane } from "../../components";
import { toolsFolder } from "../../rehearsal/programs/catalogue";
import { pythonPackages } from "../python";
import { root, startTimeoutMs } from "./harness";

const goModule = path.join(toolsFolder, "pulumi");
const goEnv = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" };

describe("SDKs of the components", function () {
  this.timeout(startTimeoutMs);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "sdks-"));
  let schema: string;

  before(async () => {
    const components = [AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane];
    const dirname = path.join(root, "plugin");
    schema = await new ComponentProvider({ name: "aks-calico-ebpf", dirname, components }).getSchema();
  });
  after(() => fs.rmSync(scratch, { recursive: true, force: true }));

  function generate(language: string): string {
    const folder = path.join(scratch, language);
    const args = ["run", "-mod=readonly", "-trimpath", "./gen-sdk", language, folder];
    execFileSync("go", args, { cwd: goModule, env: goEnv, input: schema, stdio: "pipe" });
    return folder;
  }

  /** The example's program, or what becomes of it by a change. */
  function writeProgram(
    folder: string,
    file: string,
    change?: readonly [right: string, wrong: string],
  ): void {
    const text = fs.readFileSync(path.join(root, "examples", file), "utf8");
    if (change) assert.ok(text.includes(change[0]), change[0]);
    fs.writeFileSync(path.join(folder, path.basename(file)), change ? text.replace(...change) : text);
  }

  it("Go: the SDK and examples/go compile, and a wrong type does not", () => {
    const sdk = path.join(generate("go"), "akscalicoebpf");
    const name = "example.com/pulumi-aks-calico-ebpf/sdk/go/aks-calico-ebpf";
    fs.writeFileSync(path.join(sdk, "go.mod"), `module ${name}\n\ngo 1.26\n`);
    const program = fs.mkdtempSync(path.join(scratch, "program-"));
    // With the versions that are pinned there.
    const pinned = fs.readFileSync(path.join(goModule, "go.mod"), "utf8").replace(/^tool .*$/m, "");
    const ours = `require ${name} v0.1.0\nreplace ${name} => ${sdk}\n`;
    fs.writeFileSync(path.join(program, "go.mod"), pinned + ours);
    fs.copyFileSync(path.join(goModule, "go.sum"), path.join(program, "go.sum"));
    const compile = (change?: readonly [string, string]) => {
      writeProgram(program, "go/main.go", change);
      const args = ["build", "-mod=mod", "-trimpath", "-o", os.devNull, "."];
      return spawnSync("go", args, { cwd: program, env: goEnv, encoding: "utf8" });
    };
    const { status, stderr } = compile();
    assert.equal(status, 0, stderr);
    assert.match(compile(["pulumi.Float64(3)", 'pulumi.String("3")']).stderr, /main\.go:\d+:\d+: cannot use/);
  });

  it("Python: examples/python passes mypy --strict, and a wrong type does not", async () => {
    const folders = [generate("python"), await pythonPackages("python")];
    const check = (change?: readonly [string, string]) => {
      writeProgram(scratch, "python/__main__.py", change);
      const args = ["-m", "mypy", "--strict", "--cache-dir", os.devNull, "__main__.py"];
      const env = { ...process.env, PYTHONPATH: folders.join(path.delimiter) };
      return spawnSync("python3", args, { cwd: scratch, env, encoding: "utf8" }).stdout;
    };
    assert.match(check(), /^Success: no issues found in 1 source file/);
    assert.match(check(["cluster.linux_dataplane", "cluster.dataplane"]), /has no attribute "dataplane"/);
  });
});
