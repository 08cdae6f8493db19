// Builds programs with Go, from the modules pinned (go.sum) in `tools/`.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { type Progress, step } from "../system/progress";
import { Refusal } from "../system/refusal";
import { type Program, toolsFolder } from "./catalogue";

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Go in a module of `tools/`, for this very machine whatever the caller's GOOS says. */
export function runGo(
  go: string,
  args: readonly string[],
  module: string,
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<Ran> {
  // The compiler allocates much and lives shortly: collecting garbage less often saves a tenth of the time.
  const env: NodeJS.ProcessEnv = { GOGC: "400", ...options.env, CGO_ENABLED: "0", GOWORK: "off" };
  delete env.GOOS;
  delete env.GOARCH;
  return new Promise((resolve, reject) => {
    const child = spawn(go, args, {
      cwd: path.join(toolsFolder, module),
      env,
      signal: options.signal,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const parts = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (parts.stdout += data));
    child.stderr.on("data", (data) => (parts.stderr += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...parts }));
  });
}

/** The Go version that a module of `tools/` asks for. */
export const goNeeded = (module: string): string =>
  /^go (\S+)$/m.exec(fs.readFileSync(path.join(toolsFolder, module, "go.mod"), "utf8"))?.[1] ?? "0";

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
  options: { progress: Progress; env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  // What a killed build left; nobody else builds here, its caller holds the lock.
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(`.${program.name}.`)) fs.rmSync(path.join(folder, name), { force: true });
  }
  const unfinished = path.join(folder, `.${program.name}.${process.pid}`);
  try {
    await step(options.progress, `building ${program.name}`, async () => {
      const args = ["build", ...program.flags, "-o", unfinished, program.target];
      const { code, stderr } = await runGo(go, args, program.module, options);
      if (code !== 0) throw failure(program, stderr, code);
      if (program.beside) await copyBeside(go, program, folder, options);
      fs.renameSync(unfinished, path.join(folder, program.name));
    });
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

async function copyBeside(
  go: string,
  program: Program,
  folder: string,
  options: { env: NodeJS.ProcessEnv },
): Promise<void> {
  const [module, file, name] = program.beside!;
  const { stdout } = await runGo(go, ["list", "-m", "-f", "{{.Dir}}", module], program.module, options);
  fs.cpSync(path.join(stdout.trim(), file), path.join(folder, name), { force: true });
  // Go keeps its modules read-only.
  fs.chmodSync(path.join(folder, name), 0o644);
}

/** Turns Go's output into what to do about it. */
export function failure({ name }: Program, output: string, code: number | null): Refusal {
  const end = output.trim().split("\n").slice(-8).join("\n       ");
  const [, why, todo] = [
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
  ].find(([pattern]) => (pattern as RegExp).test(output)) ?? [
    undefined,
    "Go's own words",
    "report this output",
  ];
  return new Refusal(
    `go build of ${name} failed (exit code ${code})`,
    `${why}: ${end}`,
    `${todo}; then run the same command again: what is downloaded and built stays`,
  );
}
