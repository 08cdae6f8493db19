// The repository as somebody would clone it, with what is not committed yet.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const root = path.dirname(__dirname);

export const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" });

/** What stands in the working tree and is not ignored. */
export const trackedFiles = (): string[] =>
  git(root, "ls-files", "-co", "--exclude-standard")
    .trim()
    .split("\n")
    .filter((one) => fs.statSync(path.join(root, one), { throwIfNoEntry: false })?.isFile());

/** Its files alone, without git. */
export function copyFiles(folder: string): void {
  for (const file of trackedFiles()) fs.cpSync(path.join(root, file), path.join(folder, file));
}

export function cloneTo(folder: string): void {
  copyFiles(folder);
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "as cloned");
}
