// Programs in Python that tests need.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { toolsFolder } from "../rehearsal/programs/catalogue";
import { cacheFolder } from "../rehearsal/programs/find";
import { withLock } from "../rehearsal/system/lock";

/** Installs into a folder, to be put on PYTHONPATH. */
export function pipInstall(folder: string, ...what: string[]): void {
  const options = ["--quiet", "--disable-pip-version-check", "--target", folder];
  execFileSync("python3", ["-m", "pip", "install", ...options, ...what], { stdio: "pipe" });
}

/**
 * The folder with what `tools/NAME/requirements.txt` asks for, to be put on PYTHONPATH. It is installed once, into the
 * user's cache.
 * @throws Error with what to install where there is no Python, or none with pip
 */
export async function pythonPackages(name: string): Promise<string> {
  const requirements = path.join(toolsFolder, name, "requirements.txt");
  try {
    // Some packages are compiled for one version of Python.
    const python = execFileSync("python3", ["--version"], { stdio: "pipe" });
    const hash = createHash("sha256").update(python).update(fs.readFileSync(requirements)).digest("hex");
    const folder = path.join(cacheFolder(), `${name}-${hash.slice(0, 12)}`);
    const unfinished = `${folder}.unfinished`;
    await withLock(
      `${folder}.lock`,
      () => undefined,
      async () => {
        if (fs.existsSync(folder)) return;
        fs.rmSync(unfinished, { recursive: true, force: true });
        pipInstall(unfinished, "--requirement", requirements);
        fs.renameSync(unfinished, folder);
      },
    );
    return folder;
  } catch (cause) {
    const todo = "install Python 3.11 or newer with pip (Debian: apt-get install python3-pip)";
    throw new Error(`the packages of ${name} cannot be installed: ${todo}`, { cause });
  }
}
