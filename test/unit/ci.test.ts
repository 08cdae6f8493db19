// The previews of pull requests on three CI hosts: their files pass the hosts' own checks; their scripts, run here with
// doubles of the programs that they call, fail with the preview and show its verdict.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  checkAzurePipelines,
  checkGitLab,
  checkIssueConfig,
  checkIssueForm,
  checkWorkflow,
  load,
} from "./ciChecks";

const root = path.join(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

const files = {
  policy: ".github/workflows/policy.yml",
  drift: ".github/workflows/drift.yml",
  release: ".github/workflows/release.yml",
  azure: "docs/ci/azure-pipelines.yml",
  gitlab: "docs/ci/gitlab-ci.yml",
  bug: ".github/ISSUE_TEMPLATE/bug.yml",
  issues: ".github/ISSUE_TEMPLATE/config.yml",
};

describe("the checks of the CI hosts", function () {
  // The first run installs a checker.
  this.timeout(180_000);

  for (const [file, check, mistakes] of [
    [
      files.policy,
      checkWorkflow,
      ["pull-requests: write", "steps.preview", "timeout-minutes:", "shell: bash"],
    ],
    [files.drift, checkWorkflow, ["workflow_dispatch:", "cancelled()", "vars.", "permissions:"]],
    [files.release, checkWorkflow, ["tags:", "needs:", "environment:", "id-token: write", "github.token"]],
    [files.azure, checkAzurePipelines, ["condition:", "scriptType:", "pool:", "AzureCLI@2", "trigger:"]],
    [files.gitlab, checkGitLab, ["expose_as:", "id_tokens:", "interruptible:", "when:"]],
    [files.bug, checkIssueForm, ["body:", "description:", "type: textarea", "label:", "options:"]],
    [files.issues, checkIssueConfig, ["blank_issues_enabled:"]],
  ] as const) {
    it(`pass ${file}, and refuse it with a letter missing`, async () => {
      const text = read(file);
      await check(text);
      for (const word of mistakes) {
        assert.ok(text.includes(word), word);
        await assert.rejects(check(text.replaceAll(word, word.slice(1))), word);
      }
    });
  }
});

interface Step {
  readonly script: string;
  /** Options of the bash that the host runs it in. */
  readonly shell: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** It also runs after a step that failed. */
  readonly always?: boolean;
}

function githubSteps(name: string): Step[] {
  const { defaults, jobs } = load(read(files.policy));
  const shell = defaults.run.shell === "bash" ? ["--noprofile", "--norc", "-e", "-o", "pipefail"] : ["-e"];
  const env: NodeJS.ProcessEnv = {};
  // A repository whose variables say nothing.
  for (const [key, value] of Object.entries<string>(jobs[name].env ?? {}))
    env[key] = value.replace(/^\$\{\{ vars\.\w+ \|\| '(\w+)' \}\}$/, "$1");
  return jobs[name].steps
    .filter((step: any) => step.run)
    .map((step: any) => ({ script: step.run, shell, env, always: step.if?.includes("!cancelled()") }));
}

function azureSteps(): Step[] {
  const { jobs, variables: env } = load(read(files.azure));
  return jobs[0].steps
    .map(({ script, bash, inputs, condition }: any) => ({
      script: script ?? bash ?? inputs.inlineScript,
      shell: ["--noprofile", "--norc"],
      env,
      always: condition === "succeededOrFailed()",
    }))
    .filter(({ script }: Step) => script);
}

function gitlabSteps(): Step[] {
  const { script, variables: env } = load(read(files.gitlab)).policies;
  return [{ script: script.join("\n"), shell: ["-e"], env }];
}

const violation = "[severity: high]  aks-rbac-enabled  (aks-cluster)";
const output = `Policies:\n    ❌ pack@v1\n        - [mandatory] ${violation}\n\n`;

/** Runs the steps in `folder`; a preview in them ends with `exitCode`. */
function run(folder: string, steps: readonly Step[], exitCode: number) {
  const programs = path.join(folder, "programs");
  fs.mkdirSync(programs);
  const double = `#!/bin/sh
echo "$(basename "$0") $*" >> "$HOME/calls"
case " $*" in *" preview "*) printf %s "$OUTPUT"; exit ${exitCode};; esac
`;
  for (const name of ["pulumi", "npm", "gh", "az", "curl"])
    fs.writeFileSync(path.join(programs, name), double, { mode: 0o755 });
  const env = {
    PATH: `${programs}:${process.env.PATH}`,
    HOME: folder,
    OUTPUT: output,
    GITHUB_STEP_SUMMARY: path.join(folder, "summary"),
    PULL_REQUEST: "12",
    AGENT_TEMPDIRECTORY: folder,
    ...{ servicePrincipalId: "client", tenantId: "tenant", idToken: "token" },
    ARM_OIDC_TOKEN: "token",
    AZURE_FEDERATED_TOKEN_FILE: path.join(folder, "token"),
  };
  let failed = false;
  let log = "";
  for (const step of steps) {
    if (failed && !step.always) continue;
    const options = { cwd: folder, env: { ...step.env, ...env }, encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync("bash", [...step.shell, "-c", step.script], options);
    failed ||= status !== 0;
    log += stdout + stderr;
  }
  const contents = (file: string) => fs.readFileSync(path.resolve(folder, file), "utf8");
  return { failed, log, contents, calls: contents("calls").trimEnd().split("\n") };
}

describe("the previews of pull requests", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "ci-test-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  type Outcome = ReturnType<typeof run>;
  const jobs: [string, Step[], (outcome: Outcome) => string[]][] = [
    ["GitHub, in the rehearsal", githubSteps("rehearsal"), ({ contents }) => [contents("summary")]],
    [
      "GitHub",
      githubSteps("preview"),
      ({ contents, calls }) => {
        const [, comment] = /^gh pr comment 12 .*--body-file (\S+)$/.exec(calls.at(-1)!)!;
        return [contents("summary"), contents(comment)];
      },
    ],
    [
      "Azure Pipelines",
      azureSteps(),
      ({ contents, log }) => {
        assert.ok(log.includes(`\n##vso[task.logissue type=error]${violation}\n`), log);
        return [contents(/^##vso\[task\.uploadsummary\](.*)$/m.exec(log)![1])];
      },
    ],
    [
      "GitLab",
      gitlabSteps(),
      ({ contents }) => {
        const { artifacts } = load(read(files.gitlab)).policies;
        assert.equal(artifacts.when, "always");
        assert.ok(artifacts.expose_as);
        return artifacts.paths.map(contents);
      },
    ],
  ];

  for (const [host, steps, shown] of jobs) {
    for (const exitCode of [0, 1]) {
      it(`${host}: ${exitCode ? "fails with" : "passes with"} the preview, and shows the verdict`, () => {
        const outcome = run(folder, steps, exitCode);
        assert.equal(outcome.failed, exitCode === 1, outcome.log);
        const texts = shown(outcome);
        assert.ok(texts.length > 0);
        for (const text of texts) assert.ok(text.includes(violation), text);
      });
    }

    it(`${host}: has the pack and a set that exist`, () => {
      const previews = run(folder, steps, 0).calls.filter((call) => call.includes(" preview "));
      assert.ok(previews.length > 0);
      for (const call of previews) {
        const [, pack, set] = /--policy-pack (\S+) --policy-pack-config (\S+)/.exec(call)!;
        for (const file of [path.join(pack, "PulumiPolicy.yaml"), set])
          assert.ok(fs.existsSync(path.join(root, file)), file);
      }
    });
  }

  for (const [file, steps] of [
    [files.azure, azureSteps()],
    [files.gitlab, gitlabSteps()],
  ] as const) {
    it(`${file}: stores no secret, and takes no stranger's text into a script`, () => {
      const withoutComments = JSON.stringify(load(read(file)));
      assert.doesNotMatch(withoutComments, /SECRET|PASS(WORD|PHRASE)|(ACCESS|PRIVATE).?TOKEN|PrincipalKey/i);
      // What the hosts say of a run: titles and branches among it.
      for (const { script } of steps) assert.doesNotMatch(script, /\$[({]*(CI|BUILD|SYSTEM)[_.]/i);
    });
  }
});
