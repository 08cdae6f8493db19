// What somebody has changed in Azure since Pulumi saw the cluster. An update is a PUT of the whole cluster: it would undo
// that, and its preview, which compares with what is recorded, would not show it.
import { isDeepStrictEqual } from "node:util";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import { importedAsFound } from "./imported";
import { contains, isOfAks, isKnown, isSecret, normalized, poolIn, valueAt, withValueAt } from "./liveValues";
import { azureHas, clean, isMap } from "./recorded";
import type { AskedPool, ClusterBody, LiveCluster, Members, Recorded } from "./types";

/**
 * Refused where an update of the cluster would be sent: a refresh brings what is recorded up to date, and its preview shows
 * what would be taken away. Versions are sent as they are, and numbers that nobody has written; but for a cluster that is
 * taken over, whose pools are sent as they are recorded (imported.ts).
 * @param body what is sent, resolved; @param recorded undefined where the state is not told
 */
export function unseenChanges(
  plan: AksClusterPlan,
  { agentPoolProfiles: _, identity: __, ...body }: ClusterBody,
  [system]: AskedPool[],
  recorded: Recorded | undefined,
  live: LiveCluster,
): Finding[] {
  // The generic resource of a cluster without kube-proxy is answered by another version of the API.
  if (recorded?.answer === undefined || !plan.hasKubeProxy || plan.replaceCluster) return [];
  const { inputs, answer } = recorded;
  const asFound = importedAsFound(plan);
  const imported = plan.importId !== undefined;
  // Another location is another cluster (replacement.ts); a version that is kept is no update.
  const { location: ___, kubernetesVersion: version, ...rest } = body;
  const isKept = !imported && version === live.kubernetesVersion;
  const own = { ...rest, ...(isKept ? {} : { kubernetesVersion: version }) };
  const asked: Members = asFound.reduce((all, path) => withValueAt(all, path, undefined), own);
  const said = Object.keys(rest).filter((member) => asked[member] !== undefined);
  const moved = movedIn([...said, "identity"], answer, live).filter(
    (member) => !isThere(member, asked, live),
  );
  const found = movedIn(asFound, answer, live).map((path) =>
    path === "agentPoolProfiles" ? `the pools ${movedPools(answer, live).join(", ")}` : path,
  );
  const named = ({ agentPoolProfiles }: Members) => poolIn(agentPoolProfiles, system.has?.name);
  const was = named(answer);
  const inPool = imported || !system.has || !was ? [] : movedInPool(system, was, system.has);
  const isSame =
    isRecorded(asked, inputs) &&
    (imported ||
      isSecret(inputs.agentPoolProfiles) ||
      isRecorded(saidOf(system), ofOthers(named(inputs) ?? {})));
  if (recorded.isReady && isSame) return [];
  const path = imported ? "importId" : "managedCluster";
  return [
    ...(moved.length + found.length > 0 ? [changed(path, "a cluster", [...moved, ...found])] : []),
    ...(inPool.length > 0 ? [changed(system.path, "a pool", inPool)] : []),
  ];
}

/** The same of the pools that are resources of their own. */
export function unseenInPools(
  { replaceCluster }: AksClusterPlan,
  [, ...pools]: AskedPool[],
  { agentPoolProfiles = [] }: LiveCluster,
): Finding[] {
  return pools.flatMap((pool) => {
    const { answer, inputs } = pool.recorded ?? {};
    const live = agentPoolProfiles.find(({ name }) => name === inputs?.agentPoolName);
    if (replaceCluster || !answer || !inputs || !live) return [];
    const moved = movedInPool(pool, answer, live);
    if (moved.length === 0 || isRecorded(saidOf(pool), ofOthers(inputs))) return [];
    return [changed(pool.path, "a pool", moved)];
  });
}

