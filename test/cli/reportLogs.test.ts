// `report` from small exports and event logs, written here: what a run of one kind or another leaves.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Ended, exit, UsageError } from "../../cli/exit";
import { report } from "../../cli/report";
import { firstBuildMs } from "../programs";
import { CommandLine } from "../rehearsal/commandLine";

const urnOf = (name: string) => `urn:pulumi:dev::shop::aws:s3:Bucket::${name}`;

interface Declared {
  name: string;
  needs?: string[];
  parent?: string;
  custom?: boolean;
}

const stackOf = (...declared: Declared[]) =>
  JSON.stringify({
    deployment: {
      resources: declared.map(({ name, needs = [], parent, custom = true }) => ({
        urn: urnOf(name),
        type: "aws:s3:Bucket",
        custom,
        parent: parent && urnOf(parent),
        dependencies: needs.map(urnOf),
      })),
    },
  });

type Happening = [seconds: number, kind: "begins" | "ends" | "fails", op: string, name: string];
const member = { begins: "resourcePreEvent", ends: "resOutputsEvent", fails: "resOpFailedEvent" };

/** @param changes as the summary counts them; undefined = the log breaks off */
const logOf = (happenings: Happening[], changes?: Record<string, number>) =>
  [
    ...happenings.map(([seconds, kind, op, name]) => ({
      timestamp: 1_800_000_000 + seconds,
      [member[kind]]: { metadata: { op, urn: urnOf(name), type: "aws:s3:Bucket", new: { custom: true } } },
    })),
    ...(changes
      ? [{ timestamp: 1_800_000_100, summaryEvent: { resourceChanges: changes, result: "succeeded" } }]
      : []),
  ]
    .map((event) => JSON.stringify(event))
    .join("\n");

describe("aks-calico-ebpf report, of small logs", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "report-logs-"));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const pageOf = async (stack: string, log?: string) => {
    const output = path.join(folder, "page.html");
    const events = log === undefined ? undefined : write("events.json", log);
    assert.equal(await report({ stack: write("stack.json", stack), events, output }), exit.ok);
    return fs.readFileSync(output, "utf8");
  };
  /** A line a bar: its state, and its words. */
  const barsIn = (page: string) =>
    [...page.matchAll(/<li id="step-\d+" class="(\w*)">(.*?)<\/li>/gs)].map(([, state, row]) =>
      `${state} ${row.replace(/<[^>]*>/g, " ")}`.replace(/\s+/g, " ").trim(),
    );
  const isStriped = (page: string) => /class="node[^"]* unfinished"/.test(page);

  it("`pulumi refresh` begins with a refresh and ends with what it found", async () => {
    const stack = stackOf({ name: "one" }, { name: "two" }, { name: "three" });
    const log: Happening[] = [
      [0, "begins", "refresh", "one"],
      [0, "begins", "refresh", "two"],
      [0, "begins", "refresh", "three"],
      [1, "ends", "same", "one"],
      [2, "ends", "update", "two"],
    ];
    const whole = await pageOf(stack, logOf([...log, [3, "ends", "delete", "three"]], { same: 1 }));
    assert.deepEqual(barsIn(whole), []);
    assert.ok(!isStriped(whole));
    const killed = await pageOf(stack, logOf(log));
    assert.deepEqual(barsIn(killed), ["unfinished three Bucket 2 s from 0 s not ended refresh"]);
    assert.ok(isStriped(killed));
  });

  it("`pulumi up --refresh`: nothing waits for a refresh, and only one that failed has a bar", async () => {
    const stack = stackOf(
      { name: "one" },
      { name: "two", needs: ["one"] },
      { name: "three", needs: ["two"] },
    );
    const log: Happening[] = [
      [0, "begins", "refresh", "one"],
      [5, "ends", "refresh", "one"],
      [5, "begins", "refresh", "two"],
      [9, "ends", "refresh", "two"],
      [10, "begins", "same", "one"],
      [10, "ends", "same", "one"],
      [10, "begins", "update", "two"],
      [20, "ends", "update", "two"],
      [20, "begins", "create", "three"],
      [30, "ends", "create", "three"],
    ];
    const page = await pageOf(stack, logOf(log, { same: 1, update: 1, create: 1 }));
    assert.deepEqual(barsIn(page), [
      "chain two Bucket 10 s from 10 s update",
      "chain three Bucket 10 s from 20 s after two",
    ]);
    assert.match(page, /1 resource stayed the same: no bar\./);
    const failed = log
      .slice(0, 4)
      .map(([at, kind, ...rest]): Happening => [at, kind === "ends" ? "fails" : kind, ...rest]);
    assert.deepEqual(barsIn(await pageOf(stack, logOf(failed, {}))), [
      "failed one Bucket 5 s from 0 s failed refresh",
      "failed two Bucket 4 s from 5 s failed refresh",
    ]);
  });

  it("counts in words that are right for one policy and for several", async () => {
    const summary = (...passed: string[]) =>
      JSON.stringify({
        timestamp: 1_800_000_000,
        policyAnalyzeSummaryEvent: { policyPackName: "p", passed },
      });
    assert.match(await pageOf(stackOf(), summary("a")), /p: nothing found by 1 of its policies/);
    assert.match(await pageOf(stackOf(), summary("a", "b")), /p: nothing found by 2 of its policies/);
  });

  it("of a state in which a resource is its own ancestor: each resource, once", async () => {
    for (const loop of [
      [{ name: "one", parent: "one", custom: false }],
      [
        { name: "one", parent: "two", custom: false },
        { name: "two", parent: "one", custom: false },
      ],
      [
        { name: "one", parent: "two" },
        { name: "two", parent: "one" },
      ],
    ]) {
      const page = await pageOf(stackOf(...loop, { name: "leaf", parent: "one" }));
      assert.equal(page.split(">leaf</text>").length, 2);
    }
  });

  it("refuses a time that is none, and says what to do where the page cannot be written", async () => {
    const stack = write("stack.json", stackOf({ name: "one" }));
    const events = write("events.json", JSON.stringify({ timestamp: 1e20 }));
    const output = path.join(folder, "page.html");
    await assert.rejects(report({ stack, events, output }), (error) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.match(error.message, /events\.json is not an event log \(line 1\): timestamp: /);
      return true;
    });
    await assert.rejects(report({ stack, output: path.join(folder, "none/page.html") }), (error) => {
      assert.ok(error instanceof Ended && error.code === exit.failed, String(error));
      assert.match(error.message, /cannot be written: ENOENT/);
      assert.match(error.advice, /-o FILE/);
      return true;
    });
  });
});

describe("npm run rehearse -- report, of a stack whose last log is no run's", function () {
  this.timeout(60_000);
  const rehearsal = new CommandLine();
  const run = (...args: string[]) => rehearsal.run(["--stack", "refused", ...args]);
  before(async function () {
    this.timeout(firstBuildMs);
    const made = await run("pulumi", "stack", "init", "refused");
    assert.equal(made.code, 0, made.text);
  });
  after(() => rehearsal.end());

  for (const [kind, log] of [
    ["a preview's", JSON.stringify({ timestamp: 1_800_000_000, summaryEvent: { isPreview: true } })],
    ["empty", ""],
  ])
    it(`goes on without one that is ${kind}`, async () => {
      fs.writeFileSync(path.join(rehearsal.stateRoot, "refused/events.jsonl"), log);
      const { code, stdout, text } = await run("report");
      assert.equal(code, 0, text);
      assert.match(text, /the page has no run: .*events\.jsonl is (the log of a preview|empty)/);
      assert.match(fs.readFileSync(stdout.trim(), "utf8"), /No event log was given/);
    });
});
