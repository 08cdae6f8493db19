// The stand-in for the chart of docs.tigera.io: the one in Calico's Go module, made to look like the version asked for.
// Its `crds/` stand in for what the operator makes itself when it starts, from v3.32 on, where the chart has none
// (projectcalico/calico#11727; tigera/operator cmd/main.go, `manageCRDs`). So a kind of Calico's in the values, which
// the real chart of v3.32 could not create, can be created here.
import fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { calicoCrds } from "../aks/crds";
import { calicoSource } from "../aks/calicoModule";
import type { Progress } from "../controlPlane/progress";
import { Refusal } from "../refusal";
import type { Chart } from "../helm/charts";

/** Calico's version in the Go module that tools/calico/go.mod pins (charts/tigera-operator/values.yaml, calicoctl.tag). */
export const chartVersion = "v3.28.5";

/** On the pod template of the operator's Deployment: the version that was asked for. */
export const versionAnnotation = "aks-calico-ebpf.rehearsal/calico-version";

/** The chart that has held the CRDs since v3.32 (charts/crd.projectcalico.org.v1). */
const CRD_CHART = "crd.projectcalico.org.v1";

/** The repository's address, and the one that the charts' README gave before. */
export function isCalicoRepository(url: string): boolean {
  return /^https:\/\/(docs\.tigera\.io\/calico\/charts|projectcalico\.docs\.tigera\.io\/charts)\/?$/.test(
    url,
  );
}

/** @returns undefined where Calico's repository has no such chart, or we have no stand-in for it. */
export function calicoChart(name: string, asked: string | undefined): Chart | undefined {
  if (name === CRD_CHART) {
    throw new Refusal(
      `chart ${name} cannot be installed as a release`,
      "what Helm would record of it exceeds the megabyte that Kubernetes gives a Secret (tigera/docs#2636)",
      "leave it out: from v3.32 on Calico's operator makes the CRDs itself when it starts, before that the chart " +
        "tigera-operator brings them",
    );
  }
  if (name !== "tigera-operator") return undefined;
  const version = exact(name, asked?.trim() || chartVersion);
  return {
    version,
    note: (values) => noteOn(version, values),
    async open(folder, progress) {
      const target = path.join(folder, name);
      await writeChart(target, version, progress);
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

/** The chart's own templates, and the CRDs with the fields that came up to the version asked for. */
async function writeChart(target: string, version: string, progress: Progress): Promise<void> {
  const source = path.join(await calicoSource(progress), "charts", "tigera-operator");
  fs.cpSync(source, target, { recursive: true });
  const metadata = { apiVersion: "v2", name: "tigera-operator", version, appVersion: version };
  fs.writeFileSync(path.join(target, "Chart.yaml"), dump(metadata));

  const file = path.join(target, "values.yaml");
  const values = load(fs.readFileSync(file, "utf8")) as Record<string, any>;
  values.podAnnotations = { ...values.podAnnotations, [versionAnnotation]: version };
  fs.writeFileSync(file, dump(values));

  const crds = path.join(target, "crds");
  fs.rmSync(crds, { recursive: true });
  fs.mkdirSync(crds);
  for (const crd of await calicoCrds(progress, version.slice(1))) {
    fs.writeFileSync(path.join(crds, `${crd.metadata.name}.yaml`), JSON.stringify(crd));
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
