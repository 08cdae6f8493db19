// Finds the programs of the control plane: a folder given by environment, else the user's cache, else built with Go
// from `tools/`, else (no Go, but kwokctl on PATH) left to kwokctl, which downloads the official ones.
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { build, goProgram, type Program, programs, toolsFolder } from "./goBuild";
import { withLock } from "./lock";
import type { Progress } from "./progress";
import { Refusal } from "../refusal";

/** Environment variable that names a folder with all the programs; none of them is built or downloaded then. */
export const binFolderVariable = "AKS_CALICO_EBPF_BIN";

export interface Binaries {
  /** Where the programs lie; put in front of PATH for kwokctl. Empty where kwokctl brings them itself. */
  readonly folder: string;
  readonly origin: "environment" | "cache" | "built" | "kwokctl";
  /** @throws Error where kwokctl brings this program itself */
  path(program: string): string;
  find(program: string): string | undefined;
}

export interface FindOptions {
  readonly progress: Progress;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** `$XDG_CACHE_HOME/aks-calico-ebpf`, by default below `~/.cache`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "aks-calico-ebpf");
}

export function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first `name` on PATH. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

const missingIn = (folder: string) => programs.filter(({ name }) => !isProgram(path.join(folder, name)));

function inFolder(folder: string, origin: Binaries["origin"]): Binaries {
  const find = (program: string) => path.join(folder, program);
  return { folder, origin, path: find, find };
}

/** Below the user's cache, named after all that goes into a build, so that a changed pin or flag makes a new folder and never mixes. */
export function cachedFolder(env: NodeJS.ProcessEnv, prefix: string, built: readonly Program[]): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const { name, module, target, flags } of built) {
    hash.update(JSON.stringify([name, target, flags]));
    for (const file of ["go.mod", "go.sum"])
      hash.update(fs.readFileSync(path.join(toolsFolder, module, file)));
  }
  return path.join(cacheFolder(env), `${prefix}-${hash.digest("hex").slice(0, 16)}`);
}

/**
 * Finds or makes the programs.
 * @throws Refusal that says what to do: a given folder that lacks some, no Go, a Go that is too old, a failed build
 */
export async function findBinaries(options: FindOptions): Promise<Binaries> {
  const env = options.env ?? process.env;
  const given = env[binFolderVariable];
  if (given) {
    const folder = path.resolve(given);
    const missing = missingIn(folder).map(({ name }) => name);
    if (missing.length > 0) {
      throw new Refusal(
        `${binFolderVariable}=${given} lacks ${missing.join(", ")}`,
        "the folder must hold every program of the control plane, each executable",
        `put them there, or unset ${binFolderVariable} to have them built`,
      );
    }
    return inFolder(folder, "environment");
  }

  const folder = cachedFolder(env, "bin", programs);
  if (missingIn(folder).length === 0) return inFolder(folder, "cache");

  const go = onPath("go", env);
  if (!go) return withoutGo(env, options.progress);
  await goProgram(go, env);
  await withLock(
    `${folder}.lock`,
    () => options.progress("waiting for another run that builds the control plane ..."),
    async () => {
      const missing = missingIn(folder);
      for (const [index, program] of missing.entries()) {
        const counted = `${index + 1 + programs.length - missing.length} of ${programs.length}`;
        await build(go, program, folder, counted, { ...options, env });
      }
    },
  );
  return inFolder(folder, "built");
}

/**
 * kwokctl downloads the official programs of the version that its configuration names into its own cache folder.
 * This way has not been tried: the machine it was written on could not reach the official download sites.
 */
function withoutGo(env: NodeJS.ProcessEnv, progress: Progress): Binaries {
  const kwokctl = onPath("kwokctl", env);
  if (!kwokctl) {
    throw new Refusal(
      "the programs of the control plane are neither there nor can they be built",
      `no Go on PATH, nothing in ${cacheFolder(env)}, and ${binFolderVariable} is not set`,
      `install Go ${goNeeded()} or newer (go.dev/dl) and run the same command again; or set ${binFolderVariable} to a ` +
        `folder with ${programs.map(({ name }) => name).join(", ")}; or put kwokctl 0.8 on PATH`,
    );
  }
  progress(`no Go on PATH: ${kwokctl} downloads the official programs (this way has not been tested)`);
  const find = (program: string) => (program === "kwokctl" ? kwokctl : onPath(program, env));
  return {
    folder: "",
    origin: "kwokctl",
    find: (program) => (program === "kwokctl" ? kwokctl : undefined),
    path: (program) => {
      const found = find(program);
      if (!found) throw new Error(`${program} is brought by kwokctl and has no path of its own`);
      return found;
    },
  };
}

/** The newest Go version that one of the modules in `tools/` asks for. */
export function goNeeded(): string {
  const versions = programs.map(({ module }) => {
    const text = fs.readFileSync(path.join(toolsFolder, module, "go.mod"), "utf8");
    return /^go (\S+)$/m.exec(text)?.[1] ?? "0";
  });
  return versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1)!;
}
