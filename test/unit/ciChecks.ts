// The CI hosts' own checks of their files: GitHub's parser, and the schemas of Azure Pipelines and GitLab, which come with
// Python's check-jsonschema.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as yaml from "js-yaml";
import { cacheFolder } from "../../rehearsal/programs/find";
import { withLock } from "../../rehearsal/system/lock";

const requirements = path.join(__dirname, "..", "..", "tools", "check-jsonschema", "requirements.txt");

/** The schema in which `on` is a text and not true: hosts read YAML 1.2. */
export const load = (text: string): any => yaml.load(text, { schema: yaml.CORE_SCHEMA });

/** @throws Error with what GitHub's parser of workflows says */
export async function checkWorkflow(text: string): Promise<void> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
    await import("@actions/workflow-parser");
  const file = { name: "workflow", content: text };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  context.errors.check();
}

/** Folder of check-jsonschema, which is installed once, into the user's cache. */
async function checkJsonSchema(): Promise<string> {
  try {
    // Some of its packages are compiled for one version of Python.
    const python = execFileSync("python3", ["--version"], { stdio: "pipe" });
    const hash = createHash("sha256").update(python).update(fs.readFileSync(requirements)).digest("hex");
    const folder = path.join(cacheFolder(), `check-jsonschema-${hash.slice(0, 12)}`);
    const unfinished = `${folder}.unfinished`;
    await withLock(
      `${folder}.lock`,
      () => undefined,
      async () => {
        if (fs.existsSync(folder)) return;
        fs.rmSync(unfinished, { recursive: true, force: true });
        const options = ["--quiet", "--disable-pip-version-check", "--target", unfinished];
        const install = ["-m", "pip", "install", ...options, "--requirement", requirements];
        execFileSync("python3", install, { stdio: "pipe" });
        fs.renameSync(unfinished, folder);
      },
    );
    return folder;
  } catch (cause) {
    const todo = "install Python 3.11 or newer with pip (Debian: apt-get install python3-pip)";
    throw new Error(`check-jsonschema cannot be installed: ${todo}`, { cause });
  }
}

/** @throws Error with what the host's schema says */
async function checkDocument(
  host: "azure-pipelines" | "gitlab-ci" | "github-issue-forms" | "github-issue-config",
  document: unknown,
): Promise<void> {
  const args = ["-m", "check_jsonschema", "--builtin-schema", `vendor.${host}`, "-"];
  const { status, stdout, stderr } = spawnSync("python3", args, {
    env: { ...process.env, PYTHONPATH: await checkJsonSchema() },
    input: JSON.stringify(document),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
}

export const checkIssueForm = (text: string): Promise<void> =>
  checkDocument("github-issue-forms", load(text));

export const checkIssueConfig = (text: string): Promise<void> =>
  checkDocument("github-issue-config", load(text));

export const checkGitLab = (text: string): Promise<void> => checkDocument("gitlab-ci", load(text));

export function checkAzurePipelines(text: string): Promise<void> {
  const pipeline = load(text);
  for (const job of pipeline.jobs) {
    // The schema of Microsoft's editor takes no number here, and does not know the inputs of NodeTool@0's successor.
    job.timeoutInMinutes = String(job.timeoutInMinutes);
    job.steps = job.steps.filter(({ task }: any) => task !== "UseNode@1");
  }
  return checkDocument("azure-pipelines", pipeline);
}
