// AKS's addon manager: applies its manifests again and again. Like the one it is made after (kubernetes/kubernetes
// cluster/addons/addon-manager/kube-addons.sh) it runs `kubectl apply`, whose 3-way merge puts back what the manifests
// say ("the supplied fields", README there) and leaves alone what others added.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Api, KubeObject } from "../controlPlane/api";

export interface AddonManagerOptions {
  readonly kubectl: string;
  readonly kubeconfigFile: string;
  /** Where the manifests and kubectl's cache lie. */
  readonly folder: string;
  readonly everySeconds: number;
  readonly log: (line: string) => void;
}

/** Applies until `signal` fires. A failed apply (the API server is away, say) is logged and tried again. */
export async function runAddonManager(
  api: Api,
  manifests: readonly KubeObject[],
  options: AddonManagerOptions,
  signal: AbortSignal,
): Promise<void> {
  const folder = path.join(options.folder, "addons");
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "addons.json");
  const cache = path.join(folder, "cache");
  const args = [
    `--kubeconfig=${options.kubeconfigFile}`,
    `--cache-dir=${cache}`,
    "apply",
    // Validation would fetch 2 MB of OpenAPI each time; the API server checks anyway.
    "--validate=false",
    `--filename=${file}`,
  ];
  let known = 0;
  while (!signal.aborted) {
    // kubectl refuses a whole file for one kind that is not served yet, and looks for it at length.
    const items = known === manifests.length ? manifests : await servedOf(api, manifests);
    const more = items.length !== known;
    if (more) {
      fs.writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2));
      // kubectl remembers for hours what is served.
      fs.rmSync(cache, { recursive: true, force: true });
      known = items.length;
    }
    if (more || known === manifests.length) {
      const { code, output } = await run(options.kubectl, args, signal);
      for (const line of output.split("\n")) {
        if (line && (code !== 0 || !line.endsWith(" unchanged"))) options.log(`addon manager: ${line}`);
      }
    }
    const seconds = known === manifests.length ? options.everySeconds : 0.1;
    await pause(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

/** Those whose kind the API server serves; none where it does not answer. */
async function servedOf(api: Api, manifests: readonly KubeObject[]): Promise<KubeObject[]> {
  const kinds = new Map<string, string[]>();
  try {
    for (const version of new Set(manifests.map(({ apiVersion }) => apiVersion!))) {
      const list = await api.get<any>(version.includes("/") ? `/apis/${version}` : `/api/${version}`);
      kinds.set(
        version,
        (list?.resources ?? []).map((resource: any) => resource.kind),
      );
    }
  } catch {
    return [];
  }
  return manifests.filter(({ apiVersion, kind }) => kinds.get(apiVersion!)?.includes(kind!));
}

function run(
  kubectl: string,
  args: string[],
  signal: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(kubectl, args, { stdio: ["ignore", "pipe", "pipe"], signal });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}
