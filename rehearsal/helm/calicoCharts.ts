// Stand-ins for the charts of docs.tigera.io: the chart in Calico's Go module, made to look like the version asked for.
// Which chart holds what: the CRDs left `tigera-operator` for `crd.projectcalico.org.v1`, where they are templates, in
// v3.32 (projectcalico/calico#11727, charts/crd.projectcalico.org.v1).
import fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { calicoCrds } from "../aks/crds";
import { calicoSource } from "../aks/calicoModule";
import type { Progress } from "../host/progress";
import { Refusal } from "../refusal";
import type { Chart } from "./charts";

/** Calico's version in the Go module that tools/calico/go.mod pins (charts/tigera-operator/values.yaml, calicoctl.tag). */
export const chartVersion = "v3.28.5";

/** On the pod template of the operator's Deployment: the version that was asked for. */
export const versionAnnotation = "aks-calico-ebpf.rehearsal/calico-version";

const FIRST_WITH_CRD_CHART = "v3.32.0";

const older = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true }) < 0;

/** The repository's address, and the one that the charts' README gave before. */
export function isCalicoRepository(url: string): boolean {
  return /^https:\/\/(docs\.tigera\.io\/calico\/charts|projectcalico\.docs\.tigera\.io\/charts)\/?$/.test(
    url,
  );
}

/** @returns undefined where Calico's repository has no such chart, or we have no stand-in for it. */
export function calicoChart(name: string, asked: string | undefined): Chart | undefined {
  const build = { "tigera-operator": operatorChart, "crd.projectcalico.org.v1": crdChart }[name];
  if (!build) return undefined;
  const version = exact(name, asked?.trim() || chartVersion);
  if (build === crdChart && older(version, FIRST_WITH_CRD_CHART)) {
    throw new Refusal(
      `there is no chart ${name} of ${version}`,
      `it came with ${FIRST_WITH_CRD_CHART}; before, the CRDs were in the chart tigera-operator`,
      "leave this release out",
    );
  }
  return {
    version,
    note: (values) => noteOn(version, build === operatorChart ? values : {}),
    async open(folder, progress) {
      const target = path.join(folder, name);
      await build(target, version, progress);
      return target;
    },
  };
}

function exact(name: string, asked: string): string {
  const [, digits] = /^v?(\d+\.\d+\.\d+)$/.exec(asked) ?? [];
  if (digits) return `v${digits}`;
  throw new Refusal(
    `version ${asked} of chart ${name} is not one exact version`,
    "a rehearsal reaches no repository in which a range could be looked up",
    `write the version out, such as ${chartVersion}`,
  );
}

/** The chart's own templates; `crds/` with the fields of the version asked for, or without where the chart has none. */
async function operatorChart(target: string, version: string, progress: Progress): Promise<void> {
  const source = path.join(await calicoSource(progress), "charts", "tigera-operator");
  fs.cpSync(source, target, { recursive: true });
  fs.rmSync(path.join(target, "crds"), { recursive: true, force: true });
  writeMetadata(target, "tigera-operator", version);
  const file = path.join(target, "values.yaml");
  const values = load(fs.readFileSync(file, "utf8")) as Record<string, any>;
  values.podAnnotations = { ...values.podAnnotations, [versionAnnotation]: version };
  fs.writeFileSync(file, dump(values));
  if (older(version, FIRST_WITH_CRD_CHART)) {
    await writeCrds(path.join(target, "crds"), "yaml", version, progress);
  }
}

async function crdChart(target: string, version: string, progress: Progress): Promise<void> {
  // As files that one template shows: in the texts of the CRDs nothing is to be taken for a template.
  await writeCrds(path.join(target, "definitions"), "json", version, progress);
  fs.mkdirSync(path.join(target, "templates"));
  const all = `{{- range $path, $_ := .Files.Glob "definitions/*.json" }}\n---\n{{ $.Files.Get $path }}\n{{- end }}\n`;
  fs.writeFileSync(path.join(target, "templates", "crds.yaml"), all);
  writeMetadata(target, "crd.projectcalico.org.v1", version);
}

function writeMetadata(target: string, name: string, version: string): void {
  const metadata = { apiVersion: "v2", name, version, appVersion: version };
  fs.writeFileSync(path.join(target, "Chart.yaml"), dump(metadata));
}

async function writeCrds(folder: string, ext: string, version: string, progress: Progress): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  for (const crd of await calicoCrds(progress, version.slice(1))) {
    fs.writeFileSync(path.join(folder, `${crd.metadata.name}.${ext}`), JSON.stringify(crd));
  }
}

/** Top-level values of the chart in the module (charts/tigera-operator/values.yaml). */
export const knownValues = new Set([
  ...["affinity", "apiServer", "calicoctl", "certs", "defaultFelixConfiguration", "imagePullSecrets"],
  ...["installation", "kubeletVolumePluginPath", "kubernetesServiceEndpoint", "nodeSelector"],
  ...["podAnnotations", "podLabels", "priorityClassName", "resources", "tigeraOperator", "tolerations"],
]);

function noteOn(version: string, values: Record<string, unknown>): string {
  const standIn =
    version === chartVersion ? [] : [`the chart of Calico ${chartVersion} stands in for ${version}`];
  const ignored = Object.keys(values).filter((name) => !knownValues.has(name));
  if (ignored.length > 0) standIn.push(`the chart of ${chartVersion} does not know ${ignored.join(", ")}`);
  return standIn.join("; ");
}
