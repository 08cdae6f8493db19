// The real Pulumi CLI, where this machine has one: found, or the reason why it cannot be used, and stacks on it.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { dump, load } from "js-yaml";
import { root, type StayingCluster } from "../rehearsal/harness";

interface Plugin {
  name: string;
  kind: string;
  version: string;
}

/** For all that is asked of the CLI: the plugins that are there, none from elsewhere, and no look for newer ones. */
const offline = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };

/** @returns the CLI, or in one line why the suite must be skipped */
export async function findCli(): Promise<PulumiCommand | string> {
  let command: PulumiCommand;
  try {
    command = await PulumiCommand.get();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return /ENOENT/.test(text) ? "no pulumi on PATH" : `pulumi cannot be used: ${text.trim().split("\n")[0]}`;
  }
  const manifest = path.join(root, "node_modules/@pulumi/kubernetes/package.json");
  const { version } = JSON.parse(fs.readFileSync(manifest, "utf8"));
  let plugins: Plugin[];
  try {
    const { stdout } = await promisify(execFile)(command.command, ["plugin", "ls", "--json"], {
      env: { ...process.env, ...offline },
    });
    plugins = JSON.parse(stdout);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return `pulumi's plugins cannot be listed: ${text.trim().split("\n")[0]}`;
  }
  const found = plugins.some(
    (one) => one.kind === "resource" && one.name === "kubernetes" && one.version === version,
  );
  if (found) return command;
  return `pulumi's kubernetes plugin ${version} is not installed (pulumi plugin install resource kubernetes ${version})`;
}

/**
 * A stack of one of the rehearsal's programs, its state in files beside the cluster. The CLI writes the stack's
 * settings beside Pulumi.yaml: a copy of that in a folder of its own, whose `main` leads to the program as it
 * stands, keeps the clone clean.
 */
export async function cliStack(
  pulumiCommand: PulumiCommand,
  cluster: StayingCluster,
  program: string,
  name: string,
): Promise<Stack> {
  const workDir = path.join(cluster.folder, "cli", program, name);
  const state = path.join(workDir, "state");
  fs.mkdirSync(state, { recursive: true });
  const folder = path.join(root, "test/rehearsal/programs", program);
  const project = load(fs.readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as { main: string };
  const copy = { ...project, main: path.join(folder, project.main) };
  fs.writeFileSync(path.join(workDir, "Pulumi.yaml"), dump(copy));
  const envVars = {
    ...offline,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "a test's",
    // The language host takes the first node on PATH, which may be older than @pulumi/pulumi allows.
    PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, workDir },
    { envVars, pulumiCommand },
  );
  await stack.setConfig("kubeconfig", { value: cluster.kubeconfigFile });
  return stack;
}

/** What of an `up` or `destroy` changed, without what stayed the same. */
export function changed(summary: { resourceChanges?: Record<string, number> }): Record<string, number> {
  const { same: _, ...others } = summary.resourceChanges ?? {};
  return others;
}

/** The name of the resource that was just brought to its end, if that is what the event tells. */
export function ended(event: EngineEvent): string | undefined {
  const done = event.resOutputsEvent;
  return done && !done.planning ? done.metadata.urn.split("::").at(-1) : undefined;
}
