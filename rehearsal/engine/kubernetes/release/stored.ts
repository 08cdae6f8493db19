// A release as Helm keeps it: one Secret a revision, which holds JSON, gzipped and in base64
// (helm.sh/helm/v3 pkg/storage/driver, secrets.go and util.go).

import { gunzipSync } from "node:zlib";
import type { ApiClient } from "../client";
import type { KubeObject } from "../objects";

export interface StoredRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, `failed`, `pending-install`, ... (pkg/release/status.go). */
  readonly status: string;
  readonly description: string;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion?: string };
  /** The values that it was made with, without the chart's own. */
  readonly config: KubeObject;
  readonly manifest: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The newest revision of a release; undefined = there is none. */
export async function readRelease(
  api: ApiClient,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<StoredRelease | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
  const query = { labelSelector: `owner=helm,name=${name}` };
  const list = await api.request("GET", path, { query, signal });
  const revisionOf = (secret: KubeObject) => Number(secret.metadata.labels.version);
  const secrets: KubeObject[] = list.items ?? [];
  const newest = secrets.sort((a, b) => revisionOf(a) - revisionOf(b)).at(-1);
  return newest && decode(newest);
}

function decode(secret: KubeObject): StoredRelease {
  const inner = Buffer.from(String(secret.data.release), "base64").toString("latin1");
  const release = JSON.parse(gunzipSync(Buffer.from(inner, "base64")).toString("utf8"));
  return {
    name: release.name,
    namespace: release.namespace,
    revision: release.version,
    status: release.info.status,
    description: release.info.description ?? "",
    chart: release.chart.metadata,
    config: release.config ?? {},
    manifest: release.manifest ?? "",
    labels: secret.metadata.labels,
  };
}
