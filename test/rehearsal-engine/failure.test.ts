import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { type Stack, stacks } from "./harness";

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never: ${what}`);
}

describe("engine: when something goes wrong", () => {
  const stack = stacks();

  const failures: [string, string][] = [
    ["throws", `throw new Error("no such luck");`],
    ["rejects", `Promise.reject(new Error("no such luck"));`],
    ["rejects in apply", `a.generated.apply(() => { throw new Error("no such luck"); });`],
  ];
  for (const [how, line] of failures) {
    it(`a program that ${how}: what was made is kept, nothing is deleted, the next up goes on`, async () => {
      const one = stack().program(`new Thing("old");`);
      await one.ok("up");
      one.program(
        `const a = new Thing("a");\n${how === "throws" ? "a.generated.apply(() => {" : ""}${line}${how === "throws" ? "});" : ""}`,
      );
      const result = await one.run("up");
      assert.equal(result.ok, false);
      assert.match(result.failures[0].message, /no such luck/);
      assert.equal(result.failures.length, 1, "told once");
      assert.ok(one.names.includes("old"), "not deleted: the program did not get to its end");
      one.program(`new Thing("a"); new Thing("old");`);
      await one.ok("up");
      assert.equal(one.fake.log.filter((entry) => entry === "create a").length, 1);
    });
  }

  it("a program that exits in the middle fails, whatever its exit code, and nothing is deleted", async () => {
    const one = stack().program(`new Thing("old");`);
    await one.ok("up");
    for (const code of [0, 3]) {
      one.program(`process.exit(${code});`);
      const result = await one.run("up");
      assert.equal(result.ok, false);
      // With 0 it depends on whether the SDK's own hook or the program was first.
      assert.match(result.failures[0].message, /exit code: [13]$|ended before its end/);
      assert.ok(one.names.includes("old"));
    }
  });

  it("a program that cannot be loaded or compiled says why", async () => {
    const one = stack();
    one.write("index.js", 'require("./nowhere");');
    assert.equal((await one.run("up")).ok, false);
    assert.match(one.text(), /Cannot find module '.\/nowhere'/);
    fs.rmSync(path.join(one.folder, "index.js"));
    one.write("index.ts", 'const n: number = "text";\nexport default n;\n');
    assert.equal((await one.run("up")).ok, false);
    assert.match(one.text(), /TS2322/);
  });

  it("a resource that fails: told once, those under way are finished and kept, nothing new begins", async () => {
    const one = stack().program(`new Thing("old");`);
    await one.ok("up");
    one.program(`
      setInterval(() => {}, 1000);
      const slow = new Thing("slow", { delayMs: 400 });
      new Thing("bad", { fail: "create", delayMs: 50 });
      new Thing("after", { value: slow.generated });`);
    const result = await one.run("up");
    assert.equal(result.ok, false);
    assert.deepEqual(
      result.failures.map((failure) => failure.message),
      ["create of bad failed, value was undefined"],
    );
    assert.match(String(result.failures[0].urn), /::bad$/);
    assert.ok(one.names.includes("old"), "not deleted: the program did not get to its end");
    assert.ok(one.names.includes("slow") && !one.names.includes("bad") && !one.names.includes("after"));
    assert.ok(!one.fake.log.includes("create after"));
    assert.equal(one.state.pending_operations, undefined);
    assert.ok(!/unhandled|UNAVAILABLE|terminating/.test(one.text()), one.text());
    one.program(`
      const slow = new Thing("slow", { delayMs: 400 });
      new Thing("bad");
      new Thing("after", { value: slow.generated });`);
    assert.deepEqual((await one.ok("up")).changes, { create: 2, update: 0, same: 2, delete: 1, replace: 0 });
  });

  it("a resource that does not get ready is kept with its reasons, and updated again", async () => {
    const one = stack().program(`new Thing("a", { notReady: true });`);
    const result = await one.run("up");
    assert.match(result.failures[0].message, /not ready yet/);
    assert.deepEqual(one.resource("a").initErrors, ["not ready yet"]);
    assert.equal((await one.run("up")).ok, false, "still not ready");
    assert.ok(one.fake.log.includes("update a"));
    one.program(`new Thing("a", {});`);
    assert.equal((await one.ok("up")).changes.update, 1);
    assert.equal(one.resource("a").initErrors, undefined);
    assert.equal((await one.ok("up")).changes.update, 0);
  });

  it("a wrong input is named, and nothing of it is made", async () => {
    const one = stack().program(`new Thing("a", { value: "wrong" });`);
    const result = await one.run("preview");
    assert.match(
      result.failures[0].message,
      /fake:index:Thing resource 'a' has a problem: value: must not be wrong/,
    );
  });

  it("a provider that cannot be configured", async () => {
    const one = stack().program(
      `const p = new Provider("p", { broken: true }); new Thing("a", {}, { provider: p });`,
    );
    const result = await one.run("up");
    assert.match(result.failures[0].message, /cannot reach the fake cloud/);
    assert.equal(one.fake.world.size, 0);
  });

  it("a deletion that fails leaves it and what it needs", async () => {
    const one = stack().program(
      `const a = new Thing("a"); new Thing("b", { value: a.generated, fail: "delete" });`,
    );
    await one.ok("up");
    assert.equal((await one.run("destroy")).ok, false);
    assert.ok(one.names.includes("a") && one.names.includes("b"));
    assert.equal(one.state.pending_operations, undefined);
  });

  it("Ctrl-C: what is under way hears of it, nothing new begins, the program is ended, the state is whole", async () => {
    const one = stack().program(`
      console.log("pid", process.pid);
      setInterval(() => {}, 1000);
      const a = new Thing("a", { hang: true });
      new Thing("b", { value: a.generated });
      new Thing("c");`);
    const control = new AbortController();
    const running = one.run("up", { signal: control.signal });
    await until("a is under way and c is done", () => {
      return one.fake.log.includes("create a") && one.fake.log.includes("create c done");
    });
    control.abort();
    const result = await running;
    assert.equal(result.ok, false);
    assert.equal(result.cancelled, true);
    assert.ok(one.names.includes("c") && !one.fake.log.includes("create b"));
    assert.deepEqual(
      one.state.pending_operations.map((one: any) => [one.type, one.resource.urn.split("::")[3]]),
      [["creating", "a"]],
    );
    const pid = Number(
      (one.events.find((event) => event.kind === "program-output") as any).line.split(" ")[1],
    );
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    one.program(`const a = new Thing("a"); new Thing("b", { value: a.generated }); new Thing("c");`);
    await one.ok("up");
    assert.equal(one.state.pending_operations, undefined);
  });

  describe("killed in the middle (kill -9)", () => {
    /** An up of another process that is killed while `entry` is under way; its world is handed back. */
    async function killedAt(one: Stack, program: string, entry: string): Promise<void> {
      one.program(program);
      const script = path.join(__dirname, "killable.ts");
      const child = spawn(process.execPath, ["--import", "tsx", script, one.folder], {
        cwd: path.resolve(__dirname, "../.."),
        stdio: ["ignore", "pipe", "inherit"],
      });
      let seen = "";
      child.stdout.on("data", (data) => (seen += data));
      await until(`${entry} under way in the other process`, () => seen.includes(`${entry}\n`));
      const gone = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    }

    it("a creation: named, taken over where the provider finds it, finished", async () => {
      const one = stack();
      await killedAt(
        one,
        `const first = new Thing("first"); new Thing("a", { hang: true }, { dependsOn: first });`,
        "create a",
      );
      assert.deepEqual(
        one.state.pending_operations.map((pending: any) => pending.type),
        ["creating"],
      );
      assert.equal(JSON.parse(one.stateText).version, 3);
      const urn = one.state.pending_operations[0].resource.urn;
      one.fake.world.set("a-0", { madeFor: urn });
      one.fake.world.set(one.resource("first").id, {});
      one.program(`new Thing("first"); new Thing("a");`);
      const result = await one.ok("up");
      assert.match(one.text(), /1 pending operations.*::a, interrupted while creating/);
      assert.equal(one.resource("a").id, "a-0", "taken over, not made twice");
      assert.equal(result.changes.update, 1);
      assert.equal(one.resource("a").initErrors, undefined);
      assert.equal(one.state.pending_operations, undefined);
    });

    it("a creation that left nothing is made, one that the program no longer wants is looked for and deleted", async () => {
      const one = stack();
      await killedAt(one, `new Thing("a", { hang: true });`, "create a");
      const urn = one.state.pending_operations[0].resource.urn;
      one.fake.world.set("a-0", { madeFor: urn });
      one.program(`new Thing("b");`);
      await one.ok("up");
      assert.ok(!one.fake.world.has("a-0"));
      assert.deepEqual(
        one.names.filter((name) => name === "a"),
        [],
      );
    });

    it("a creation that cannot be looked for just now is not forgotten", async () => {
      const one = stack();
      await killedAt(one, `new Thing("a", { hang: true });`, "create a");
      one.fake.world.set("a-0", { madeFor: one.state.pending_operations[0].resource.urn });
      one.fake.silent = true;
      assert.equal((await one.run("destroy")).ok, false);
      assert.equal(one.state.pending_operations.length, 1);
      one.fake.silent = false;
      await one.ok("destroy");
      assert.equal(one.fake.world.size, 0);
    });

    it("an update is done again, also where the program went back", async () => {
      const one = stack().program(`new Thing("a", { value: 1 });`);
      await one.ok("up");
      await killedAt(one, `new Thing("a", { value: 2, hang: true });`, "update a");
      one.program(`new Thing("a", { value: 1 });`);
      one.fake.log.length = 0;
      assert.equal((await one.ok("up")).changes.update, 1);
      assert.ok(one.fake.log.includes("update a done"));
    });

    it("a deletion that was carried out is not missed by a program that wants it back", async () => {
      const one = stack().program(`new Thing("a", { hang: true });`);
      one.program(`new Thing("a", { delayMs: 1 });`);
      await one.ok("up");
      const whole = JSON.parse(one.stateText);
      whole.deployment.pending_operations = [{ resource: one.resource("a"), type: "deleting" }];
      fs.writeFileSync(one.stateFile, JSON.stringify(whole));
      one.fake.world.clear();
      assert.equal((await one.ok("up")).changes.create, 1);
      assert.equal(one.fake.world.size, 1);
    });
  });

  it("two runs of a stack refuse each other; a dead one's lock is broken", async () => {
    const one = stack().program(`new Thing("a", { delayMs: 300 });`);
    const first = one.run("up");
    await until("the first run holds the lock", () => fs.existsSync(path.join(one.stateDir, "lock")));
    const second = await one.engine().up();
    assert.match(second.failures[0].message, new RegExp(`in use by process ${process.pid} \\('up'`));
    assert.equal((await first).ok, true);
    assert.ok(!fs.existsSync(path.join(one.stateDir, "lock")));
    fs.writeFileSync(path.join(one.stateDir, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, verb: "up" }));
    await one.ok("up");
    // The number of a dead process may have gone to another one, which is known by its start.
    fs.writeFileSync(
      path.join(one.stateDir, "lock"),
      JSON.stringify({ pid: process.pid, start: "1", verb: "up" }),
    );
    await one.ok("up");
  });
});
