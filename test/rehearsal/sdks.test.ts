// The SDKs that Pulumi's own generators make of the plugin's schema, and the programs in examples/ with them: checked by
// the language's compiler, and run by Pulumi's Automation API, since the language hosts of Python and Go are in no Go
// module.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane } from "../../components";
import { toolsFolder } from "../../rehearsal/programs/catalogue";
import { nameOf } from "../pulumi";
import { pipInstall, pythonPackages } from "../python";
import { readPage } from "../unit/pages";
import { CommandLine, createdAsShown } from "./commandLine";
import { eventually, ok, root, startTimeoutMs } from "./harness";

// Built as the rehearsal builds its programs, so that what is in the cache serves.
const goEnv = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-trimpath" };

describe("SDKs of the components", function () {
  this.timeout(startTimeoutMs);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "sdks-"));
  const line = new CommandLine();
  after(async () => {
    await line.end();
    fs.rmSync(scratch, { recursive: true, force: true });
  });

  /** The example's file, or what becomes of it by a change. */
  function write(folder: string, file: string, change?: readonly [right: string, wrong: string]): void {
    const text = fs.readFileSync(path.join(root, "examples", file), "utf8");
    if (change) assert.ok(text.includes(change[0]), change[0]);
    fs.writeFileSync(path.join(folder, path.basename(file)), change ? text.replace(...change) : text);
  }

  /** Runs a command in an example's folder, in a shell with the environment of the rehearsal's stack of that name. */
  async function shell(example: string, command: string, env?: NodeJS.ProcessEnv): Promise<string> {
    const cwd = path.join(root, "examples", example);
    const exports = await line.run(["-C", cwd, "--stack", example, "env"]);
    ok(exports);
    const ended = await line.program("sh", ["-c", `${exports.stdout}\n${command}`], { cwd, env });
    ok(ended);
    return ended.stdout;
  }

  describe("examples/go", () => {
    const program = path.join(scratch, "go-program");
    const page = readPage("examples/go/README.md");
    const [, prepare] = /^```sh\n(npm .*? package get-schema .*?)^```/ms.exec(page)!;
    const [run] = /^\(\n.*?^\)$/ms.exec(page)!;

    /** The README's commands, with the rehearsal's and its folders in ours. */
    async function typed(commands: string): Promise<string> {
      const cli = `${process.execPath} --import tsx rehearsal/cli.ts --state-dir ${line.stateRoot}`;
      const ours = commands.replaceAll("/tmp/", `${scratch}/`).replaceAll("npm run -s rehearse --", cli);
      const ended = await line.program("sh", ["-ec", ours], { env: goEnv });
      ok(ended);
      return ended.stdout;
    }

    before(() => typed(prepare));

    const compile = (change?: readonly [string, string]) => {
      write(program, "go/main.go", change);
      const args = ["build", "-mod=mod", "-o", os.devNull, "."];
      return spawnSync("go", args, { cwd: program, env: goEnv, encoding: "utf8" });
    };

    it("compiles, and a wrong type does not", () => {
      const { status, stderr } = compile();
      assert.equal(status, 0, stderr);
      const wrong = compile(["pulumi.Float64(3)", 'pulumi.String("3")']);
      assert.match(wrong.stderr, /main\.go:\d+:\d+: cannot use/);
    });

    it("goes up, back to iptables and away by the Automation API", async () => {
      write(program, "go/main.go");
      const text = await typed(run);
      assert.match(text, /linuxDataplane: "BPF" => "Iptables"/);
      assert.match(text, /^--- PASS: TestLifecycle/m);
      assert.deepEqual(await line.names("go"), []);
    });
  });

  describe("examples/python", () => {
    let PYTHONPATH: string;

    before(async () => {
      const sdk = path.join(scratch, "site-packages");
      const components = [AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane];
      const dirname = path.join(root, "plugin");
      const provider = new ComponentProvider({ name: "aks-calico-ebpf", dirname, components });
      const input = await provider.getSchema();
      const source = path.join(scratch, "python");
      const args = ["run", "-mod=readonly", "./gen-sdk", "python", source];
      execFileSync("go", args, { cwd: path.join(toolsFolder, "pulumi"), env: goEnv, input, stdio: "pipe" });
      pipInstall(sdk, "--no-deps", source);
      PYTHONPATH = [sdk, await pythonPackages("python")].join(path.delimiter);
    });

    it("passes mypy --strict, and a wrong type does not", () => {
      const check = (change?: readonly [string, string]) => {
        write(scratch, "python/__main__.py", change);
        write(scratch, "python/automation.py");
        const args = ["-m", "mypy", "--strict", "--cache-dir", os.devNull, "__main__.py", "automation.py"];
        const env = { ...process.env, PYTHONPATH };
        return spawnSync("python3", args, { cwd: scratch, env, encoding: "utf8" }).stdout;
      };
      assert.match(check(), /^Success: no issues found in 2 source files/);
      assert.match(check(["cluster.linux_dataplane", "cluster.dataplane"]), /has no attribute "dataplane"/);
    });

    it("goes up, back to iptables and away by the Automation API", async () => {
      const python = (command: string) => shell("python", command, { PYTHONPATH });
      const outputs = async () => JSON.parse(await python("pulumi stack output --json"));
      createdAsShown("python", { text: await python("python3 automation.py python up") });
      assert.deepEqual(await outputs(), { linuxDataplane: "BPF", kubeconfig: "[secret]" });
      await eventually(async () => {
        const verify = await line.run(["--stack", "python", "verify"]);
        return verify.code === 0 ? undefined : verify.text;
      }, 60);
      // What is nested has arrived under Azure's names.
      const { resources } = (await line.state("python")).deployment;
      const cluster = resources.find(({ urn }: { urn: string }) => nameOf(urn) === "aks-cluster");
      const { minCount, maxCount, availabilityZones } = cluster.inputs.agentPoolProfiles[0];
      assert.deepEqual([minCount, maxCount, availabilityZones], [3, 6, ["1", "2", "3"]]);
      await python("pulumi config set dataplane Iptables && python3 automation.py python up");
      assert.equal((await outputs()).linuxDataplane, "Iptables");
      await python("python3 automation.py python destroy");
      assert.deepEqual(await line.names("python"), []);
    });
  });
});
