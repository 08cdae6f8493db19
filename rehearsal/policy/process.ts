// The process of a policy pack: `@pulumi/pulumi/cmd/run-policy-pack`, as the engine's plugin pulumi-analyzer-policy
// runs it: the pack's own copy of the SDK, in the pack's folder, the port on the first line of its output.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import * as yaml from "js-yaml";
import { startEngineLog } from "./engineLog";
import { Refusal } from "../refusal";
import type { PolicyPackOptions } from "./analyzer";

/** Gets a line that the pack printed (`stdout`, `stderr`) or logged through the engine. */
export type Output = (stream: "stdout" | "stderr" | "log", line: string) => void;

export interface PackProcess {
  readonly port: number;
  readonly pid: number;
  /** Why the process is gone; undefined where it still runs after so many milliseconds. */
  endedWithin(milliseconds: number): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** How long a pack may take to end on SIGTERM before it is killed. */
const graceMilliseconds = 5_000;

/** Lines of standard error that are kept for an error message. A type error of TypeScript has a few dozen. */
const keptLines = 60;

/** The runtime's options from `PulumiPolicy.yaml` as arguments, in the engine's form. */
function runtimeArguments(pack: string): string[] {
  const file = path.join(pack, "PulumiPolicy.yaml");
  if (!fs.existsSync(file)) {
    throw new Refusal(
      `${pack} is no policy pack`,
      "it has no PulumiPolicy.yaml",
      "give the folder that holds one",
    );
  }
  const project: any = yaml.load(fs.readFileSync(file, "utf8"));
  const runtime = typeof project?.runtime === "string" ? { name: project.runtime } : project?.runtime;
  if (runtime?.name !== "nodejs") {
    throw new Refusal(
      `${file}: runtime ${JSON.stringify(runtime?.name)} cannot be run here`,
      "only packs for Node.js are",
      "write `runtime: nodejs`, or use the Pulumi CLI for this pack",
    );
  }
  return Object.entries(runtime.options ?? {}).map(([key, value]) => `-${key}=${value}`);
}

function runPolicyPack(pack: string): string {
  try {
    return createRequire(path.join(pack, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  } catch {
    throw new Refusal(
      `the policy pack in ${pack} cannot start`,
      "@pulumi/pulumi is not installed there",
      `run \`npm ci --prefix ${pack} --ignore-scripts\``,
    );
  }
}

/** `PULUMI_*` as the engine sets them for a pack (analyzer_plugin.go, constructEnv). */
function environment(stack: PolicyPackOptions["stack"]): NodeJS.ProcessEnv {
  if (!stack) return process.env;
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (stack.config && Object.keys(stack.config).length) env.PULUMI_CONFIG = JSON.stringify(stack.config);
  for (const prefix of ["PULUMI_NODEJS_", "PULUMI_"]) {
    env[`${prefix}ORGANIZATION`] = stack.organization ?? "organization";
    env[`${prefix}PROJECT`] = stack.project;
    env[`${prefix}STACK`] = stack.stack;
    env[`${prefix}DRY_RUN`] = String(stack.preview ?? false);
  }
  return env;
}

/**
 * Starts the pack in `pack` (an absolute path) and resolves when it serves.
 * @throws Refusal with what the pack printed where it ends or takes too long before that
 */
export async function startPackProcess(pack: string, options: PolicyPackOptions): Promise<PackProcess> {
  const runtimeArgs = runtimeArguments(pack);
  const program = runPolicyPack(pack);
  options.signal?.throwIfAborted();
  const output: Output = options.output ?? (() => {});
  const engine = options.engineAddress ? undefined : await startEngineLog((line) => output("log", line));
  const engineAddress = options.engineAddress ?? engine!.address;
  const child = spawn(
    process.execPath,
    [...(options.nodeArgs ?? []), program, engineAddress, ".", ...runtimeArgs],
    { cwd: pack, env: environment(options.stack), stdio: ["ignore", "pipe", "pipe"] },
  );

  const errors: string[] = [];
  let ended: string | undefined;
  // A pack does not notice that its engine is gone; where this process ends without `stop`, it must not stay behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = new Promise<void>((resolve) => {
    const end = (why: string) => {
      process.removeListener("exit", kill);
      ended ??= [why, ...errors].join("\n  ");
      engine?.stop();
      resolve();
    };
    child.once("error", (error) => end(`its process could not be started: ${error.message}`));
    // Not "exit": what it printed last is still in the pipe then.
    child.once("close", (code, signal) => end(`its process ended (${signal ?? `exit code ${code}`})`));
  });
  readline.createInterface({ input: child.stderr }).on("line", (line) => {
    if (errors.push(line) > keptLines) errors.shift();
    output("stderr", line);
  });

  const stop = async () => {
    options.signal?.removeEventListener("abort", abort);
    child.kill("SIGTERM");
    const timer = setTimeout(kill, graceMilliseconds);
    await gone;
    clearTimeout(timer);
  };
  const abort = () => void stop();
  options.signal?.addEventListener("abort", abort, { once: true });

  const seconds = options.startSeconds ?? 120;
  let timer: NodeJS.Timeout | undefined;
  const port = await new Promise<number | string>((resolve) => {
    timer = setTimeout(() => resolve(`it does not serve after ${seconds} s`), seconds * 1000);
    let first = true;
    readline.createInterface({ input: child.stdout }).on("line", (line) => {
      if (!first) return output("stdout", line);
      first = false;
      // The engine, too, takes the first line for the port: a pack that prints at import breaks there as well.
      const isPort = /^\d+$/.test(line.trim());
      resolve(isPort ? Number(line) : `its first line of output is "${line}" where its port should be`);
    });
    void gone.then(() => resolve(ended!));
  });
  clearTimeout(timer);
  if (typeof port === "string") {
    await stop();
    options.signal?.throwIfAborted();
    throw new Refusal(
      `the policy pack in ${pack} did not start`,
      port,
      "correct what it says; its `main` in package.json is what runs, and needs a `version` there",
    );
  }
  const endedWithin = async (milliseconds: number) => {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([gone, new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
    clearTimeout(timer);
    return ended;
  };
  return { port, pid: child.pid!, endedWithin, stop };
}
