// The workflow is code that no test here can run; this reads it as GitHub would (docs.github.com, "Workflow syntax for
// GitHub Actions", "Expressions") and holds it to what a pull request must not be able to abuse.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as yaml from "js-yaml";

const root = path.join(__dirname, "..", "..");
const folder = path.join(root, ".github", "workflows");

const topKeys = ["name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"];
const jobKeys = [
  ..."name permissions needs if runs-on environment concurrency outputs env defaults steps".split(" "),
  ..."timeout-minutes strategy continue-on-error container services uses with".split(" "),
];
const stepKeys =
  "id if name uses run working-directory shell with env continue-on-error timeout-minutes".split(" ");
/** Where a value may come from in a step; `secrets` is left out on purpose. */
const contexts = ["github", "vars", "env", "job", "steps", "runner", "needs", "matrix", "strategy", "inputs"];
const functions = ["contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON", "hashFiles"];
const conditions = ["always", "success", "failure", "cancelled"];

/** What GitHub's expressions are made of, one piece a match; the last alternative is what does not belong. */
const pieces =
  /'(?:[^']|'')*'|-?\d+(?:\.\d+)?|[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_][\w-]*|\*))*|&&|\|\||[!=<>]=|[!<>()[\],]|\s+|(.)/g;

/** What is wrong with an expression; undefined = nothing. */
function wrongExpression(text: string): string | undefined {
  const tokens = [...text.matchAll(pieces)].filter(([token]) => token.trim() !== "");
  const stray = tokens.find(([, wrong]) => wrong !== undefined);
  if (stray) return `${stray[0]} in ${text}`;
  let depth = 0;
  for (const [index, [token]] of tokens.entries()) {
    depth += token === "(" ? 1 : token === ")" ? -1 : 0;
    if (depth < 0) return `parentheses of ${text}`;
    if (!/^[A-Za-z_]/.test(token) || ["true", "false", "null"].includes(token)) continue;
    const known = tokens[index + 1]?.[0] === "(" ? [...functions, ...conditions] : contexts;
    if (!known.includes(token.split(".")[0])) return `${token} in ${text}`;
  }
  const isOperand = (token: string | undefined) => token !== undefined && /^['\w-]|^\)/.test(token);
  for (const [index, [token]] of tokens.entries()) {
    if (!/^(&&|\|\||[=!<>]=|[<>])$/.test(token)) continue;
    const [before, after] = [tokens[index - 1]?.[0], tokens[index + 1]?.[0]];
    if (!isOperand(before) || !(isOperand(after) || after === "(" || after === "!"))
      return `${token} in ${text}`;
  }
  return depth === 0 && tokens.length > 0 ? undefined : `parentheses of ${text}`;
}

const expressions = (text: string) =>
  [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].map(([, inside]) => inside.trim());

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Everything that is wrong with a workflow, a line each. */
function lint(text: string): string[] {
  const wrong: string[] = [];
  const check = (good: unknown, what: string) => void (good || wrong.push(what));
  // The schema in which `on` is a text and not true: GitHub reads YAML 1.2.
  const workflow: any = yaml.load(text, { schema: yaml.CORE_SCHEMA });
  const known = (object: object, keys: string[], where: string) =>
    Object.keys(object).forEach((key) => check(keys.includes(key), `${where}: unknown key ${key}`));
  const least = (permissions: any, where: string) => {
    check(typeof permissions === "object" && permissions !== null, `${where}: permissions are not listed`);
    for (const [name, level] of Object.entries(permissions ?? {})) {
      const needed = name === "contents" ? level === "read" : name === "id-token" && level === "write";
      check(needed, `${where}: permission ${name}: ${level}`);
    }
  };
  known(workflow, topKeys, "workflow");
  check("pull_request" in (workflow.on ?? {}), "on: no pull_request");
  // It would run a fork's code with this repository's rights.
  check(!("pull_request_target" in (workflow.on ?? {})), "on: pull_request_target");
  least(workflow.permissions, "workflow");
  check(!("id-token" in (workflow.permissions ?? {})), "workflow: id-token for every job");
  for (const [name, job] of Object.entries<any>(workflow.jobs ?? {})) {
    known(job, jobKeys, name);
    check(typeof job["runs-on"] === "string", `${name}: no runs-on`);
    check(Number.isInteger(job["timeout-minutes"]), `${name}: no timeout-minutes`);
    if (job.permissions) least(job.permissions, name);
    const signsIn = (job.steps ?? []).some(({ uses }: any) => uses?.startsWith("azure/login@"));
    check(
      !signsIn || job.permissions?.["id-token"] === "write",
      `${name}: azure/login without id-token: write`,
    );
    check(signsIn || !job.permissions?.["id-token"], `${name}: id-token for nothing`);
    check(Array.isArray(job.steps) && job.steps.length > 0, `${name}: no steps`);
    for (const [index, step] of (job.steps ?? []).entries()) {
      const where = `${name}: step ${index + 1}`;
      known(step, stepKeys, where);
      check(
        (step.run === undefined) !== (step.uses === undefined),
        `${where}: neither or both of run and uses`,
      );
      // A release by its major version or a commit; a branch could be anything tomorrow.
      if (step.uses)
        check(/^[\w.-]+(\/[\w.-]+)+@(v\d+(\.\d+)*|[0-9a-f]{40})$/.test(step.uses), `${where}: ${step.uses}`);
      // A title or branch name of a stranger would become part of the script.
      check(!/\$\{\{\s*github\.(event|head_ref)/.test(step.run ?? ""), `${where}: a stranger's text in run`);
    }
  }
  for (const expression of texts(workflow).flatMap(expressions)) {
    const found = wrongExpression(expression);
    check(found === undefined, `expression: ${found}`);
  }
  check(!/\bsecrets\b\s*[.[]/.test(text), "a stored secret");
  return wrong;
}

describe(".github/workflows", () => {
  const file = path.join(folder, "policy.yml");
  const text = fs.readFileSync(file, "utf8");

  it("are what GitHub can read, pinned, with least permissions and without a secret", () => {
    for (const name of fs.readdirSync(folder)) {
      assert.deepEqual(lint(fs.readFileSync(path.join(folder, name), "utf8")), [], name);
    }
  });

  it("preview with the pack and a set that exist, in the rehearsal and by Pulumi's own action", () => {
    const steps = Object.values<any>((yaml.load(text, { schema: yaml.CORE_SCHEMA }) as any).jobs).flatMap(
      (job) => job.steps,
    );
    const pulumi = steps.find(({ uses }) => uses?.startsWith("pulumi/actions@")).with;
    assert.equal(pulumi.command, "preview");
    const files = [pulumi.policyPackConfigs, ...text.matchAll(/--policy-pack-config (\S+)/g)].map((one) =>
      (typeof one === "string" ? one : one[1]).replace(/\$\{\{.*'(\w+)' \}\}/, "$1"),
    );
    assert.ok(files.length >= 2);
    for (const one of [...files, path.join(pulumi.policyPacks, "PulumiPolicy.yaml")]) {
      assert.ok(fs.existsSync(path.join(root, one)), one);
    }
    for (const where of ["", " --prefix policy"]) {
      const installs = steps.filter(({ run }) => run === `npm ci${where} --ignore-scripts`);
      assert.equal(installs.length, 2, `npm ci${where}`);
    }
  });

  const spoilt: [string, string, string, RegExp][] = [
    ["a stored secret", "${{ vars.AZURE_CLIENT_ID }}", "${{ secrets.AZURE_CLIENT_ID }}", /secrets|stored/],
    ["an action of a branch", "pulumi/actions@v6", "pulumi/actions@main", /actions@main/],
    ["more rights", "contents: read", "contents: write", /permission contents: write/],
    ["another event", "pull_request:", "pull_request_target:", /pull_request/],
    ["a misspelt key", "timeout-minutes:", "timeout-minute:", /unknown key timeout-minute/],
    ["half an expression", "|| 'dev' }}", "|| }}", /expression: \|\|/],
    ["an unknown function", "vars.PULUMI_BACKEND_URL != ''", "isSet(vars.A)", /isSet/],
    ["an unknown context", "github.ref }}", "git.ref }}", /git\.ref/],
    [
      "a token that nobody asked for",
      "id-token: write",
      "issues: read",
      /permission issues|without id-token/,
    ],
    ["a step that does nothing", "- run: npm ci --ignore-scripts", "- name: nothing", /neither or both/],
    [
      "a stranger's text",
      "run: npm ci --prefix policy",
      "run: echo ${{ github.event.pull_request.title }} #",
      /stranger/,
    ],
  ];
  for (const [what, from, to, message] of spoilt) {
    it(`would not get by with ${what}`, () => {
      assert.ok(text.includes(from), from);
      assert.match(lint(text.replace(from, to)).join("\n"), message);
    });
  }
});
