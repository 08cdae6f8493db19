import fs from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../controlPlane/api";
import { type GoModule, moduleFiles } from "../programs/goModule";
import type { Progress } from "../system/progress";

export const documents = (file: string) =>
  loadAll(fs.readFileSync(file, "utf8")).filter(Boolean) as KubeObject[];

const calico: GoModule = {
  title: "Calico",
  folder: "calico",
  module: "github.com/projectcalico/calico",
  wanted: ["manifests/operator-crds.yaml", "charts/tigera-operator"],
  finish: (copies) => {
    // 1.7 MB of YAML takes a second to read, JSON 10 ms.
    const crds = path.join(copies, "manifests/operator-crds.yaml");
    fs.writeFileSync(`${crds}.json`, JSON.stringify(documents(crds)));
  },
};

/** A folder with Calico's CRDs and its chart, at their paths in Calico's repository. @throws Refusal */
export const calicoSource = (progress: Progress, env?: NodeJS.ProcessEnv): Promise<string> =>
  moduleFiles(calico, progress, env);
