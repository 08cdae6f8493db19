// One run of Helm, which sees nothing of the user's own Helm: a home, a kubeconfig and values in a private folder.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";

/** How long Helm may take to mark its release as failed after it was told to stop, before it is killed. */
const GRACE_SECONDS = 15;

export interface HelmCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** A private folder, empty but for a chart perhaps; gone when Helm is, even where the rehearsal was killed. */
  readonly folder: string;
  /** Its text; written to a file that only its owner can read. */
  readonly kubeconfig: string;
  /** Likewise; given to Helm as `--values` where it is there. */
  readonly values?: unknown;
  readonly signal: AbortSignal;
  /** Takes what Helm says on the way (its `--debug` lines, without the time). */
  readonly said: (message: string) => void;
}

export interface HelmAnswer {
  readonly ok: boolean;
  readonly output: string;
  /** Helm's own words where it failed, without "Error:". */
  readonly error: string;
  /** Warnings of the API server that Helm passed on. */
  readonly warnings: string[];
}

/** Runs Helm to its end, also after the signal: it then takes its last step, and says so. */
export async function runHelm(command: HelmCommand): Promise<HelmAnswer> {
  const file = (name: string, text: string) => {
    const place = path.join(command.folder, name);
    fs.writeFileSync(place, text, { mode: 0o600 });
    return place;
  };
  const kubeconfig = file("kubeconfig", command.kubeconfig);
  // JSON is YAML.
  const values = command.values ? ["--values", file("values.yaml", JSON.stringify(command.values))] : [];
  const args = [...command.args, "--debug", "--kubeconfig", kubeconfig, ...values];
  const child = spawn(
    process.execPath,
    [path.join(__dirname, "keeper.cjs"), command.folder, String(GRACE_SECONDS), command.program, ...args],
    // A group of its own: Ctrl-C in the terminal must not reach Helm but through us.
    { detached: true, stdio: ["pipe", "pipe", "pipe"], env: environment(command.folder) },
  );
  const stop = () => child.stdin.destroy();
  command.signal.addEventListener("abort", stop);
  if (command.signal.aborted) stop();
  const lines: string[] = [];
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  const reader = readline.createInterface({ input: child.stderr });
  reader.on("line", (line) => {
    lines.push(line);
    const said = /\[debug\] (.*)$/.exec(line)?.[1];
    if (said && worthSaying.test(said)) command.said(said);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    const warnings = lines.flatMap((line) => /^W\d{4} .*?\] (.*)$/.exec(line)?.[1] ?? []);
    return { ok: code === 0, output, error: code === 0 ? "" : errorOf(lines), warnings };
  } finally {
    command.signal.removeEventListener("abort", stop);
  }
}

/** Of Helm's debug lines those that tell what it waits for. */
const worthSaying = /not ready|not yet|wait|hook|[Dd]eleting|Starting delete|cancel/;

/** Everything after the last "Error:", up to the stack that `--debug` adds. */
function errorOf(lines: string[]): string {
  const from = lines.findLastIndex((line) => line.startsWith("Error: "));
  if (from < 0) return lines.slice(-5).join("\n") || "it was killed";
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => /^helm\.go:\d+: /.test(line));
  const text = rest.slice(0, end < 0 ? undefined : end).join("\n");
  return text.replace(/^Error: /, "").replace(/^(INSTALLATION|UPGRADE) FAILED: /, "");
}

function environment(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(HELM_|KUBECONFIG$)/.test(name));
  const home = (name: string) => path.join(folder, "home", name);
  return {
    ...Object.fromEntries(own),
    HELM_CACHE_HOME: home("cache"),
    HELM_CONFIG_HOME: home("config"),
    HELM_DATA_HOME: home("data"),
  };
}
