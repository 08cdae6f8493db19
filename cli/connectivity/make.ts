// Makes an object in a namespace of our own, or the namespace itself.
import { ApiError, type Cluster, type KubeObject, wordsOf } from "../cluster";
import { Ended, exit } from "../exit";
import { rootOf } from "../status/reads";

/** Of the kinds that are made here. */
const pluralOf = (kind: string) => `${kind.toLowerCase().replace(/y$/, "ie")}s`;

/** @param namespace undefined = it is the namespace @param advice where it is refused @throws Ended */
export async function makeObject(
  cluster: Cluster,
  namespace: string | undefined,
  object: any,
  advice: string,
): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = object;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  try {
    return await cluster.post(`${rootOf(apiVersion)}${place}/${pluralOf(kind)}`, object);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const words = `${kind} ${metadata.name} could not be made: ${wordsOf(error)}`;
    throw new Ended(words, advice, exit.failed);
  }
}
