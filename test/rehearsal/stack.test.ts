// The main job as a user runs it: the command line, the unmodified program, its exit codes and what it leaves.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CommandLine } from "./commandLine";
import { eventually, ok, startTimeoutMs } from "./harness";

const yes = ["--yes", "--skip-preview"];

describe("npm run rehearse", function () {
  this.timeout(240_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "whole", ...args]);
  const up = (...args: string[]) => rehearse("up", ...yes, ...args);
  const stackFolder = path.join(line.stateRoot, "whole");

  after(() => line.end());

  it("without a verb: from resource group to eBPF, with a table of checks, exit code 0", async function () {
    this.timeout(startTimeoutMs);
    const ended = await rehearse();
    ok(ended);
    assert.match(ended.text, /Pulumi CLI v3\.\d+\.\d+ \(.+\)\nKubernetes provider v4\.\d+\.\d+ \(.+\)/);
    assert.match(ended.text, /azure-native:resources:ResourceGroup aks-resources created/);
    assert.match(ended.text, /kubeconfig +: \[secret\]/);
    assert.match(ended.text, / checks ok.*: well\n/);
  });

  it("keeps a version 3 deployment whose secrets are nowhere in plain text", async () => {
    const { version, deployment } = await line.state("whole");
    assert.equal(version, 3);
    const provider = deployment.resources.find((one: any) => one.type === "pulumi:providers:kubernetes");
    const { kubeconfig } = provider.inputs;
    assert.equal(kubeconfig["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270");
    const key = fs.readFileSync(findFile(path.join(stackFolder, "clusters"), "admin.key"));
    const state = path.join(stackFolder, "state");
    for (const file of fs.readdirSync(state, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = fs.readFileSync(path.join(file.parentPath, file.name), "utf8");
      assert.ok(
        !bytes.includes(key.toString("base64").slice(40, 120)),
        `${file.name} has the administrator's key`,
      );
      assert.ok(!bytes.includes("client-key-data"), `${file.name} has a kubeconfig`);
    }
  });

  it("a second up changes nothing; verify alone says the same table", async () => {
    const again = await up();
    ok(again);
    assert.match(again.text, /Resources:\n +\d+ unchanged\n/);
    const verify = await rehearse("verify");
    ok(verify);
    assert.match(verify.text, / checks ok.*: well\n/);
  });

  it("a preview of the way back shows only the layers", async () => {
    const preview = await rehearse("preview", "-c", "dataplane=Iptables", "--diff=false");
    ok(preview);
    const touched = [...preview.text.matchAll(/^ *[~+-]+ +(\S+) (\S+)/gm)].map(([, , name]) => name);
    const layers =
      /^aks-(endpoint.*|(felix-\w+-)?kube-proxy.*|dataplane-switch|felix|switch-acknowledged|.*-rolled-out|felix-healthz-port|felix-follows|witness|proof|rollout-id|ready)$/;
    const named = touched.filter((name) => name.startsWith("aks-") && name !== "aks-calico-ebpf-whole");
    assert.ok(named.length >= 6, preview.text);
    for (const name of named) assert.match(name, layers, preview.text);
    ok(await rehearse("pulumi", "config", "rm", "dataplane"));
  });

  it("refuses another mode on the living cluster, in preview and in up, and touches nothing", async () => {
    const made = async () =>
      ((await line.state("whole")).deployment.resources as any[])
        .filter(({ custom }) => custom)
        .map(({ urn, id, modified }) => [urn, id, modified].join(" "));
    const before = await made();
    for (const [verb, ...options] of [["preview"], ["up", ...yes]]) {
      const ended = await rehearse(verb, ...options, "-c", "mode=SelfManaged");
      assert.notEqual(ended.code, 0, ended.text);
      assert.match(ended.text, /mode: is SelfManaged, and the cluster .* which is AzureManaged/);
      assert.match(ended.text, /docs\/modes\.md/);
      assert.doesNotMatch(ended.text, /\n\s+at /);
      assert.deepEqual(await made(), before);
    }
    ok(await rehearse("pulumi", "config", "rm", "mode"));
    ok(await rehearse("verify"));
  });

  it("refuses another program on the stack of this one", async () => {
    const ended = await rehearse("-C", "examples/self-managed", "up");
    assert.equal(ended.code, 1, ended.text);
    assert.match(ended.text, /the stack whole is that of the program in .*\n.*\n.*take another --stack/);
  });

  it("listens on loopback only", () => {
    const pids = line.processes().map((one) => one.trim().split(/\s+/)[0]);
    assert.ok(pids.length >= 5, "the control plane keeps running");
    if (process.platform !== "linux") return;
    const table = (file: string) => fs.readFileSync(file, "utf8").split("\n").slice(1);
    const listening = new Map(
      [...table("/proc/net/tcp"), ...table("/proc/net/tcp6")]
        .map((one) => one.trim().split(/\s+/))
        .filter((columns) => columns[3] === "0A")
        .map((columns) => [columns[9], columns[1]]),
    );
    for (const pid of pids) {
      for (const link of openFiles(pid)) {
        const address = listening.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? "");
        if (address) assert.match(address, /^0100007F:|^0{24}01000000:/, `pid ${pid} listens on ${address}`);
      }
    }
  });

  it("goes on after every process of the control plane was killed, as by a restart of the machine", async () => {
    for (const one of line.processes()) process.kill(Number(one.trim().split(/\s+/)[0]), "SIGKILL");
    await eventually(async () => line.processes().join("\n") || undefined);
    const ended = await up();
    ok(ended);
    assert.match(ended.text, /starting etcd, .* again/);
    ok(await rehearse("verify"));
  });

  it("takes what a living cluster can take of new options, and refuses the rest by name", async () => {
    ok(await rehearse("--nodes", "5", "--rollout-seconds", "1", "up", ...yes));
    await eventually(async () => {
      const { text } = await rehearse("verify");
      return /5 of 5 updated, 5 ready, on 5 nodes[^]* checks ok.*: well\n/.test(text) ? undefined : text;
    }, 60);
    const older = await rehearse("--calico-version", "3.28.5", "up");
    assert.equal(older.code, 1, older.text);
    assert.match(older.text, /has Calico 3\.31\.2, not 3\.28\.5[^]*do: +end it with/);
  });

  it("env: a shell goes on by hand, stand-ins included", async () => {
    const script = [
      `eval "$(${process.execPath} --import tsx rehearsal/cli.ts --state-dir ${line.stateRoot} --stack whole env 2>/dev/null)"`,
      "cd /",
      "pulumi preview --non-interactive && pulumi up --yes --skip-preview && pulumi destroy --yes --skip-preview",
    ];
    const ended = await line.program("sh", ["-ec", script.join("\n")]);
    ok(ended);
    assert.match(ended.text, /aks-cluster deleted/);
    assert.deepEqual(await line.names("whole"), []);
    await eventually(async () => line.processes().join("\n") || undefined);
  });

  it("down removes what is left", async () => {
    ok(await rehearse("down"));
    assert.ok(!fs.existsSync(stackFolder));
  });
});

