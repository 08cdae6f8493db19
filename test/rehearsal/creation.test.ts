// kill -9 of the CLI, in the middle of the cluster's creation and anywhere else: nothing of the run lives on, and the way
// out is that of docs/troubleshooting.md. And the destroy of a cluster that is protected.
import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { nameOf } from "../pulumi";
import { CommandLine, type Ended } from "./commandLine";
import { eventually, ok, root, startTimeoutMs } from "./harness";

const yes = ["--yes", "--skip-preview"];

/** The CLI of a run; undefined = it does not run yet, or no longer. */
function cliOf({ pid }: ChildProcess): number | undefined {
  const found = spawnSync("pgrep", ["-P", String(pid), "-x", "pulumi"], { encoding: "utf8" });
  return Number(found.stdout.split("\n")[0]) || undefined;
}

describe("kill -9 of the CLI", function () {
  this.timeout(600_000);
  const line = new CommandLine();
  const stack = (name: string) => {
    const run = (...args: string[]) => line.run(["--stack", name, ...args]);
    return { name, run, up: (how = {}) => line.run(["--stack", name, "up", ...yes], how) };
  };
  type Stack = ReturnType<typeof stack>;
  after(() => line.end());

  /** The first use builds the programs; a kill shall not fall into that. */
  before(async function () {
    this.timeout(startTimeoutMs);
    ok(await stack("built").run("pulumi", "version"));
  });

  /** Processes of a run: what was started with its environment, but the control plane and what its daemon calls. */
  function ofTheRun(): string[] {
    if (process.platform !== "linux") return line.processes().filter((one) => !one.includes("/clusters/"));
    return fs.readdirSync("/proc").flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        // The compiler that tsx starts for the daemon's files ends with it.
        if (command === "" || /\/clusters\/|kubectl |\/esbuild /.test(command)) return [];
        const ours = fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(line.stateRoot);
        return ours ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
  }

  async function killed({ up }: Stack, when: (text: string) => boolean): Promise<Ended> {
    let cli: number | undefined;
    const ended = await up({
      meddle(text: string, child: ChildProcess) {
        if (cli || !when(text)) return;
        cli = cliOf(child);
        if (cli) process.kill(cli, "SIGKILL");
      },
    });
    assert.equal(ended.code, 137, ended.text);
    assert.match(
      ended.text,
      /pulumi was killed: npm run rehearse -- --stack .* pulumi cancel lifts its lock/,
    );
    await eventually(async () => ofTheRun().join() || undefined);
    return ended;
  }

  /** Does what the section says, with its very commands. @returns the ids of what had to be taken in */
  async function wayOut({ run, name }: Stack): Promise<string[]> {
    const [[cancel, up], [takeIn, goOn], [clear]] = commands("The CLI was killed");
    const say = (command: string) => run("pulumi", ...words(command), "--yes");
    ok(await say(cancel));
    let ended = await say(up);
    const taken: string[] = [];
    while (ended.code !== 0) {
      const id = /cannot create already existing resource '(.*?)'/.exec(ended.text)?.[1];
      assert.ok(id && !taken.includes(id), ended.text);
      taken.push(id);
      const operations: any[] = (await line.state(name)).deployment.pending_operations;
      // Whatever has an id that could be given was made by the run that was killed.
      const { type, urn, parent } = operations
        .map(({ resource }) => resource)
        .find(({ type }) => type.startsWith("azure-native:"));
      const told = { TYPE: type, NAME: nameOf(urn), ID: id, URN: parent };
      ok(await say(takeIn.replace(/\b(TYPE|NAME|ID|URN)\b/g, (word) => told[word as keyof typeof told])));
      ended = await say(goOn);
    }
    ok(await say(clear));
    return taken;
  }

  /** Everything is in the state once, nothing is pending, and the cluster is eBPF. */
  async function whole({ run, name }: Stack) {
    const { resources, pending_operations: pending = [] } = (await line.state(name)).deployment;
    const names = resources.filter(({ delete: old }: any) => !old).map(({ urn }: any) => urn);
    assert.deepEqual(pending, []);
    assert.equal(names.length, 30, names.join("\n"));
    assert.equal(new Set(names).size, resources.length);
    const table = await run("verify");
    ok(table);
    assert.match(table.text, / checks ok.*: well\n/);
  }

  it("in the middle of the cluster's creation: it is taken in by its id", async () => {
    const made = stack("creation");
    const creating = /ManagedCluster aks-cluster creating .*starting etcd/;
    await killed(made, (text) => creating.test(text));
    const taken = await wayOut(made);
    assert.equal(taken.length, 1, taken.join());
    assert.match(taken[0], /managedClusters\/aks-\w+$/);
    await whole(made);
  });

  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  for (const [index, share] of moments(seed, 3).entries()) {
    it(`after ${(share * 100).toFixed(0)} % of an up (SEED=${seed})`, async () => {
      const made = stack(`random-${index}`);
      const lines = Math.ceil(share * linesOfAnUp);
      await killed(made, (text) => text.split("\n").filter((one) => /^ [+~]/.test(one)).length >= lines);
      await wayOut(made);
      await whole(made);
      ok(await made.run("down"));
    });
  }
});

