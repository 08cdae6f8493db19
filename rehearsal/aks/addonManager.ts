// AKS's addon manager: applies its manifests again and again. Like the one it is made after (kubernetes/kubernetes
// cluster/addons/addon-manager/kube-addons.sh) it runs `kubectl apply`, whose 3-way merge puts back what the manifests
// say ("the supplied fields", README there) and leaves alone what others added.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { dump } from "js-yaml";
import { Api, collectionOf, type KubeObject } from "../controlPlane/api";
import type { Layout } from "../controlPlane/kwok";

/** The real one applies once a minute. */
const everyMs = 5000;

/** Applies for ever. A failed apply (the API server is away, a kind is not served yet) is logged and tried again. */
export async function runAddonManager(
  manifests: readonly KubeObject[],
  where: Layout,
  kubectl: string,
  log: (line: string) => void,
): Promise<never> {
  const [file, cache] = ["addons.yaml", "cache"].map((name) => path.join(where.folder, "addons", name));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // A document each: kubectl applies the others where one's kind is not served.
  fs.writeFileSync(file, manifests.map((one) => dump(one)).join("---\n"));
  const access = [`--kubeconfig=${where.kubeconfig}`, `--cache-dir=${cache}`];
  // Validation would fetch 2 MB of OpenAPI each time; the API server checks anyway.
  const args = [...access, "apply", "--validate=false", `-f=${file}`];
  const api = new Api(where, "aks");
  const cluster = () => Promise.all(manifests.map((one) => readDesired(api, one))).catch(() => undefined);
  for (let said = ""; ;) {
    const before = await cluster();
    const output = await new Promise<string>((resolve) =>
      execFile(kubectl, args, (_, stdout, stderr) => resolve(stdout + stderr)),
    );
    const changes = output.split("\n").filter((line) => line && !line.endsWith(" unchanged"));
    for (const line of output === said ? [] : changes) log(`addon manager: ${line}`);
    said = output;
    const [, version] = /no matches for kind "\w+" in version "(\S+)"/.exec(output) ?? [];
    if (!version) {
      // To run kubectl costs a hundred times what a look costs.
      do await pause(everyMs);
      while (before && changes.length === 0 && isDeepStrictEqual(await cluster(), before));
      continue;
    }
    // kubectl remembers for hours what is served.
    fs.rmSync(cache, { recursive: true, force: true });
    do await pause(300);
    while (!(await api.get(`/apis/${version}`).catch(() => undefined)));
  }
}

/** What an apply could change of an object. */
async function readDesired(api: Api, manifest: KubeObject): Promise<object | undefined> {
  const found = await api.get(`${collectionOf(manifest)}/${manifest.metadata.name}`);
  if (!found) return undefined;
  const { status: _, metadata, ...object } = found;
  const { resourceVersion: __, managedFields: ___, ...lasting } = metadata;
  return { ...object, metadata: lasting };
}
