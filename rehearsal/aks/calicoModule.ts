// Files of Calico's own source, taken out of the Go module that tools/calico/go.mod pins and go.sum verifies.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../controlPlane/api";
import { toolsFolder } from "../programs/catalogue";
import { binFolderVariable, cacheFolder, onPath } from "../programs/find";
import { runGo } from "../programs/goBuild";
import { Refusal } from "../system/refusal";
import { type Progress, step } from "../system/progress";

const module = "github.com/projectcalico/calico";

/** What is copied, as paths in the module. The rest is of no use here. */
const wanted = ["manifests/operator-crds.yaml", "charts/tigera-operator"];

export const documents = (file: string) =>
  loadAll(fs.readFileSync(file, "utf8")).filter(Boolean) as KubeObject[];

/**
 * A folder that holds `wanted`, at the same paths: `calico/` below the folder that AKS_CALICO_EBPF_BIN names, else the
 * user's cache, else filled from the Go module (Go checks its hash against go.sum), after which no Go is needed.
 * @throws Refusal where there is neither
 */
export async function calicoSource(
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = env[binFolderVariable] && path.resolve(env[binFolderVariable], "calico");
  if (given && fs.existsSync(path.join(given, wanted[0]))) return given;

  const pins = ["go.mod", "go.sum"].map((file) => fs.readFileSync(path.join(toolsFolder, "calico", file)));
  const hash = createHash("sha256").update(pins[0]).update(pins[1]).update(wanted.join()).digest("hex");
  const folder = path.join(cacheFolder(env), `calico-${hash.slice(0, 16)}`);
  if (fs.existsSync(folder)) return folder;

  const go = onPath("go", env);
  if (!go) {
    throw new Refusal(
      "Calico's CRDs are not there",
      `they come from the Go module ${module}, there is no Go on PATH, and ${folder} does not exist`,
      `install Go, or copy that folder from a machine that has it, or put ${wanted[0]} into the folder calico below ` +
        `the one that ${binFolderVariable} names`,
    );
  }
  await step(progress, "downloading Calico's source for its CRDs", async () => {
    const { code, stdout, stderr } = await runGo(go, ["mod", "download", "-json", module], "calico", { env });
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
    // 1.7 MB of YAML takes a second to read, JSON 10 ms.
    const crds = path.join(unfinished, wanted[0]);
    fs.writeFileSync(`${crds}.json`, JSON.stringify(documents(crds)));
    try {
      fs.renameSync(unfinished, folder);
    } catch {
      // Another process was quicker; its copy is the same.
      fs.rmSync(unfinished, { recursive: true, force: true });
    }
  });
  return folder;
}