describe("a first up that failed", function () {
  this.timeout(600_000);
  const line = new CommandLine();
  const run = (...args: string[]) => line.run(["--stack", "first", ...args]);
  after(() => line.end());

  it("under other names does not hide the cluster that the next one makes", async function () {
    this.timeout(startTimeoutMs);
    const failed = await run("up", ...yes, "-c", "resourceGroupName=gone");
    assert.notEqual(failed.code, 0, failed.text);
    ok(await run("pulumi", "config", "rm", "resourceGroupName"));
    ok(await run("up", ...yes));
    const ended = await run("preview", "--config-path", "-c", "network.serviceCidr=10.9.0.0/16");
    assert.notEqual(ended.code, 0, ended.text);
    assert.match(
      ended.text,
      /network\.serviceCidr: asks for networkProfile\.serviceCidr 10\.9\.0\.0\/16, and the cluster aks-/,
    );
  });
});

describe("destroy of a protected stack", function () {
  this.timeout(600_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "protected", ...args]);
  after(() => line.end());

  // docs/troubleshooting.md, "Destroy is refused".
  it("is refused before it touches anything, in either direction; unprotected it goes", async function () {
    this.timeout(startTimeoutMs);
    const extras = {
      "maintenanceWindow.schedule.weekly.dayOfWeek": "Sunday",
      "maintenanceWindow.schedule.weekly.intervalWeeks": "1",
      "maintenanceWindow.startTime": "03:00",
      "maintenanceWindow.durationHours": "4",
      "felixMetrics.port": "9091",
      "defaultDeny.excludedNamespaces[0]": "shop",
      "nodePools[0].name": "work",
    };
    const words = Object.entries(extras).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    ok(await rehearse("pulumi", "config", "set-all", "--path", ...words));
    for (const dataplane of ["Ebpf", "Iptables"]) {
      ok(await rehearse("up", ...yes, "-c", "protect=true", "-c", `dataplane=${dataplane}`));
      const before = await line.names("protected");
      const refused = await rehearse("destroy", ...yes);
      assert.notEqual(refused.code, 0, refused.text);
      assert.match(refused.text, /aks-ready" cannot be deleted\s+because it is protected/);
      assert.deepEqual(await line.names("protected"), before);
      const again = await rehearse("up", ...yes);
      assert.match(again.text, /Resources:\n +\d+ unchanged\n/);
    }
    ok(await rehearse("up", ...yes, "-c", "protect=false"));
    ok(await rehearse("destroy", ...yes));
    assert.deepEqual(await line.names("protected"), []);
  });
});

/** How many lines of progress the CLI prints of an up from nothing, at the least. */
const linesOfAnUp = 60;

/** The commands of a section of docs/troubleshooting.md, by its blocks, without `pulumi`. */
function commands(title: string): string[][] {
  const docs = fs.readFileSync(path.join(root, "docs/troubleshooting.md"), "utf8");
  const section = docs.split("\n### ").find((one) => one.startsWith(title))!;
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) =>
    block
      .trim()
      .split("\n")
      .map((command) => command.replace(/^ *pulumi /, "")),
  );
}

const words = (command: string) => command.split(" ").map((word) => word.replaceAll("'", ""));

/** Shares of a run, each in a part of it of its own. */
function moments(seed: number, count: number): number[] {
  let state = seed;
  // The constants of Numerical Recipes.
  const next = () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
  return Array.from({ length: count }, (_, index) => (index + next()) / count);
}
