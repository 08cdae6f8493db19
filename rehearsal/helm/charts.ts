// Where a release's chart comes from. A rehearsal reaches no chart repository, so only a chart on disk, and Calico's
// own ones out of its Go module, can be had.
import fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import type { Progress } from "../host/progress";
import { Refusal } from "../refusal";
import { calicoChart, isCalicoRepository } from "./calicoCharts";
import { fileInArchive } from "./archive";

/** A chart as a release names it. */
export interface ChartReference {
  readonly chart: string;
  /** URL of a repository, or the name of one that somebody added to his Helm. */
  readonly repository?: string;
  /** As the program asked for it; undefined = the newest. */
  readonly version?: string;
}

export interface Chart {
  /** The chart's own version, which is recorded in place of the one asked for. */
  readonly version: string;
  /** What the user must know about it; with values: also which of them it does not know. */
  note?(values: Record<string, unknown>): string;
  /** Path that Helm can read it from; may write into `folder`. */
  open(folder: string, progress: Progress): Promise<string>;
}

/**
 * @param base folder that a relative path starts from.
 * @throws Refusal where the chart cannot be had
 */
export function findChart({ chart, repository, version }: ChartReference, base: string): Chart {
  const name = chart.trim();
  const oci = name.startsWith("oci://");
  if (!oci && repository && isCalicoRepository(repository)) {
    const standIn = calicoChart(name, version);
    if (standIn) return standIn;
  } else if (!oci && !repository) {
    const local = localChart(name, base);
    if (local) return local;
  }
  const from = repository ? ` of ${repository}` : "";
  throw new Refusal(
    `chart ${name}${from} cannot be had in a rehearsal`,
    `it reaches no chart repository and no registry, and ${path.resolve(base, name)} is no chart; only Calico's ` +
      "tigera-operator of https://docs.tigera.io/calico/charts has a stand-in",
    "fetch the chart with `helm pull` and give its folder or .tgz as `chart`, without `repositoryOpts`; or run this " +
      "program with the real Pulumi CLI",
  );
}

/** As pulumi-kubernetes' localChart: a folder counts only with a Chart.yaml. */
function localChart(name: string, base: string): Chart | undefined {
  const place = path.resolve(base, name);
  const found = fs.statSync(place, { throwIfNoEntry: false });
  const file = path.join(place, "Chart.yaml");
  if (!found || (found.isDirectory() && !fs.existsSync(file))) {
    if (!found && (path.isAbsolute(name) || name.startsWith("."))) {
      throw new Refusal(
        `path "${name}" not found`,
        `there is no ${place}`,
        "give `chart` the path of a chart's folder or .tgz; a relative one starts from the program's folder",
      );
    }
    return undefined;
  }
  return { version: versionOf(found.isDirectory() ? fs.readFileSync(file) : archived(place), place), open };
  async function open() {
    return place;
  }
}

function archived(file: string): Buffer {
  try {
    const found = fileInArchive(fs.readFileSync(file), /^[^/]+\/Chart\.yaml$/);
    if (found) return found;
  } catch {
    // Neither a gzip nor a tar: the same as an archive without a chart.
  }
  throw notAChart(file, "it is no .tgz with a Chart.yaml in it");
}

function versionOf(text: Buffer, place: string): string {
  let metadata: unknown;
  try {
    metadata = load(text.toString("utf8"));
  } catch (error) {
    throw notAChart(place, `its Chart.yaml cannot be read: ${(error as Error).message}`);
  }
  const version = (metadata as { version?: unknown } | null)?.version;
  if (typeof version !== "string") throw notAChart(place, "its Chart.yaml names no version");
  return version;
}

const notAChart = (place: string, why: string) =>
  new Refusal(
    `${place} is not a chart`,
    why,
    "give the path of a chart's folder or of a .tgz of `helm package`",
  );
