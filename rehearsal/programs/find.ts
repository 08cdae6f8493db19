// Where a group of programs comes from, in this order: a folder that the environment names, what is installed, the
// user's cache, an official download where one is reachable, a build from the Go module proxy.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { withLock } from "../system/lock";
import { type Progress, step } from "../system/progress";
import { Refusal } from "../system/refusal";
import { type Group, toolsFolder } from "./catalogue";
import { downloadGroup, reachable } from "./download";
import { build, type BuildOptions, checkGo, goNeeded } from "./goBuild";

/** Environment variable that names a folder with programs; a group that is whole in it is taken from there. */
export const binFolderVariable = "AKS_CALICO_EBPF_BIN";

export interface Found {
  readonly origin: "setting" | "installed" | "downloaded" | "built";
  path(program: string): string;
}

export interface FindOptions {
  readonly progress: Progress;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Looks for an installation that will do; undefined = there is none. Default: every program on PATH. */
  readonly installed?: (env: NodeJS.ProcessEnv) => Found | undefined;
}

/** `$XDG_CACHE_HOME/aks-calico-ebpf`, by default below `~/.cache`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "aks-calico-ebpf");
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

/** What a program prints with these arguments; undefined = it fails. */
export function answerOf(program: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout.trim() : undefined;
}

const inFolder = (origin: Found["origin"], folder: string): Found => ({
  origin,
  path: (program) => path.join(folder, program),
});

const modulesOf = ({ programs }: Group) => [...new Set(programs.map(({ module }) => module))];
const missingIn = ({ programs }: Group, folder: string) =>
  programs.filter(({ name }) => !isProgram(path.join(folder, name)));

/** Named after all that goes into a group, so that a changed pin or flag makes a new folder and never mixes. */
function cachedFolder(group: Group, origin: "downloaded" | "built", env: NodeJS.ProcessEnv): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${JSON.stringify(group)}`);
  const all = { recursive: true, withFileTypes: true } as const;
  for (const module of modulesOf(group))
    for (const file of fs.readdirSync(path.join(toolsFolder, module), all))
      if (file.isFile()) hash.update(fs.readFileSync(path.join(file.parentPath, file.name)));
  return path.join(cacheFolder(env), `${group.id}-${hash.digest("hex").slice(0, 12)}-${origin}`);
}

function fromSetting(group: Group, env: NodeJS.ProcessEnv): Found | undefined {
  const given = env[binFolderVariable];
  if (!given) return undefined;
  const folder = path.resolve(given);
  const missing = missingIn(group, folder).map(({ name }) => name);
  if (missing.length === group.programs.length) return undefined;
  if (missing.length === 0) return inFolder("setting", folder);
  throw new Refusal(
    `${binFolderVariable}=${given} lacks ${missing.join(", ")}`,
    `it holds other programs of ${group.title}, and those of one group come from one place`,
    `put them there, each executable, or take the others out to have the group found elsewhere`,
  );
}

function allOnPath(group: Group, env: NodeJS.ProcessEnv): Found | undefined {
  const files = new Map(group.programs.map(({ name }) => [name, onPath(name, env)]));
  if ([...files.values()].includes(undefined)) return undefined;
  return { origin: "installed", path: (program) => files.get(program)! };
}

/**
 * Finds or makes the programs of a group.
 * @throws Refusal that says what to do: a given folder that lacks some, no Go, a Go that is too old, a failed build
 */
export async function findPrograms(group: Group, options: FindOptions): Promise<Found> {
  const { progress, env = process.env, signal, installed = (where) => allOnPath(group, where) } = options;
  const there = fromSetting(group, env) ?? installed(env);
  if (there) return there;
  for (const origin of ["downloaded", "built"] as const) {
    const folder = cachedFolder(group, origin, env);
    if (missingIn(group, folder).length === 0) return inFolder(origin, folder);
  }
  if (await reachable(group, env)) {
    const folder = cachedFolder(group, "downloaded", env);
    try {
      await step(progress, `downloading ${group.title}`, () => downloadGroup(group, folder, env, signal));
      return inFolder("downloaded", folder);
    } catch (error) {
      progress(`${group.title} could not be downloaded: ${(error as Error).message}`);
    }
  }
  const folder = cachedFolder(group, "built", env);
  await buildMissing(group, folder, { progress, env, signal });
  return inFolder("built", folder);
}

async function buildMissing(group: Group, folder: string, options: BuildOptions): Promise<void> {
  const go = onPath("go", options.env);
  const modules = modulesOf(group);
  if (!go) {
    throw new Refusal(
      `${group.title}: not there, and cannot be built`,
      `not on PATH, no official download within reach, no Go on PATH, and ${binFolderVariable} does not name a folder with it`,
      `install Go ${modules.map(goNeeded).sort().at(-1)} or newer (go.dev/dl) and run the same command again`,
    );
  }
  for (const module of modules) await checkGo(go, module, options.env);
  const waiting = () => options.progress(`waiting for another run that builds ${group.title} ...`);
  await withLock(`${folder}.lock`, waiting, async () => {
    for (const program of missingIn(group, folder)) await build(go, program, folder, options);
  });
}
