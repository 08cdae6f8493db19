// `pulumi package get-schema` in a clean clone, where nothing is installed: the CLI has npm bring what the plugin needs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CommandLine } from "./commandLine";
import { ok, root, startTimeoutMs } from "./harness";

const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" });

describe("the plugin in a clean clone", function () {
  this.timeout(startTimeoutMs);
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), "plugin-clone-"));
  const line = new CommandLine();

  before(() => {
    // What is committed and what is not yet, as somebody would clone it.
    const files = git(root, "ls-files", "-co", "--exclude-standard").trim().split("\n");
    for (const file of files.filter((one) => fs.existsSync(path.join(root, one))))
      fs.cpSync(path.join(root, file), path.join(clone, file));
    git(clone, "init", "-q");
    git(clone, "add", "-A");
    git(clone, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "as cloned");
  });
  after(async () => {
    await line.end();
    fs.rmSync(clone, { recursive: true, force: true });
  });

  it("is installed by the CLI, gives its schema, and leaves nothing that git sees", async () => {
    const folder = path.join(clone, "plugin");
    const ended = await line.run(["-C", "examples/yaml", "pulumi", "package", "get-schema", folder]);
    ok(ended);
    const { name, version, resources, types } = JSON.parse(ended.stdout);
    const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
    assert.deepEqual([name, version], [manifest.name, manifest.version]);
    assert.deepEqual(Object.keys(resources), [
      "aks-calico-ebpf:index:AksCluster",
      "aks-calico-ebpf:index:CalicoEbpfCluster",
      "aks-calico-ebpf:index:CalicoEbpfDataplane",
    ]);
    assert.ok(types["aks-calico-ebpf:index:FelixSettings"].properties.bpfLogLevel.description);
    assert.doesNotMatch(ended.stdout, /\[object Object\]/);
    assert.deepEqual(git(clone, "status", "--porcelain", "--ignored").trim().split("\n").sort(), [
      "!! dist/",
      "!! node_modules/",
    ]);
  });
});
