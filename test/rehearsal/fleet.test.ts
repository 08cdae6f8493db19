// examples/fleet both ways: one program with every cluster of the list, and the Automation API with a stack for each.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fleetOf } from "../../bench/stacks";
import { CommandLine, createdAsShown, type Ended } from "./commandLine";
import { eventually, ok, startTimeoutMs } from "./harness";

describe("examples/fleet, one program", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());
  const rehearse = (stack: string, ...args: string[]) =>
    line.run(["-C", "examples/fleet", "--stack", stack, ...args]);

  it("every cluster of the list: up, nothing to do, and away again", async () => {
    const first = await rehearse("all");
    ok(first);
    createdAsShown("fleet", first);
    assert.equal([...first.text.matchAll(/ checks ok.*: well\n/g)].length, 3);
    for (const name of ["shop-west", "shop-north", "build"])
      assert.match(first.text, new RegExp(`"?${name}"? *: \\{`), first.text);
    const second = await rehearse("all", "up", "--yes", "--skip-preview");
    ok(second);
    assert.match(second.text, /Resources:\n +\d+ unchanged\n/);
    ok(await rehearse("all", "destroy", "--yes", "--skip-preview"));
    assert.deepEqual(await line.names("all"), []);
  });

  it("a stack's name that is not in the list is refused before anything is made", async () => {
    const ended = await rehearse("shop-wets", "preview");
    assert.notEqual(ended.code, 0);
    assert.match(ended.text, /no cluster of the list is called so; shop-west, shop-north, build, or "all"/);
    assert.doesNotMatch(ended.text, /\n\s+at |ResourceGroup/);
  });
});

describe("examples/fleet, a stack for each cluster", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fleet-"));
  const here = { location: "westeurope", systemPool: { count: 1 } };
  let exports: string;
  let timer: NodeJS.Timeout | undefined;

  before(async () => {
    fleetOf(folder, { first: here, broken: { ...here, kubeProxy: "Remove" }, second: here, third: here });
    const env = await line.run(["-C", folder, "--stack", "fleet", "env"]);
    ok(env);
    exports = env.stdout;
  });
  afterEach(() => clearInterval(timer));
  after(async () => {
    await line.end();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const automation = (args: string, meddle?: Parameters<CommandLine["program"]>[2]): Promise<Ended> =>
    line.program("sh", ["-ec", `${exports}\nexec ${process.execPath} --import tsx automation.ts ${args}`], {
      ...meddle,
      cwd: folder,
    });

  /** The most stacks that were under way at once, by what was printed. */
  function most(text: string): number {
    let [now, seen] = [0, 0];
    for (const one of text.split("\n")) {
      if (/^\S+ +started/.test(one)) seen = Math.max(seen, ++now);
      if (/^\S+ +(done in|failed after) /.test(one)) now--;
    }
    assert.equal(now, 0, text);
    return seen;
  }

  it("previews two at a time; one that fails stops no other, is named, and makes the exit code 1", async () => {
    const ended = await automation("preview --parallel 2");
    assert.equal(ended.code, 1, ended.text);
    assert.equal(most(ended.text), 2);
    for (const name of ["first", "second", "third"])
      assert.match(ended.text, new RegExp(`^${name} +done in \\d+ s: \\d+ create$`, "m"));
    assert.match(ended.text, /^broken +failed after \d+ s\n(  .*\n)*.*kubeProxy: is "Remove"/m);
    assert.match(ended.text, /^preview: 3 of 4 done in \d+ s; failed or not begun: broken$/m);
    assert.doesNotMatch(ended.text, /\n\s+at /);
  });

  it("up of two, verified; a second up changes nothing; destroy takes both away", async () => {
    const up = await automation("up first third first --yes");
    ok(up);
    assert.match(up.text, /^first +waits for first-\S+, \d+ done/m);
    assert.match(up.text, /^up: 2 of 2 done in \d+ s$/m);
    const verify = await line.run(["--stack", "fleet", "verify"]);
    ok(verify);
    assert.equal([...verify.text.matchAll(/ checks ok.*: well\n/g)].length, 2);
    const again = await automation("up first third --yes");
    ok(again);
    assert.equal([...again.text.matchAll(/ done in \d+ s: \d+ same$/gm)].length, 2, again.text);
    ok(await automation("destroy first third --yes"));
    for (const name of ["first", "third"]) {
      const state = await line.run(["--stack", "fleet", "pulumi", "stack", "export", "--stack", name]);
      assert.deepEqual(JSON.parse(state.stdout).deployment.resources ?? [], []);
    }
  });

  // Ctrl-C without a terminal: the CLI gets no signal but the driver's.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends on ${signal}: what is under way is cancelled, the rest not begun, no process stays`, async () => {
      timer = undefined;
      const ended = await automation("preview first second third --parallel 1", {
        meddle: (_, child) => {
          timer ??= setInterval(() => {
            // The first preview is under way when its plugins run.
            if (!line.processes().some((one) => one.includes("azure/main.ts"))) return;
            clearInterval(timer);
            child.kill(signal);
          }, 100);
        },
      });
      assert.equal(ended.code, 130, ended.text);
      assert.match(ended.text, /^preview: 0 of 3 .*; failed or not begun: first, second, third$/m);
      assert.doesNotMatch(ended.text, /^second/m);
      await eventually(async () => line.processes().join("\n") || undefined, 60);
    });
  }

  it("refuses wrong words with what to write", async () => {
    for (const [args, expected] of [
      ["up", /up needs --yes/],
      ["preview fourth", /not in the list: fourth/],
      ["fly", /^error: no such verb: fly\nusage: npx tsx automation\.ts preview\|up\|destroy/],
      ["", /a verb is missing/],
      ["preview --parallel 0", /--parallel 0: a whole number from 1/],
      ["preview --all", /^error: Unknown option '--all'\nusage: /],
    ] as const) {
      const ended = await automation(args);
      assert.equal(ended.code, 2, ended.text);
      assert.match(ended.text, expected);
    }
  });

  it("--help shows the usage; without a CLI it says where to get one", async () => {
    const help = await automation("--help");
    ok(help);
    assert.match(help.stdout, /^usage: /);
    const args = ["--import", "tsx", "automation.ts", "preview"];
    const bare = await line.program(process.execPath, args, { cwd: folder, env: { PATH: folder } });
    assert.equal(bare.code, 1);
    assert.equal(bare.text, "error: no `pulumi` on PATH: https://www.pulumi.com/docs/install\n");
  });
});
