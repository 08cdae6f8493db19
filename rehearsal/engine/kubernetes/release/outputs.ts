// What is recorded of a release (helm_release.go, setReleaseAttributes and checkpointRelease).

import { loadAll } from "js-yaml";
import type { Json, Props, State } from "../../provider";
import type { KubeObject } from "../objects";
import type { StoredRelease } from "./stored";

/** @param known the inputs, or the outputs that were recorded before. */
export function releaseState(known: Props, live: StoredRelease): State {
  const { chart } = live;
  return {
    id: `${live.namespace}/${live.name}`,
    outputs: {
      ...known,
      values: merged(known.values ?? {}, live.config as Json),
      version: chart.version,
      resourceNames: resourceNames(live.manifest),
      status: {
        appVersion: chart.appVersion ?? "",
        chart: chart.name,
        name: live.name,
        namespace: live.namespace,
        revision: live.revision,
        status: live.status,
        version: chart.version,
      },
    },
  };
}

/** Maps key by key, the second before the first (pkg/helm, MergeMaps). */
function merged(first: Json, second: Json): Json {
  const isMap = (value: Json): value is Props =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(first) || !isMap(second)) return second;
  const both = { ...first };
  for (const [key, value] of Object.entries(second)) {
    both[key] = key in first ? merged(first[key], value) : value;
  }
  return both;
}

/** Names by `<kind>.<group>/<apiVersion>`, sorted (manifest_json.go, convertYAMLManifestToJSON). */
export function resourceNames(manifest: string): Record<string, string[]> {
  const names: Record<string, Set<string>> = {};
  for (const object of loadAll(manifest) as (KubeObject | null)[]) {
    if (!object?.kind) continue;
    const apiVersion = String(object.apiVersion);
    const kind = apiVersion.includes("/") ? `${object.kind}.${apiVersion.split("/")[0]}` : object.kind;
    const { name, namespace } = object.metadata ?? {};
    (names[`${kind}/${apiVersion}`] ??= new Set()).add(namespace ? `${namespace}/${name}` : String(name));
  }
  return Object.fromEntries(Object.entries(names).map(([kind, set]) => [kind, [...set].sort()]));
}
