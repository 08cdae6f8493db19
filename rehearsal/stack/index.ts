// A stack of the rehearsal: its folder, what was said of it on the command line, and its clusters.
import fs from "node:fs";
import path from "node:path";
import type { LocalClusters, LocalClustersOptions } from "../clusters";
import type { ClusterFault } from "../controlPlane/faults";

/** What a run was told, kept for the plugins, which the CLI starts, and for later runs. */
export interface Settings extends Omit<LocalClustersOptions, "workDir" | "progress"> {
  /** Folder with the program's Pulumi.yaml; undefined = no program has run in this stack yet. */
  readonly projectDir?: string;
  /** What goes wrong in the cluster from when Azure says that it is ready. */
  readonly faults?: readonly ClusterFault[];
}

export interface StackFolder {
  readonly name: string;
  readonly folder: string;
  readonly settings: Settings;
}

export function readFolder(folder: string): StackFolder {
  const file = path.join(folder, "settings.json");
  const settings = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
  return { name: path.basename(folder), folder, settings };
}

export function saveSettings(stack: StackFolder, settings: Settings): StackFolder {
  fs.mkdirSync(stack.folder, { recursive: true });
  fs.writeFileSync(path.join(stack.folder, "settings.json"), JSON.stringify(settings, undefined, 2));
  return { ...stack, settings };
}

/** The control planes of the stack. Loaded when asked for: --help need not wait for it. */
export async function clustersOf(
  stack: StackFolder,
  progress: (line: string) => void,
): Promise<LocalClusters> {
  const { localClusters } = require("../clusters") as typeof import("../clusters");
  const { projectDir: _, faults: __, ...options } = stack.settings;
  return localClusters({ workDir: path.join(stack.folder, "clusters"), ...options, progress });
}