describe("npm run rehearse: what it is asked", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());

  it("refuses wrong words with what to write, and exit code 2", async () => {
    for (const [args, expected] of [
      [["fly"], /unexpected word "fly"; one verb of/],
      [["--nodes", "0"], /--nodes 0: not a number from 1 to 500/],
      [["--stack", "a/b"], /a stack's name has/],
      [["--diff"], /Unknown option '--diff'; pulumi's own options stand behind a verb/],
      [["up", "--nodes", "3"], /--nodes: an option of the rehearsal's own; write it before the verb/],
      [["--fault", "meteor", "up"], /--fault meteor: not a fault; one of kube-proxy-put-during,/],
      [["--fault", "ctrl-c=3", "up"], /--fault ctrl-c=3: not a fault/],
      [["--fault", "ctrl-c", "preview"], /nothing can go wrong in `preview`/],
      [["cluster", "--mode", "Flannel"], /--mode Flannel: not a mode; write one of AzureManaged/],
      [["cluster", "--no-kube-proxy"], /--no-kube-proxy: AKS makes clusters without kube-proxy only with/],
    ] as const) {
      const ended = await line.run(args);
      assert.equal(ended.code, 2, ended.text);
      assert.match(ended.text, expected);
      assert.doesNotMatch(ended.text, /\n\s+at /);
    }
  });

  it("--help fits on a screen", async () => {
    const { stdout } = await line.run(["--help"]);
    assert.ok(stdout.split("\n").length <= 50, stdout);
    assert.ok(Math.max(...stdout.split("\n").map((one) => one.length)) <= 120);
  });

  it("refuses a wrong argument of the program before anything is made", async () => {
    const ended = await line.run(["--stack", "wrong", "up", ...yes, "-c", "kubeProxy=Remove"]);
    assert.notEqual(ended.code, 0, ended.text);
    assert.match(ended.text, /kubeProxy: is "Remove"/);
    assert.doesNotMatch(ended.text, /\n\s+at /);
    assert.doesNotMatch(ended.text, /ResourceGroup/);
  });

  it("shows no value of Calico's chart or of the cluster's proxy that was set as a secret", async () => {
    const stack = ["--stack", "secret"];
    const set = [...stack, "pulumi", "config", "set", "--path"];
    const proxy = "managedCluster.httpProxyConfig.httpProxy";
    ok(await line.run([...set, "mode", "SelfManaged"]));
    ok(await line.run([...set, "--secret", "calico.values.registry.password", "hush-hush"]));
    ok(await line.run([...set, "--secret", proxy, "http://me:hush-hush@proxy:3128"]));
    const { code, text } = await line.run([...stack, "preview", "--diff"]);
    assert.equal(code, 0, text);
    assert.match(text, /values\s*: \[secret\]/);
    assert.match(text, /httpProxyConfig\s*: \[secret\]/);
    assert.doesNotMatch(text, /hush-hush/);
  });

  it("goes on where a kill has left of a cluster no more than what kwokctl was to read", async () => {
    const folder = path.join(line.stateRoot, "half/clusters/aks-half");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "kwokctl.yaml"), "");
    ok(await line.run(["--stack", "half", "pulumi", "version"]));
    ok(await line.run(["--stack", "half", "down"]));
  });

  it("up without a terminal asks for --yes, as the CLI does", async () => {
    const ended = await line.run(["--stack", "wrong", "up"]);
    assert.notEqual(ended.code, 0);
    assert.match(ended.text, /--yes/);
  });

  it("pulumi ANYTHING: version, plugin ls, and the plugins' schemas", async () => {
    const stack = ["--stack", "wrong", "pulumi"];
    assert.match((await line.run([...stack, "version"])).stdout, /^v3\.\d+\.\d+/);
    const plugins = JSON.parse((await line.run([...stack, "plugin", "ls", "--json"])).stdout);
    const names = plugins.map((one: any) => one.name).sort();
    for (const name of ["azure-native", "kubernetes", "random"]) assert.ok(names.includes(name), `${names}`);
    for (const [name, token] of [
      ["azure-native", "azure-native:containerservice:ManagedCluster"],
      ["random", "random:index/randomString:RandomString"],
      ["kubernetes", "kubernetes:apps/v1:DaemonSetPatch"],
    ]) {
      const { stdout, text } = await line.run([...stack, "package", "get-schema", name]);
      assert.ok(text.includes(token), text.slice(0, 500));
      assert.ok(JSON.parse(stdout).resources[token]);
    }
  });
});

/** What a process has open. What is closed, or the process itself gone, before it is looked at is left out. */
function openFiles(pid: string): string[] {
  const unlessGone = <T>(look: () => T[]): T[] => {
    try {
      return look();
    } catch (error) {
      if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code!)) return [];
      throw error;
    }
  };
  const folder = `/proc/${pid}/fd`;
  const all = unlessGone(() => fs.readdirSync(folder));
  return all.flatMap((fd) => unlessGone(() => [fs.readlinkSync(path.join(folder, fd))]));
}

function findFile(folder: string, name: string): string {
  const entry = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .find((one) => one.isFile() && one.name === name);
  assert.ok(entry, `${name} is not in ${folder}`);
  return path.join(entry.parentPath, entry.name);
}
