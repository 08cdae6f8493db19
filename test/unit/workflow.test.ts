// The workflows are code that no test here can run: this holds them to what a pull request must not be able to abuse.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { load } from "./ciChecks";

const root = path.join(__dirname, "..", "..");

function read(file: string) {
  const text = fs.readFileSync(path.join(root, ".github", "workflows", file), "utf8");
  const workflow = load(text);
  const jobs = Object.values<any>(workflow.jobs);
  return { text, workflow, jobs, steps: jobs.flatMap((job) => job.steps) };
}

for (const [file, events] of [
  // pull_request_target would run a fork's code with this repository's rights.
  ["policy.yml", ["pull_request"]],
  ["drift.yml", ["schedule", "workflow_dispatch"]],
  ["release.yml", ["push"]],
] as const) {
  const { text, workflow, jobs, steps } = read(file);
  describe(`.github/workflows/${file}`, () => {
    it("runs for what it is for, with least permissions, no stored secret and a limit of time", () => {
      assert.deepEqual(Object.keys(workflow.on), events);
      assert.deepEqual(workflow.permissions, { contents: "read" });
      assert.doesNotMatch(text, /\bsecrets\b\s*[.[]/);
      for (const job of jobs) {
        const signsIn = job.steps.some(({ uses }: any) => uses?.startsWith("azure/login@"));
        const comments = job.steps.some(({ run }: any) => run?.includes("gh pr comment"));
        const publishes = job.steps.some(({ run }: any) => run?.includes("npm publish"));
        const token = {
          contents: publishes ? "write" : "read",
          "id-token": "write",
          ...(comments && { "pull-requests": "write" }),
        };
        assert.deepEqual(job.permissions, signsIn || publishes ? token : undefined);
        assert.ok(job["timeout-minutes"] > 0);
      }
    });

    it("pins its actions, and takes no stranger's text into a script", () => {
      for (const { uses, run } of steps) {
        // A release by its major version or a commit; a branch could be anything tomorrow.
        if (uses) assert.match(uses, /^[\w.-]+(\/[\w.-]+)+@(v\d+(\.\d+)*|[0-9a-f]{40})$/);
        assert.doesNotMatch(run ?? "", /\$\{\{\s*github\.(event|head_ref)/);
      }
    });
  });
}

describe("the workflow of drift", () => {
  it("runs scripts of package.json, and the command with options that it has", () => {
    const scripts = read("drift.yml")
      .steps.map(({ run }) => run ?? "")
      .join("\n");
    const { scripts: ours } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
    for (const [, name] of scripts.matchAll(/npm run (\S+)/g)) assert.ok(name in ours, name);
    const [, line] = /node dist\/cli\.js (.*)/.exec(scripts)!;
    const options = [...line.matchAll(/--([a-z]+)/g)].map(([, option]) => option);
    const source = (file: string) => fs.readFileSync(path.join(root, "cli", file), "utf8");
    const known = source("main.ts") + source("status/command.ts");
    for (const option of options) assert.match(known, new RegExp(`--${option}\\b`));
  });
});