/** What the body of a pool says in any case; a number where the program has written it and no autoscaler moves it. */
const movedInPool = ({ body, isFixed }: AskedPool, answer: Members, live: Members): string[] => {
  const said = ["mode", "nodeLabels", "nodeTaints", "tags", "enableAutoScaling", "minCount", "maxCount"];
  const isOurs = isFixed && live.enableAutoScaling !== true;
  const moved = movedIn(isOurs ? [...said, "count"] : said, answer, live);
  return moved.filter((member) => !isThere(member, ofOthers(body), ofOthers(live)));
};

/** Azure's own version is sent, and its number where none is written. */
function saidOf({ body, isFixed }: AskedPool): Members {
  const { count, orchestratorVersion: _, availabilityZones: __, ...said } = ofOthers(body);
  return isFixed ? { ...said, count } : said;
}

/** A pool without what AKS has added. */
function ofOthers({ nodeLabels, nodeTaints, ...rest }: Members): Members {
  const labels = Object.entries(nodeLabels ?? {}).filter(([label]) => !isOfAks(label));
  const taints = Array.isArray(nodeTaints) ? nodeTaints.filter((taint) => !isOfAks(taint)) : nodeTaints;
  return { ...rest, nodeLabels: Object.fromEntries(labels), nodeTaints: taints };
}

const changed = (path: string, what: string, moved: string[]): Finding => ({
  path,
  wrong: `is of ${what} that has changed in Azure since Pulumi saw it: ${moved.join(", ")}`,
  why: "this update would bring back what it was, and its preview does not show that",
  write:
    "nothing else; run `pulumi up --refresh`, and write what is to stay where its preview takes that away",
});

/** Whether Azure has what is asked for, where off is said or is not: nothing is undone then. */
const isThere = (member: string, asked: Members, live: Members): boolean =>
  member in asked &&
  isKnown(asked[member]) &&
  azureHas(member, clean({ asked: asked[member] }).asked, live[member], false);

/** Whether nothing would be sent. Of a map nothing may be missing, either; what holds a secret nobody can compare. */
function isRecorded(body: Members, inputs: Members): boolean {
  if (!isKnown(body)) return false;
  const asked = Object.entries<any>(clean(body)).filter(([member]) => !isSecret(inputs[member]));
  return asked.every(([member, value]) =>
    isMap(member)
      ? isDeepStrictEqual({ ...value }, { ...inputs[member] })
      : contains(inputs[member] ?? undefined, value),
  );
}

/** What holds a secret is not compared: the state has its envelope. */
const movedIn = (paths: string[], answer: Members, live: Members): string[] =>
  paths.filter(
    (path) =>
      !isSecret(valueAt(answer, path)) &&
      !isDeepStrictEqual(comparable(answer, path), comparable(live, path)),
  );

function movedPools(...clusters: [answer: Members, live: Members]): string[] {
  const [answer, live] = clusters.map(({ agentPoolProfiles = [] }) =>
    Object.fromEntries(agentPoolProfiles.map((pool: Members) => [pool.name, pool])),
  );
  return movedIn(Object.keys({ ...answer, ...live }), answer, live);
}

/** What nobody can ask for, and what moves by itself. */
const readOnly =
  /^(provisioningState|powerState|eTag|status|nodeImageVersion|current\w+Version|effective\w+|identity)$/;

function comparable(cluster: Members, path: string): unknown {
  const value = valueAt(cluster, path);
  const text = JSON.stringify({ value: path === "agentPoolProfiles" ? byName(value as Members[]) : value })
    // Ids may be names of members, too.
    .replace(/"\/subscriptions\/[^"]*"/g, (id) => id.toLowerCase());
  return JSON.parse(text, (member, inner) => {
    // Off is said, or is not.
    if (readOnly.test(member) || isOfAks(member) || inner === false) return undefined;
    return normalized(member, Array.isArray(inner) ? inner.filter((one) => !isOfAks(one)) : inner);
  });
}

const byName = (pools: Members[] = []) => [...pools].sort((a, b) => String(a.name).localeCompare(b.name));
