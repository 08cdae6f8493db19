// The main job as a user runs it: the command line, the unmodified program, its exit codes and what it leaves.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { CommandLine } from "./commandLine";
import { eventually, startTimeoutMs } from "./harness";

describe("npm run rehearse", function () {
  this.timeout(180_000);
  const line = new CommandLine();
  const { stateRoot } = line;
  const rehearse = line.run.bind(line);
  const processes = () => line.processes();
  const state = (stack: string) => line.state(stack);

  after(() => line.end());

  it("without a verb: from resource group to eBPF, with a table of checks, exit code 0", async function () {
    this.timeout(startTimeoutMs);
    const ended = await rehearse(["--stack", "whole"]);
    assert.equal(ended.code, 0, ended.text);
    assert.match(ended.text, /5 of 5 checks ok/);
    assert.match(ended.text, /ResourceGroup +aks-resources +created/);
    assert.match(ended.text, /kubeconfig +\[secret\]/);
  });

  it("keeps a version 3 deployment whose secrets are nowhere in plain text", async () => {
    const file = path.join(stateRoot, "whole", "state.json");
    assert.equal(state("whole").version, 3);
    const bytes = fs.readFileSync(file, "utf8");
    const [cluster] = fs.readdirSync(path.join(stateRoot, "whole", "clusters"));
    const kubeconfig = state("whole").deployment.resources.find(
      (one: any) => one.type === "pulumi:providers:kubernetes",
    ).inputs.kubeconfig;
    assert.equal(kubeconfig["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270");
    const key = findFile(path.join(stateRoot, "whole", "clusters", cluster), "admin.key");
    const secret = fs.readFileSync(key).toString("base64").slice(40, 120);
    assert.ok(!bytes.includes(secret), "the administrator's key is in the state");
    assert.ok(!bytes.includes("client-key-data"), "a kubeconfig is in the state");
    const exported = await rehearse(["export", "--stack", "whole"]);
    assert.deepEqual(JSON.parse(exported.text), state("whole"));
  });

  it("a second up changes nothing; verify alone says the same table", async () => {
    const again = await rehearse(["up", "--stack", "whole"]);
    assert.equal(again.code, 0, again.text);
    assert.match(again.text, /done: \d+ unchanged/);
    const verify = await rehearse(["verify", "--stack", "whole"]);
    assert.equal(verify.code, 0, verify.text);
    assert.match(verify.text, /5 of 5 checks ok/);
  });

  it("a preview of the way back shows only the layers", async () => {
    const preview = await rehearse(["preview", "--stack", "whole", "-c", "dataplane=Iptables"]);
    assert.equal(preview.code, 0, preview.text);
    const touched = [...preview.text.matchAll(/^[~+-]+ +(\S+) +(\S+)/gm)].map(([, type, name]) => ({
      type,
      name,
    }));
    assert.ok(touched.length >= 6, preview.text);
    const layers =
      /^aks-(endpoint-in-calico-node|kube-proxy-.*|dataplane-switch|felix|switch-acknowledged|.*-rolled-out)$/;
    // The stack's own line and the components' report new outputs.
    for (const { name } of touched.filter(({ type }) => /Patch$|Cluster$|Pool$|Group$|Provider$/.test(type)))
      assert.match(name, layers, preview.text);
  });

  it("refuses another mode on the living cluster, in preview and in up, and touches nothing", async () => {
    const made = () =>
      (state("whole").deployment.resources as any[])
        .filter(({ custom }) => custom)
        .map(({ urn, id, modified }) => [urn, id, modified].join(" "));
    const before = made();
    for (const verb of ["preview", "up"]) {
      for (const [config, message] of [
        [["-c", "mode=SelfManaged"], /mode: is SelfManaged, and the cluster .* which is AzureManaged/],
        [
          ["-c", "mode=CalicoCni", "-c", 'network={"podCidr":"10.244.0.0/16"}'],
          /mode: is CalicoCni, and the cluster/,
        ],
      ] as const) {
        const ended = await rehearse([verb, "--stack", "whole", ...config]);
        assert.equal(ended.code, 1, ended.text);
        assert.match(ended.text, message);
        assert.match(ended.text, /docs\/modes\.md/);
        assert.doesNotMatch(ended.text, /\n\s+at /);
        assert.deepEqual(made(), before);
      }
    }
    assert.equal((await rehearse(["verify", "--stack", "whole"])).code, 0);
  });

  it("refuses another program on the stack of this one", async () => {
    const ended = await rehearse(["up", "--stack", "whole", "-C", "examples/self-managed"]);
    assert.equal(ended.code, 1, ended.text);
    assert.match(
      ended.text,
      /the stack 'whole' is that of another program, aks-calico-ebpf[^]*take another --stack/,
    );
    assert.match(ended.text, /failed: nothing declared/);
  });

  it("listens on loopback only", () => {
    const pids = processes().map((line) => line.trim().split(/\s+/)[0]);
    assert.ok(pids.length >= 5, "the control plane keeps running");
    if (process.platform !== "linux") return;
    const table = (file: string) => fs.readFileSync(file, "utf8").split("\n").slice(1);
    const listening = new Map(
      [...table("/proc/net/tcp"), ...table("/proc/net/tcp6")]
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === "0A")
        .map((columns) => [columns[9], columns[1]]),
    );
    for (const pid of pids) {
      for (const fd of fs.readdirSync(`/proc/${pid}/fd`)) {
        const link = fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
        const address = listening.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? "");
        if (address) assert.match(address, /^0100007F:|^0{24}01000000:/, `pid ${pid} listens on ${address}`);
      }
    }
  });

  it("goes on after every process of the control plane was killed, as by a restart of the machine", async () => {
    for (const line of processes()) process.kill(Number(line.trim().split(/\s+/)[0]), "SIGKILL");
    await eventually(async () => processes().join("\n") || undefined, 10);
    const ended = await rehearse(["up", "--stack", "whole"]);
    assert.equal(ended.code, 0, ended.text);
    assert.match(ended.text, /starting etcd, .* again/);
    const verify = await rehearse(["verify", "--stack", "whole"]);
    assert.equal(verify.code, 0, verify.text);
  });

  it("takes what a living cluster can take of new options, and refuses the rest by name", async () => {
    const grown = await rehearse(["up", "--stack", "whole", "--nodes", "5", "--rollout-seconds", "1"]);
    assert.equal(grown.code, 0, grown.text);
    await eventually(async () => {
      const { text } = await rehearse(["verify", "--stack", "whole"]);
      return /5 of 5 updated, 5 ready, on 5 nodes[^]*5 of 5 checks ok/.test(text) ? undefined : text;
    }, 60);
    const older = await rehearse(["up", "--stack", "whole", "--calico-version", "3.28.5"]);
    assert.equal(older.code, 1, older.text);
    assert.match(older.text, /has Calico 3\.31\.2, not 3\.28\.5[^]*do: +end it with/);
  });

  it("destroy ends with the cluster and does not stop at the layers; down removes what is left", async () => {
    const ended = await rehearse(["destroy", "--stack", "whole"]);
    assert.equal(ended.code, 0, ended.text);
    assert.match(ended.text, /aks-felix +deleted .*deleted with/);
    assert.deepEqual(state("whole").deployment.resources ?? [], []);
    assert.deepEqual(processes(), []);
    const down = await rehearse(["down", "--stack", "whole"]);
    assert.equal(down.code, 0, down.text);
    assert.ok(!fs.existsSync(path.join(stateRoot, "whole")));
  });

  it("Ctrl-C, then kill -9 in mid-up: the state is whole, nothing of the run keeps running, the next up finishes", async () => {
    const args = ["up", "--stack", "broken", "--nodes", "3", "--rollout-seconds", "5"];
    const once = (signal: NodeJS.Signals) => {
      let sent = false;
      return (text: string, child: ChildProcess) => {
        if (sent || !text.includes("aks-felix: Waiting")) return;
        sent = true;
        child.kill(signal);
      };
    };
    const runners = () => processes().filter((line) => line.includes("cmd/run"));

    const cancelled = await rehearse(args, once("SIGINT"));
    assert.equal(cancelled.code, 130, cancelled.text);
    assert.deepEqual(runners(), []);
    assert.equal(state("broken").version, 3);

    const killed = await rehearse(args, once("SIGKILL"));
    assert.equal(killed.signal, "SIGKILL", killed.text);
    await eventually(async () => runners().join("\n") || undefined, 10);
    assert.equal(state("broken").version, 3);

    const finished = await rehearse(args);
    assert.equal(finished.code, 0, finished.text);
    const verify = await rehearse(["verify", "--stack", "broken"]);
    assert.equal(verify.code, 0, verify.text);
    await rehearse(["down", "--stack", "broken"]);
    assert.deepEqual(processes(), []);
  });

  it("refuses wrong words with what to write, and exit code 2", async () => {
    for (const [args, expected] of [
      [["fly"], /unexpected word "fly"; one verb of/],
      [["--nodes", "0"], /--nodes 0: not a whole number from 1 to 500/],
      [["--stack", "a/b"], /a stack's name has/],
      [["--speed"], /Unknown option '--speed'/],
      [["-c", "novalue"], /no KEY=VALUE/],
    ] as const) {
      const ended = await rehearse([...args]);
      assert.equal(ended.code, 2, ended.text);
      assert.match(ended.text, expected);
      assert.doesNotMatch(ended.text, /\n\s+at /);
    }
  });

  it("refuses a wrong argument of the program before anything is made", async () => {
    const ended = await rehearse(["up", "--stack", "wrong", "-c", "kubeProxy=Remove"]);
    assert.equal(ended.code, 1, ended.text);
    assert.match(ended.text, /kubeProxy: "Remove" is not known/);
    assert.doesNotMatch(ended.text, /\n\s+at /);
    assert.doesNotMatch(ended.text, /ResourceGroup/);
    await rehearse(["down", "--stack", "wrong"]);
  });
});

function findFile(folder: string, name: string): string {
  const entry = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .find((one) => one.isFile() && one.name === name);
  assert.ok(entry, `${name} is not in ${folder}`);
  return path.join(entry.parentPath, entry.name);
}
