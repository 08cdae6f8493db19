// `pulumi package get-schema` in a clean clone, where nothing is installed: the CLI has npm bring what the plugin needs.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { cloneTo, git } from "../clone";
import { CommandLine } from "./commandLine";
import { ok, root, startTimeoutMs } from "./harness";

describe("the plugin in a clean clone", function () {
  this.timeout(startTimeoutMs);
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), "plugin-clone-"));
  const line = new CommandLine();

  before(() => cloneTo(clone));
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
