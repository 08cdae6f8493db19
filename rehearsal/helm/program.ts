// Finds Helm, or builds it: only when a stack has a release.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import {
  binFolderVariable,
  cachedFolder,
  cacheFolder,
  type FindOptions,
  goNeeded,
  isProgram,
  onPath,
} from "../binaries";
import { build, goProgram, type Program, toolsFolder } from "../host/goBuild";
import { withLock } from "../host/lock";
import { Refusal } from "../refusal";

/** What the pinned Helm calls itself. */
export const helmVersion = `v${
  /helm\.sh\/helm\/v3 v(\S+)/.exec(fs.readFileSync(path.join(toolsFolder, "helm", "go.mod"), "utf8"))?.[1]
}`;

/** Not one of the control plane's `programs`: a stack without a release does without. */
const helm: Program = {
  name: "helm",
  module: "helm",
  target: "helm.sh/helm/v3/cmd/helm",
  flags: [
    ...["-mod=readonly", "-trimpath", "-buildvcs=false"],
    `-ldflags=-s -w -X helm.sh/helm/v3/internal/version.version=${helmVersion}`,
  ],
};

/**
 * The path of Helm 3: in the folder that AKS_CALICO_EBPF_BIN names (that folder may well lack it), else in the user's
 * cache, else built there from tools/helm, else (no Go) the one on PATH.
 * @throws Refusal that says what to do: none of these, a Go that is too old, a failed build
 */
export async function findHelm(options: FindOptions): Promise<string> {
  const env = options.env ?? process.env;
  const given = env[binFolderVariable] && path.resolve(env[binFolderVariable], "helm");
  if (given && isProgram(given)) return given;

  const folder = cachedFolder(env, "helm", [helm]);
  const cached = path.join(folder, "helm");
  if (isProgram(cached)) return cached;

  const go = onPath("go", env);
  if (!go) return helmOnPath(env);
  await goProgram(go, env);
  await withLock(
    `${folder}.lock`,
    () => options.progress("waiting for another run that builds Helm ..."),
    async () => {
      if (!isProgram(cached)) await build(go, helm, folder, "1 of 1", { ...options, env });
    },
  );
  return cached;
}

function helmOnPath(env: NodeJS.ProcessEnv): string {
  const found = onPath("helm", env);
  const asked =
    found && spawnSync(found, ["version", "--template", "{{.Version}}"], { encoding: "utf8", env });
  const version = asked ? asked.stdout.trim() : "";
  if (found && /^v?3\./.test(version)) return found;
  const onPathIs = found ? `${found} is ${version || "no Helm"}, not Helm 3` : "no Helm on PATH";
  throw new Refusal(
    "Helm is neither there nor can it be built",
    `a Helm release is made by the real Helm 3: ${onPathIs}, no Go on PATH to build it, nothing in ` +
      `${cacheFolder(env)}, and no helm in the folder that ${binFolderVariable} names`,
    `install Go ${goNeeded()} or newer (go.dev/dl) and run the same command again; or put Helm 3 on PATH, or as helm ` +
      `into the folder that ${binFolderVariable} names`,
  );
}
