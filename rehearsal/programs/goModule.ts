// Files of somebody's own source, taken out of the Go module that a go.mod in tools/ pins and its go.sum verifies.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { type Progress, step } from "../system/progress";
import { Refusal } from "../system/refusal";
import { toolsFolder } from "./catalogue";
import { binFolderVariable, cacheFolder, onPath } from "./find";
import { runGo } from "./goBuild";

export interface GoModule {
  /** For people: `Calico`. */
  readonly title: string;
  /** The folder below `tools/`. */
  readonly folder: string;
  readonly module: string;
  /** What is copied, as paths in the module. The rest is of no use here. */
  readonly wanted: readonly string[];
  /** What else is made of the copies, once. */
  readonly finish?: (copies: string) => void;
}

/**
 * A folder that holds what is wanted, at the same paths: `folder` below the one that AKS_CALICO_EBPF_BIN names, else
 * the user's cache, else filled from the Go module (Go checks its hash against go.sum), after which no Go is needed.
 * @throws Refusal where there is neither
 */
export async function moduleFiles(
  { title, folder: name, module, wanted, finish }: GoModule,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = env[binFolderVariable] && path.resolve(env[binFolderVariable], name);
  if (given && fs.existsSync(path.join(given, wanted[0]))) return given;

  const pins = ["go.mod", "go.sum"].map((file) => fs.readFileSync(path.join(toolsFolder, name, file)));
  const hash = createHash("sha256").update(pins[0]).update(pins[1]).update(wanted.join()).digest("hex");
  const folder = path.join(cacheFolder(env), `${name}-${hash.slice(0, 16)}`);
  if (fs.existsSync(folder)) return folder;

  const go = onPath("go", env);
  if (!go) {
    throw new Refusal(
      `${title}'s CRDs are not there`,
      `they come from the Go module ${module}, there is no Go on PATH, and ${folder} does not exist`,
      `install Go, or copy that folder from a machine that has it, or put ${wanted[0]} into the folder ${name} below ` +
        `the one that ${binFolderVariable} names`,
    );
  }
  await step(progress, `downloading ${title}'s source for its CRDs`, async () => {
    const { code, stdout, stderr } = await runGo(go, ["mod", "download", "-json", module], name, { env });
    const answer = stdout.startsWith("{") ? (JSON.parse(stdout) as { Dir?: string; Error?: string }) : {};
    if (code !== 0 || !answer.Dir) {
      throw new Refusal(
        `go mod download ${module} failed`,
        answer.Error ?? stderr.trim(),
        "check the network and `go env GOPROXY`, then run the same command again",
      );
    }
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    const unfinished = fs.mkdtempSync(`${folder}.`);
    for (const part of wanted)
      fs.cpSync(path.join(answer.Dir, part), path.join(unfinished, part), { recursive: true });
    // Go keeps its modules read-only, and a read-only folder can be neither moved nor removed.
    execFileSync("chmod", ["-R", "u+w", unfinished]);
    finish?.(unfinished);
    try {
      fs.renameSync(unfinished, folder);
    } catch {
      // Another process was quicker; its copy is the same.
      fs.rmSync(unfinished, { recursive: true, force: true });
    }
  });
  return folder;
}
