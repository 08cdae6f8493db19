// `--policy-pack`: what the user sees, the exit code, and that what is forbidden is not begun.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CommandLine } from "./commandLine";

const pack = path.join(__dirname, "programs", "pack");

describe("npm run rehearse -- --policy-pack", function () {
  this.timeout(120_000);
  const line = new CommandLine();
  after(() => line.end());

  /** A file of levels for the small pack. */
  function levels(config: unknown): string {
    const file = path.join(line.stateRoot, "levels.json");
    fs.writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
    return file;
  }
  const run = (verb: string, stack: string, ...args: string[]) =>
    line.run([verb, "--stack", stack, "-C", "test/rehearsal/programs/judged", ...args]);
  const judged = (verb: string, stack: string, config: unknown, ...args: string[]) =>
    run(verb, stack, "--policy-pack", pack, "--policy-pack-config", levels(config), ...args);
  // The stacks' folders are `down`'s to clear; this file is not one.
  after(() => fs.rmSync(path.join(line.stateRoot, "levels.json"), { force: true }));

  it("a program that keeps to everything: a preview first, then the run, each judged", async () => {
    const ended = await run("up", "good", "--policy-pack", pack);
    assert.equal(ended.code, 0, ended.text);
    const passed = "Policies:\n    ✅ small@v1.2.3 (local: test/rehearsal/programs/pack)\n";
    const [, preview, update] = ended.text.split(/Previewing update \(good\):|Updating \(good\):/);
    for (const part of [preview, update]) assert.ok(part.includes(passed), ended.text);
    assert.match(preview, /first +create\n/);
    assert.match(update, /first +created \(/);
  });

  it("a mandatory violation: exit code 1, all of them shown, and nothing is touched", async () => {
    const config = { "few-strings": "advisory", "long-enough": { least: 9 } };
    const ended = await judged("up", "bad", config);
    assert.equal(ended.code, 1, ended.text);
    const section = [
      "Policies:",
      "    ❌ small@v1.2.3 (local: test/rehearsal/programs/pack)",
      "        - [mandatory] [severity: high]  long-enough  (random:index:RandomString: first)",
      "          A string must be long enough.",
      "          8 is too short.",
      "        - [mandatory] [severity: high]  long-enough  (random:index:RandomString: second)",
      "          A string must be long enough.",
      "          8 is too short.",
      "        - [advisory] [severity: low]  few-strings  (pulumi:pulumi:Stack: judged-bad)",
      "          A stack must have few strings.",
      "          2 strings in project judged.",
    ];
    assert.ok(ended.text.includes(`${section.join("\n")}\n`), ended.text);
    assert.match(ended.text, /failed: 3 create .*\n\nThe update was not begun, and nothing was touched\.\n/);
    assert.doesNotMatch(ended.text, /Updating|created/);
    assert.ok(!fs.existsSync(path.join(line.stateRoot, "bad", "state.json")));
  });

  it("an advisory one warns", async () => {
    const ended = await judged("preview", "warned", {
      all: "advisory",
      pauses: "disabled",
      throws: "disabled",
    });
    assert.equal(ended.code, 0, ended.text);
    assert.match(ended.text, /⚠️ small@v1\.2\.3/);
    assert.match(ended.text, /- \[advisory\] {2}no-special {2}\(random:index:RandomString: first\)/);
  });

  it("remediation: shown, made with the changed inputs, and secrets stay secrets", async () => {
    const config = { "no-special": "remediate" };
    const ended = await judged("up", "healed", config);
    assert.equal(ended.code, 0, ended.text);
    for (const [name, mark] of [
      ["first", "[+~]"],
      ["second", "~"],
    ])
      assert.match(
        ended.text,
        new RegExp(
          `- \\[remediate\\]  no-special  \\(random:index:RandomString: ${name}\\) \\[diff: ${mark}special`,
        ),
      );
    assert.match(ended.text, /result +plain/);
    const [first] = line.state("healed").deployment.resources.filter((one: any) => /::first$/.test(one.urn));
    assert.equal(first.inputs.special, false);
    assert.ok(first.inputs.keepers.label.ciphertext ?? first.inputs.keepers.ciphertext);
    const again = await judged("up", "healed", config);
    assert.match(again.text, /done: 3 unchanged/);
  });

  it("a policy that throws ends the run with its own words", async () => {
    const ended = await judged("up", "broken", { throws: "mandatory" });
    assert.equal(ended.code, 1, ended.text);
    assert.match(ended.text, /the policy pack in .* failed: [^]*the policy's own mistake[^]*why: [^]*do: /);
    assert.ok(!fs.existsSync(path.join(line.stateRoot, "broken", "state.json")));
  });

  it("Ctrl-C: exit code 130, and the pack's process ends with the run", async () => {
    const file = path.join(line.stateRoot, "levels.json.pid");
    const config = levels({ pauses: { enforcementLevel: "mandatory", file } });
    let told = false;
    const args = ["up", "--stack", "stopped", "-C", "test/rehearsal/programs/judged"];
    const ended = await line.run(
      [...args, "--policy-pack", pack, "--policy-pack-config", config],
      (text, child) => {
        if (told || !text.includes("waiting")) return;
        told = true;
        child.kill("SIGINT");
      },
    );
    assert.equal(ended.code, 130, ended.text);
    assert.doesNotMatch(ended.text, /the policy pack in/);
    const pid = Number(fs.readFileSync(file, "utf8"));
    fs.rmSync(file);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  const refused: [string, string, string | undefined, RegExp][] = [
    ["a folder that is no pack", __dirname, undefined, /is no policy pack\n {2}why: .*\n {2}do: /],
    [
      "a file that is not there",
      pack,
      "no-such.json",
      /no-such\.json cannot be used\n {2}why: ENOENT.*\n {2}do: /,
    ],
    ["a file that is no JSON", pack, __filename, /cannot be used\n {2}why: .*JSON.*\n {2}do: /],
    ["environments of ESC", pack, '{"environments":["a/b"]}', /`environments` are those of Pulumi ESC/],
    [
      "an unknown policy",
      pack,
      '{"few-string":"advisory"}',
      /pack small has no policy "few-string"\n {2}why: /,
    ],
  ];
  for (const [what, folder, config, message] of refused) {
    it(`refuses ${what}, and begins nothing`, async () => {
      const file = config?.startsWith("{") ? levels(config) : config;
      const args = file === undefined ? [] : ["--policy-pack-config", file];
      const ended = await run("up", "refused", "--policy-pack", folder, ...args);
      assert.equal(ended.code, 1, ended.text);
      assert.match(ended.text, message);
      assert.doesNotMatch(ended.text, /\n\s+at |create/);
    });
  }

  for (const [args, message] of [
    [["destroy", "--policy-pack", "policy"], /--policy-pack policy: `destroy` runs no program to judge/],
    [["verify", "--policy-pack-config", "a.json"], /--policy-pack-config a\.json: `verify` runs no program/],
    [
      ["up", "--policy-pack-config", "a.json"],
      /a\.json: it belongs to a pack; write for example --policy-pack/,
    ],
    [
      ["up", "--policy-pack", "a,b", "--policy-pack-config", "a.json"],
      /--policy-pack-config: 1 of them for 2 policy packs/,
    ],
  ] as const) {
    it(`${args.join(" ")}: exit code 2 and what to write`, async () => {
      const ended = await line.run([...args]);
      assert.equal(ended.code, 2, ended.text);
      assert.match(ended.text, message);
    });
  }
});
