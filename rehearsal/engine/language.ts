// Runs the program as the CLI's language host for Node.js does: through @pulumi/pulumi's own runner, in a process
// of its own that speaks to the engine over gRPC.
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import type { Readable } from "node:stream";
import type { Project } from "./project";
import { Refusal } from "../refusal";

/** The runner's exit code for "failed, and the reason was already logged" (cmd/run/index.ts). */
const ALREADY_REPORTED = 32;
/** How long a program may take to end after it was asked to. */
const GRACE_MS = 5000;

export interface ProgramOptions {
  project: Project;
  stack: string;
  dryRun: boolean;
  parallel: number;
  address: string;
  env: NodeJS.ProcessEnv;
  output(stream: "stdout" | "stderr", line: string): void;
  /** Ends the program. */
  signal: AbortSignal;
}

/** Where the project's own @pulumi/pulumi lies, and its version. */
export function findSdk(programFolder: string): { runner: string; version: string } {
  const require = createRequire(path.join(programFolder, "index.js"));
  try {
    const { version } = require("@pulumi/pulumi/package.json");
    return { runner: require.resolve("@pulumi/pulumi/cmd/run"), version };
  } catch {
    throw new Refusal(
      `@pulumi/pulumi is not installed for ${programFolder}`,
      "the program and its runner come from that package",
      "run `npm ci` in the project",
    );
  }
}

/** Runs the program to its end. @returns why it failed; undefined = it did not; "" = it has told already. */
export async function runProgram(options: ProgramOptions): Promise<string | undefined> {
  const { project, stack, address } = options;
  const flags = [
    `--monitor=${address}`,
    `--engine=${address}`,
    `--project=${project.name}`,
    `--root-directory=${project.folder}`,
    `--stack=${stack}`,
    "--organization=organization",
    `--parallel=${options.parallel}`,
    `--pwd=${project.programFolder}`,
    ...(options.dryRun ? ["--dry-run"] : []),
  ];
  if (options.signal.aborted) return "";
  const child = spawn(
    process.execPath,
    [
      ...["--require", path.join(__dirname, "lifeline.cjs")],
      ...project.runtime.nodeargs,
      findSdk(project.programFolder).runner,
      ...flags,
      project.entry,
    ],
    {
      cwd: project.programFolder,
      // A group of its own: Ctrl-C in the terminal must not reach the program before the engine has stopped it.
      detached: true,
      // The last one is only held open: its end tells the program that the engine is gone, kill -9 included.
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: {
        ...options.env,
        REHEARSAL_LIFELINE: "3",
        PULUMI_CONFIG: JSON.stringify(project.config.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(project.config.secretKeys),
        PULUMI_NODEJS_TYPESCRIPT: String(project.runtime.typescript),
        ...(project.runtime.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: project.runtime.tsconfig } : {}),
      },
    },
  ) as ChildProcessByStdio<null, Readable, Readable>;
  const lines = (["stdout", "stderr"] as const).map((stream) => {
    const reader = readline.createInterface({ input: child[stream] });
    reader.on("line", (line) => options.output(stream, line));
    return new Promise<void>((resolve) => reader.on("close", resolve));
  });
  const end = onAbort(options.signal, () => endProgram(child));
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (...how) => resolve(how));
    });
    // A grandchild that outlives the program may hold its pipes open: what comes later is not waited for.
    await Promise.race([Promise.all(lines), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdio[3]?.destroy();
    if (code === 0) return undefined;
    if (code === ALREADY_REPORTED || options.signal.aborted) return "";
    return code === null
      ? `Program was ended by signal ${signal}`
      : `Program exited with non-zero exit code: ${code}`;
  } finally {
    end();
  }
}

function onAbort(signal: AbortSignal, action: () => () => void): () => void {
  let undo: () => void = () => {};
  const listener = () => (undo = action());
  signal.addEventListener("abort", listener, { once: true });
  return () => {
    signal.removeEventListener("abort", listener);
    undo();
  };
}

/** Asks the program's process group to end, and makes it after a while. */
function endProgram(child: ChildProcess): () => void {
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  if (child.pid === undefined) return () => {};
  send("SIGTERM");
  const timer = setTimeout(() => send("SIGKILL"), GRACE_MS);
  return () => clearTimeout(timer);
}
