// Reads the cluster into the archive. What cannot be read does not stop it, and is named.
import pMap from "p-map";
import { ApiError, atOnce, type Cluster, type KubeObject, wordsOf } from "../cluster";
import { type Read, urlOf } from "../status/reads";
import type { Archive } from "./archive";
import { logsOf } from "./logs";
import { fileOf, reads } from "./reads";

/** What is not in the archive. */
export class Gaps {
  /** And why. */
  readonly unread = new Map<string, string>();
  /** What the cluster does not have. */
  readonly absent: string[] = [];
  rightsMissing = false;

  add(what: string, error: unknown): void {
    this.unread.set(what, wordsOf(error));
    this.rightsMissing ||= error instanceof ApiError && error.code === 403;
  }
}

/** @returns what was found */
export async function collectObjects(
  cluster: Cluster,
  archive: Archive,
  gaps: Gaps,
): Promise<Map<Read, KubeObject>> {
  const found = new Map<Read, KubeObject>();
  const look = async (one: Read) => {
    const file = fileOf(one);
    try {
      const object = await cluster.get(urlOf(one));
      found.set(one, object);
      archive.object(file, withKinds(object));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) gaps.absent.push(file);
      else gaps.add(file, error);
    }
  };
  await Promise.all(reads.map(look));
  return found;
}

/** The API server says the kind of a list's items once; kubectl prints it for each. */
function withKinds(object: any): object {
  if (object.items === undefined) return object;
  const { apiVersion, kind } = object;
  const items = object.items.map((one: object) => ({ apiVersion, kind: kind.replace(/List$/, ""), ...one }));
  return { ...object, items };
}

/** A node that does not answer is waited for no longer; as many pods as are asked at once are waited for together. */
const patienceMs = 10_000;

/** @returns how many logs there are */
export async function collectLogs(
  cluster: Cluster,
  archive: Archive,
  gaps: Gaps,
  pods: readonly KubeObject[],
  lines: number,
): Promise<number> {
  let count = 0;
  const look = async (pod: KubeObject) => {
    const until = AbortSignal.timeout(patienceMs);
    for (const { file, url } of logsOf(pod, lines))
      try {
        archive.text(file, await cluster.read(url, undefined, until));
        count++;
      } catch (error) {
        gaps.add(`${file} (on ${pod.spec.nodeName})`, error);
      }
  };
  await pMap(pods, look, { concurrency: atOnce });
  return count;
}
