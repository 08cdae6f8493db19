import fs from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import type { Api, KubeObject } from "../controlPlane/api";
import type { Progress } from "../system/progress";
import { until } from "../system/wait";
import { calicoSource } from "./calicoModule";
import { addLaterFields } from "./laterFields";

const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** The CRDs of Calico and its operator, with the fields that came later, up to `version` (such as `3.31.2`). */
export async function calicoCrds(progress: Progress, version: string): Promise<KubeObject[]> {
  const file = path.join(await calicoSource(progress), "manifests", "operator-crds.yaml");
  // 1.7 MB of YAML takes a second to read, JSON 10 ms.
  const parsed = `${file}.json`;
  let crds: KubeObject[];
  if (fs.existsSync(parsed)) {
    crds = JSON.parse(fs.readFileSync(parsed, "utf8"));
  } else {
    const all = loadAll(fs.readFileSync(file, "utf8")) as (KubeObject | null)[];
    crds = all.filter((one) => one?.kind === "CustomResourceDefinition") as KubeObject[];
    try {
      fs.writeFileSync(`${parsed}.${process.pid}`, JSON.stringify(crds));
      fs.renameSync(`${parsed}.${process.pid}`, parsed);
    } catch {
      // A folder that is not ours to write to: parsed again the next time.
    }
  }
  addLaterFields(crds, version);
  return crds;
}

/** Creates the CRDs that are not there yet and waits until the API server serves them all. */
export async function installCrds(api: Api, crds: KubeObject[], signal?: AbortSignal): Promise<void> {
  await Promise.all(crds.map((crd) => api.ensure(collection, crd)));
  let pending = crds;
  const served = async () => {
    // Asked by group, not by CRD: the CRDs are a megabyte of JSON, what the API server says it serves is not.
    const groups = new Set(pending.map(({ spec }) => `${spec.group}/${spec.versions[0].name}`));
    const lists = await Promise.all([...groups].map((group) => api.get<any>(`/apis/${group}`)));
    const names = lists.flatMap((list) =>
      (list?.resources ?? []).map(({ name }: any) => `${name}.${list.groupVersion.split("/")[0]}`),
    );
    pending = pending.filter(({ metadata }) => !names.includes(metadata.name));
    return pending.length === 0 || undefined;
  };
  const detail = () => `not yet: ${pending.map(({ metadata }) => metadata.name).join(", ")}`;
  await until("Calico's CRDs to be served", served, { seconds: 60, signal, detail });
}
