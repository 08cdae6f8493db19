// Builds the control plane's programs with Go, from the modules pinned (go.sum) in `tools/`.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { type Progress, step } from "./progress";
import { Refusal } from "../refusal";

export const toolsFolder = path.join(__dirname, "..", "..", "tools");

/** What the control plane calls itself: the Kubernetes version pinned in tools/kubernetes/go.mod. */
export const kubernetesVersion = `v${
  /k8s\.io\/kubernetes v(\S+)/.exec(
    fs.readFileSync(path.join(toolsFolder, "kubernetes", "go.mod"), "utf8"),
  )?.[1]
}`;

export interface Program {
  readonly name: string;
  /** Folder below `tools/` with its go.mod. */
  readonly module: string;
  readonly target: string;
  readonly flags: string[];
}

// -trimpath: the same program wherever it is built. -s -w: without debug tables, half the size.
const common = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const plain = [...common, "-ldflags=-s -w"];

/** Kubernetes refuses to work with clients and features of an unknown version, which an unstamped build has. */
function stamped(): string[] {
  const [major, minor] = kubernetesVersion.slice(1).split(".");
  const stamps = { gitVersion: kubernetesVersion, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const words = Object.entries(stamps).map(
    ([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`,
  );
  return [...common, `-ldflags=-s -w ${words.join(" ")}`];
}

const kubernetes = (name: string): Program => ({
  name,
  module: "kubernetes",
  target: `k8s.io/kubernetes/cmd/${name}`,
  flags: stamped(),
});

export const programs: readonly Program[] = [
  { name: "etcd", module: "etcd", target: "go.etcd.io/etcd/server/v3", flags: plain },
  { name: "kwokctl", module: "kwok", target: "sigs.k8s.io/kwok/cmd/kwokctl", flags: plain },
  { name: "kwok", module: "kwok", target: "sigs.k8s.io/kwok/cmd/kwok", flags: plain },
  kubernetes("kubectl"),
  kubernetes("kube-scheduler"),
  kubernetes("kube-controller-manager"),
  kubernetes("kube-apiserver"),
];

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Go in a module of `tools/`, for this very machine whatever the caller's GOOS says. */
export function runGo(
  go: string,
  args: string[],
  module: string,
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<Ran> {
  const env: NodeJS.ProcessEnv = { ...options.env, CGO_ENABLED: "0", GOWORK: "off" };
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

/**
 * Asks Go for its version inside each module: it refuses by itself where it is older than go.mod asks for and may not
 * bring a newer one (go.dev/doc/toolchain).
 */
export async function goProgram(go: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (const module of new Set(programs.map((program) => program.module))) {
    const asked = /^go (\S+)$/m.exec(fs.readFileSync(path.join(toolsFolder, module, "go.mod"), "utf8"))?.[1];
    const { code, stdout, stderr } = await runGo(go, ["env", "GOVERSION"], module, { env });
    const version = stdout.trim().replace(/^go/, "");
    if (code === 0 && asked && version.localeCompare(asked, "en", { numeric: true }) >= 0) continue;
    throw new Refusal(
      `${go} cannot build the control plane`,
      `tools/${module}/go.mod asks for Go ${asked}, and it said: ${(stderr || stdout).trim()}`,
      `install Go ${asked} or newer (go.dev/dl), or let Go bring it with GOTOOLCHAIN=auto`,
    );
  }
}

/** Builds one program into `folder`; it bears its name only when it is whole, so an interrupted build leaves nothing. */
export async function build(
  go: string,
  program: Program,
  folder: string,
  counted: string,
  options: { progress: Progress; env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  // What a killed build left; nobody else builds here, its caller holds the lock.
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(`.${program.name}.`)) fs.rmSync(path.join(folder, name), { force: true });
  }
  const unfinished = path.join(folder, `.${program.name}.${process.pid}`);
  try {
    await step(options.progress, `building ${program.name} (${counted})`, async () => {
      const args = ["build", ...program.flags, "-o", unfinished, program.target];
      const { code, stderr } = await runGo(go, args, program.module, options);
      if (code !== 0) throw failure(program, stderr, code);
      fs.renameSync(unfinished, path.join(folder, program.name));
    });
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

/** Turns Go's output into what to do about it. */
export function failure(program: Program, output: string, code: number | null): Refusal {
  const end = output.trim().split("\n").slice(-8).join("\n       ");
  const what = `go build of ${program.name} failed (exit code ${code})`;
  if (/no space left on device|disk quota exceeded/i.test(output)) {
    return new Refusal(
      what,
      `the disk is full: ${end}`,
      "free 6 GB for Go's build cache (`go env GOCACHE`, GOMODCACHE), its temporary folder and the programs, then run " +
        "the same command again: what is built stays built",
    );
  }
  if (/signal: killed|cannot allocate memory|out of memory/i.test(output)) {
    return new Refusal(
      what,
      `the system ran out of memory: ${end}`,
      "give the build 4 GB of memory, or run it with GOFLAGS=-p=1, then run the same command again: what is built stays built",
    );
  }
  if (
    /dial tcp|i\/o timeout|no such host|connection refused|TLS handshake|proxyconnect|: 40[0-9] |: 50[0-9] /i.test(
      output,
    )
  ) {
    return new Refusal(
      what,
      `a Go module could not be downloaded: ${end}`,
      "check the network and `go env GOPROXY`, then run the same command again: what is downloaded and built stays",
    );
  }
  return new Refusal(what, end, "run the same command again; if it fails the same way, report this output");
}
