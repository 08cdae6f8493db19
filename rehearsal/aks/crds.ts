import fs from "node:fs";
import path from "node:path";
import type { Api, KubeObject } from "../controlPlane/api";
import type { Progress } from "../system/progress";
import { until } from "../system/wait";
import type { CalicoApi } from "../controlPlane/cluster";
import { nativeV3 } from "./calicoApi";
import { calicoSource, documents } from "./calicoModule";
import { addLaterFields } from "./laterFields";

const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** The CRDs of Calico and its operator, with the fields that came later, up to `version` (such as `3.31.2`). */
export async function calicoCrds(
  progress: Progress,
  version: string,
  api: CalicoApi = "crd.projectcalico.org/v1",
): Promise<KubeObject[]> {
  const file = path.join(await calicoSource(progress), "manifests", "operator-crds.yaml");
  const crds: KubeObject[] = fs.existsSync(`${file}.json`)
    ? JSON.parse(fs.readFileSync(`${file}.json`, "utf8"))
    : documents(file);
  addLaterFields(crds, version);
  return api === "projectcalico.org/v3" ? nativeV3(crds) : crds;
}

/** Creates the CRDs that are not there yet and waits until the API server serves them all. */
export async function installCrds(api: Api, crds: KubeObject[], signal?: AbortSignal): Promise<void> {
  await Promise.all(crds.map((crd) => api.ensure(collection, crd)));
  let pending = crds;
  const served = async () => {
    // Asked by group, not by CRD: the CRDs are a megabyte of JSON, what the API server says it serves is not.
    const groups = new Set(pending.map(({ spec }) => `${spec.group}/${spec.versions[0].name}`));
    const lists = await Promise.all([...groups].map((group) => api.get(`/apis/${group}`)));
    const names = lists.flatMap((list) => list?.resources.map(({ name }: any) => name));
    pending = pending.filter(({ spec }) => !names.includes(spec.names.plural));
    return pending.length === 0 || undefined;
  };
  const detail = () => `not yet: ${pending.map(({ metadata }) => metadata.name).join(", ")}`;
  await until("the CRDs to be served", served, { seconds: 60, signal, detail });
}
