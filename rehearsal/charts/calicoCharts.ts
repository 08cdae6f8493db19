// The stand-in for Calico's chart repository: the chart in Calico's Go module, made to look like the version asked for.
// Its `crds/` stand in for what the operator makes itself when it starts, from v3.32 on, where the chart has none
// (projectcalico/calico#11727; tigera/operator cmd/main.go, `manageCRDs`). So a kind of Calico's in the values, which
// the real chart of v3.32 could not create, can be created here. From v3.33 on the operator decides which they are.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { calicoCrds } from "../aks/crds";
import { calicoSource } from "../aks/calicoModule";
import { isNativeV3, releaseAnnotation } from "../calicoOperator/releases";
import type { KubeObject } from "../controlPlane/api";
import type { Progress } from "../system/progress";

const name = "tigera-operator";

/** Calico's version in the Go module that tools/calico/go.mod pins (charts/tigera-operator/values.yaml, calicoctl.tag). */
const moduleVersion = "v3.28.5";

/** Release lines and patches that the index lists, more than there are: Helm takes a version only if it stands there. */
const minors = { first: 20, last: 33 };
const patches = 10;

const metadata = (version: string) => ({ apiVersion: "v2", name, version, appVersion: version });

/**
 * The chart crd.projectcalico.org.v1 is not listed: what Helm records of it as a release exceeds the megabyte that
 * Kubernetes gives a Secret (tigera/docs#2636).
 */
function index(): string {
  const versions = Array.from({ length: (minors.last - minors.first + 1) * patches }, (_, number) => {
    return `v3.${minors.first + Math.floor(number / patches)}.${number % patches}`;
  });
  const entries = versions.map((version) => ({ ...metadata(version), urls: [`${name}-${version}.tgz`] }));
  // JSON is YAML.
  return JSON.stringify({ apiVersion: "v1", entries: { [name]: entries } });
}

/** @param folder keeps the archives that were made @returns undefined = the repository has no such file */
export async function repositoryFile(
  file: string,
  folder: string,
  progress: Progress,
): Promise<string | Buffer | undefined> {
  if (file === "index.yaml") return index();
  const version = /^tigera-operator-(v\d+\.\d+\.\d+)\.tgz$/.exec(file)?.[1];
  if (!version) return undefined;
  const archive = path.join(folder, file);
  if (!fs.existsSync(archive)) await writeArchive(archive, version, progress);
  if (version !== moduleVersion) {
    progress(
      `the chart of Calico ${moduleVersion} stands in for ${version} and knows none of its newer values`,
    );
  }
  return fs.readFileSync(archive);
}

/** The chart's own templates, and the CRDs with the fields that came up to the version asked for. */
async function writeArchive(archive: string, version: string, progress: Progress): Promise<void> {
  fs.mkdirSync(path.dirname(archive), { recursive: true });
  const folder = fs.mkdtempSync(`${archive}.`);
  try {
    const chart = path.join(folder, name);
    fs.cpSync(path.join(await calicoSource(progress), "charts", name), chart, { recursive: true });
    fs.writeFileSync(path.join(chart, "Chart.yaml"), dump(metadata(version)));

    const file = path.join(chart, "values.yaml");
    const values = load(fs.readFileSync(file, "utf8")) as Record<string, any>;
    values.podAnnotations = { ...values.podAnnotations, [releaseAnnotation]: version };
    fs.writeFileSync(file, dump(values));

    const template = path.join(chart, "templates/tigera-operator/02-tigera-operator.yaml");
    const environment = "{{- with .Values.tigeraOperator.env }}{{- toYaml . | nindent 12 }}{{- end }}";
    const text = fs.readFileSync(template, "utf8");
    fs.writeFileSync(template, text.replace("          envFrom:", `            ${environment}\n$&`));

    const crds = path.join(chart, "crds");
    fs.rmSync(crds, { recursive: true });
    fs.mkdirSync(crds);
    const isOperators = ({ spec }: KubeObject) => spec.group === "operator.tigera.io";
    const all = await calicoCrds(progress, version.slice(1));
    for (const crd of isNativeV3(version.slice(1)) ? all.filter(isOperators) : all) {
      fs.writeFileSync(path.join(crds, `${crd.metadata.name}.yaml`), JSON.stringify(crd));
    }
    execFileSync("tar", ["-czf", `${chart}.tgz`, "-C", folder, name]);
    fs.renameSync(`${chart}.tgz`, archive);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
