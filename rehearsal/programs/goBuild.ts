// Builds programs with Go, from the modules pinned (go.sum) in `tools/`.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { type Progress, step } from "../system/progress";
import { Refusal } from "../system/refusal";
import { type Program, toolsFolder } from "./catalogue";

export interface BuildOptions {
  readonly progress: Progress;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Runs Go in a module of `tools/`, for this very machine whatever the caller's GOOS says. */
export function runGo(
  go: string,
  args: readonly string[],
  module: string,
  { env, signal }: Omit<BuildOptions, "progress">,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const own = { ...env, CGO_ENABLED: "0", GOWORK: "off", GOOS: undefined, GOARCH: undefined };
  const options = { cwd: path.join(toolsFolder, module), env: own, signal, maxBuffer: 64 << 20 };
  return new Promise((resolve, reject) => {
    execFile(go, args, options, (error, stdout, stderr) => {
      // A text says that Go did not start, or was told to stop.
      if (typeof error?.code === "string") reject(error);
      else resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

export const goNeeded = (module: string): string =>
  /^go (\S+)$/m.exec(fs.readFileSync(path.join(toolsFolder, module, "go.mod"), "utf8"))![1];

/**
 * Asks Go for its version inside the module: it refuses by itself where it is older than go.mod asks for and may not
 * bring a newer one (go.dev/doc/toolchain).
 */
export async function checkGo(go: string, module: string, env: NodeJS.ProcessEnv): Promise<void> {
  const asked = goNeeded(module);
  const { code, stdout, stderr } = await runGo(go, ["env", "GOVERSION"], module, { env });
  const version = stdout.trim().replace(/^go/, "");
  if (code === 0 && version.localeCompare(asked, "en", { numeric: true }) >= 0) return;
  throw new Refusal(
    `${go} cannot build the rehearsal's programs`,
    `tools/${module}/go.mod asks for Go ${asked}, and it said: ${(stderr || stdout).trim()}`,
    `install Go ${asked} or newer (go.dev/dl), or let Go bring it with GOTOOLCHAIN=auto`,
  );
}

/** Builds one program into `folder`; it bears its name only when it is whole, so an interrupted build leaves nothing. */
export async function build(
  go: string,
  program: Program,
  folder: string,
  options: BuildOptions,
): Promise<void> {
  const { name, flags, target, module, beside } = program;
  fs.mkdirSync(folder, { recursive: true });
  // Nobody else builds here: the caller holds the lock.
  const unfinished = path.join(folder, `.${name}`);
  try {
    await step(options.progress, `building ${name}`, async () => {
      const args = ["build", ...flags, "-o", unfinished, target];
      const { code, stderr } = await runGo(go, args, module, options);
      if (code !== 0) throw failure(program, stderr, code);
      if (beside) {
        const [from, file, copy] = beside;
        const { stdout } = await runGo(go, ["list", "-m", "-f", "{{.Dir}}", from], module, options);
        // Go keeps its modules read-only, and so would a copied file be.
        fs.writeFileSync(path.join(folder, copy), fs.readFileSync(path.join(stdout.trim(), file)));
      }
      fs.renameSync(unfinished, path.join(folder, name));
    });
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

const causes: [pattern: RegExp, why: string, todo: string][] = [
  [
    /no space left on device|disk quota exceeded/i,
    "the disk is full",
    "free 14 GB for Go's caches (`go env GOCACHE`, GOMODCACHE) and its temporary folder",
  ],
  [
    /signal: killed|cannot allocate memory|out of memory/i,
    "the system ran out of memory",
    "give the build 8 GB of memory, or run it with GOFLAGS=-p=1",
  ],
  [
    /dial tcp|i\/o timeout|no such host|connection refused|TLS handshake|proxyconnect|: 40[0-9] |: 50[0-9] /i,
    "a Go module could not be downloaded",
    "check the network and `go env GOPROXY`",
  ],
  [/(?:)/, "Go's own words", "report this output"],
];

export function failure({ name }: Program, output: string, code: number): Refusal {
  const end = output.trim().split("\n").slice(-8).join("\n       ");
  const [, why, todo] = causes.find(([pattern]) => pattern.test(output))!;
  return new Refusal(
    `go build of ${name} failed (exit code ${code})`,
    `${why}: ${end}`,
    `${todo}; then run the same command again: what is downloaded and built stays`,
  );
}
