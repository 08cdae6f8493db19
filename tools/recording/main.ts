// `npm run recording`: runs `npm run rehearse`, as committed, in a terminal of its own and draws docs/rehearse.svg of it.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { draw } from "./draw";
import { record } from "./record";

const root = path.dirname(path.dirname(__dirname));
// Where it is shows in what the rehearsal prints.
const clone = path.join(os.tmpdir(), "aks-calico-ebpf");

async function main(): Promise<void> {
  // Fails where the folder is there already: it may be somebody's.
  execFileSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
  try {
    for (const folder of ["node_modules", "policy/node_modules"])
      fs.symlinkSync(path.join(root, folder), path.join(clone, folder));
    const frames = await record("npm run rehearse", clone, { cols: 100, rows: 36 });
    fs.writeFileSync(path.join(root, "docs/rehearse.svg"), draw(frames));
  } finally {
    spawnSync("npm", ["run", "--silent", "rehearse", "--", "down"], { cwd: clone, stdio: "inherit" });
    fs.rmSync(clone, { recursive: true });
  }
}

main().catch((error: Error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
});
