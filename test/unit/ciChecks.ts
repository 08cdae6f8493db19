// The CI hosts' own checks of their files: GitHub's parser, and the schemas of Azure Pipelines and GitLab, which come with
// Python's check-jsonschema.
import { spawnSync } from "node:child_process";
import * as yaml from "js-yaml";
import { pythonPackages } from "../python";

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

/** @throws Error with what the host's schema says */
async function checkDocument(
  host: "azure-pipelines" | "gitlab-ci" | "github-issue-forms" | "github-issue-config",
  document: unknown,
): Promise<void> {
  const args = ["-m", "check_jsonschema", "--builtin-schema", `vendor.${host}`, "-"];
  const { status, stdout, stderr } = spawnSync("python3", args, {
    env: { ...process.env, PYTHONPATH: await pythonPackages("check-jsonschema") },
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
