// AKS's addon manager: applies its manifests again and again. Like the one it is made after (kubernetes/kubernetes
// cluster/addons/addon-manager/kube-addons.sh) it runs `kubectl apply`, whose 3-way merge puts back what the manifests
// say ("the supplied fields", README there) and leaves alone what others added.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Api, KubeObject } from "../controlPlane/api";
import type { Layout } from "../controlPlane/kwok";

/** Applies for ever. A failed apply (the API server is away, say) is logged and tried again. */
export async function runAddonManager(
  api: Api,
  manifests: readonly KubeObject[],
  where: Layout,
  options: { readonly kubectl: string; readonly addonSeconds: number },
  log: (line: string) => void,
): Promise<never> {
  const folder = path.join(where.folder, "addons");
  const file = path.join(folder, "addons.json");
  const cache = path.join(folder, "cache");
  fs.mkdirSync(folder, { recursive: true });
  // Validation would fetch 2 MB of OpenAPI each time; the API server checks anyway.
  const args = [
    `--kubeconfig=${where.kubeconfig}`,
    `--cache-dir=${cache}`,
    "apply",
    "--validate=false",
    `-f=${file}`,
  ];
  let known = 0;
  for (;;) {
    // kubectl refuses a whole file for one kind that is not served yet, and looks for it at length.
    const items = known === manifests.length ? manifests : await servedOf(api, manifests);
    const more = items.length !== known;
    if (more) {
      fs.writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2));
      // kubectl remembers for hours what is served.
      fs.rmSync(cache, { recursive: true, force: true });
      known = items.length;
    }
    const all = known === manifests.length;
    if (more || all) {
      const output = await new Promise<string>((resolve) =>
        execFile(options.kubectl, args, (error, stdout, stderr) => resolve(error ? stdout + stderr : stdout)),
      );
      for (const line of output.split("\n")) {
        if (line && !line.endsWith(" unchanged")) log(`addon manager: ${line}`);
      }
    }
    await pause((all ? options.addonSeconds : 0.1) * 1000);
  }
}

/** Those whose kind the API server serves; none where it does not answer. */
async function servedOf(api: Api, manifests: readonly KubeObject[]): Promise<KubeObject[]> {
  const kinds = new Map<string, string[]>();
  try {
    for (const version of new Set(manifests.map(({ apiVersion }) => apiVersion!))) {
      const list = await api.get<any>(version.includes("/") ? `/apis/${version}` : `/api/${version}`);
      const resources: { kind: string }[] = list?.resources ?? [];
      kinds.set(
        version,
        resources.map(({ kind }) => kind),
      );
    }
  } catch {
    return [];
  }
  return manifests.filter(({ apiVersion, kind }) => kinds.get(apiVersion!)?.includes(kind!));
}
