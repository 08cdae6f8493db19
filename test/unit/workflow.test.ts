// The workflow is code that no test here can run: this holds it to what a pull request must not be able to abuse.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as yaml from "js-yaml";

const root = path.join(__dirname, "..", "..");
const text = fs.readFileSync(path.join(root, ".github", "workflows", "policy.yml"), "utf8");
// The schema in which `on` is a text and not true: GitHub reads YAML 1.2.
const workflow: any = yaml.load(text, { schema: yaml.CORE_SCHEMA });
const jobs = Object.values<any>(workflow.jobs);
const steps = jobs.flatMap((job) => job.steps);

describe(".github/workflows/policy.yml", () => {
  it("runs for pull requests, with least permissions, no stored secret and a limit of time", () => {
    // pull_request_target would run a fork's code with this repository's rights.
    assert.deepEqual(Object.keys(workflow.on), ["pull_request"]);
    assert.deepEqual(workflow.permissions, { contents: "read" });
    assert.doesNotMatch(text, /\bsecrets\b\s*[.[]/);
    for (const job of jobs) {
      const signsIn = job.steps.some(({ uses }: any) => uses?.startsWith("azure/login@"));
      const token = signsIn ? { contents: "read", "id-token": "write" } : undefined;
      assert.deepEqual(job.permissions, token);
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

  it("previews with the pack and a set that exist, in the rehearsal and by Pulumi's own action", () => {
    const pulumi = steps.find(({ uses }) => uses?.startsWith("pulumi/actions@")).with;
    assert.equal(pulumi.command, "preview");
    const sets = [...text.matchAll(/--policy-pack-config (\S+)/g)].map(([, file]) => file);
    assert.ok(sets.length > 0);
    const set = pulumi.policyPackConfigs.replace(/\$\{\{.*'(\w+)' \}\}/, "$1");
    for (const file of [...sets, set, path.join(pulumi.policyPacks, "PulumiPolicy.yaml")])
      assert.ok(fs.existsSync(path.join(root, file)), file);
  });
});
