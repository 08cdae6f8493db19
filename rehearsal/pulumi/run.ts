// Running the CLI for a stack: its environment, which `env` prints too, and its commands.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Refusal } from "../system/refusal";
import { cacheFolder, type FindOptions } from "../programs/find";
import { saveSettings, type StackFolder } from "../stack";
import { linkStacks } from "./backend";
import { type Engine, findEngine } from "./engine";
import { prepareHome } from "./home";
import { copyProject, hasOwnPassphrase, readProject, runtimeOf } from "./project";

export interface Ready {
  readonly stack: StackFolder;
  readonly engine: Engine;
  readonly project: ReturnType<typeof copyProject>;
  /** What a shell must export to go on by hand. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds the programs, writes home and project copy, and makes the stack in its backend where it is not there.
 * @param command words of the CLI that are to run; those of `stack` make, rename and remove stacks by themselves
 */
export async function prepare(
  given: StackFolder,
  projectDir: string,
  options: FindOptions,
  command: readonly string[] = [],
): Promise<Ready> {
  const made = given.settings.projectDir;
  if (made !== undefined && made !== projectDir) {
    throw new Refusal(
      `the stack ${given.name} is that of the program in ${made}`,
      `it holds what that program made, and ${projectDir} is another one`,
      "take another --stack, or end this one with `down`",
    );
  }
  const runtime = runtimeOf(readProject(projectDir));
  const engine = await findEngine(projectDir, runtime === "yaml", options);
  const stack = saveSettings(given, { ...given.settings, projectDir });
  const project = copyProject(stack, projectDir, options.progress);
  const home = prepareHome(stack, engine, projectDir);
  linkStacks(stack.folder);
  const folders = [path.join(stack.folder, "bin"), path.dirname(process.execPath), path.dirname(engine.cli)];
  const environment = {
    // kubelogin's stand-in, the Node.js that @pulumi/pulumi accepts, and the CLI.
    PATH: [...folders, process.env.PATH].join(path.delimiter),
    PULUMI_HOME: home,
    // Without the files of metadata beside each state: a kill -9 leaves them half written, and the state is not read then.
    PULUMI_BACKEND_URL: `file://${stack.folder}/state?metadata=skip`,
    ...(hasOwnPassphrase() ? {} : { PULUMI_CONFIG_PASSPHRASE: "rehearsal" }),
    PULUMI_OPTION_CWD: project.folder,
    // Not the option: that contradicts commands which name a stack of their own, as the Automation API's do.
    PULUMI_STACK: stack.name,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // The SDKs are read faster the second time.
    NODE_COMPILE_CACHE: path.join(cacheFolder(), "node-compile"),
  };
  const ready = { stack, engine, project, environment };
  if (command[0] !== "stack" && !fs.existsSync(stateFile(ready))) init(ready);
  return ready;
}

export const stateFile = ({ stack, project }: Pick<Ready, "stack" | "project">): string =>
  path.join(stack.folder, "state", ".pulumi", "stacks", project.name, `${stack.name}.json`);

/** Without a checkpoint after each step, which makes commands on many clusters slow. */
export const skipCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** The environment of one command. */
export const variables = (ready: Ready, command: string): NodeJS.ProcessEnv => ({
  ...process.env,
  ...ready.environment,
  // Nothing of a preview's is kept.
  ...(command === "preview" ? skipCheckpoints : {}),
});

function init(ready: Ready): void {
  const { name } = ready.stack;
  const args = ["stack", "init", name, "--non-interactive"];
  const env = variables(ready, "stack");
  const { status, stdout, stderr } = spawnSync(ready.engine.cli, args, { encoding: "utf8", env });
  if (status === 0) return;
  throw new Refusal(
    `the stack ${name} could not be made`,
    `pulumi ${args.join(" ")} said: ${(stderr || stdout).trim()}`,
    "correct what it names and run the same command again",
  );
}

/**
 * Runs one command of the CLI on this terminal. @returns its exit code, 128 + N where a signal ended it
 * @param options.started called with the CLI's process when it has started
 */
export function run(
  ready: Ready,
  args: readonly string[],
  options: { started?: (pid: number) => void; env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...variables(ready, args[0]), ...options.env };
    const child = spawn(ready.engine.cli, args, { stdio: "inherit", env });
    if (child.pid) options.started?.(child.pid);
    const handOn = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
      // Ctrl-C on a terminal reaches the CLI by itself; twice would mean "at once".
      const listener = () => void ((signal !== "SIGINT" || !process.stdin.isTTY) && child.kill(signal));
      process.on(signal, listener);
      return () => process.removeListener(signal, listener);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const remove of handOn) remove();
      resolve(code ?? 128 + os.constants.signals[signal!]);
    });
  });
}
