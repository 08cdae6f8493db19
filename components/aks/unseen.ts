// What somebody has changed in Azure since Pulumi saw the cluster. An update is a PUT of the whole cluster: it would undo
// that, and its preview, which compares with what is recorded, would not show it.
import { isDeepStrictEqual } from "node:util";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import { switchedOff } from "./clusterBody";
import { importedAsFound } from "./imported";
import { contains, isOfAks, isKnown, isSecret, normalized, valueAt } from "./liveValues";
import { azureHas, clean } from "./recorded";
import type { AskedPool, ClusterBody, LiveCluster, Members, Recorded } from "./types";

/** What the body says in any case, and where what others have set is not merged by Azure. */
const said = [...Object.keys(switchedOff), "apiServerAccessProfile", "autoUpgradeProfile"];

/**
 * Refused where an update of the cluster would be sent: a refresh brings what is recorded up to date, and its preview shows
 * what would be taken away. Numbers of nodes and versions are sent as they are, but for a cluster that is taken over, whose
 * pools are sent as they are recorded (imported.ts).
 * @param asked what is sent, resolved; @param recorded undefined where the state is not told
 */
export function unseenChanges(
  plan: AksClusterPlan,
  { agentPoolProfiles: _, identity: __, ...asked }: ClusterBody,
  recorded: Recorded | undefined,
  live: LiveCluster,
): Finding[] {
  // The generic resource of a cluster without kube-proxy is answered by another version of the API.
  if (recorded?.answer === undefined || !plan.hasKubeProxy || plan.replaceCluster) return [];
  const { inputs, answer } = recorded;
  const imported = plan.importId !== undefined;
  const paths = imported ? importedAsFound(plan) : said;
  const moved = movedIn(paths, answer, live).filter((path) => imported || !isThere(path, asked, live));
  const own = Object.entries(asked).filter(([member]) => !imported || !paths.includes(member));
  if (moved.length === 0 || isRecorded(Object.fromEntries(own), inputs)) return [];
  const names = moved.map((path) =>
    path === "agentPoolProfiles" ? `the pools ${movedPools(answer, live).join(", ")}` : path,
  );
  return [changed(imported ? "importId" : "managedCluster", "a cluster", names)];
}

/** What the body of a pool says in any case. */
const saidOfPool = ["nodeLabels", "nodeTaints", "tags", "enableAutoScaling", "minCount", "maxCount"];

/** The same of the pools that are resources of their own. */
export function unseenInPools(
  { replaceCluster }: AksClusterPlan,
  pools: AskedPool[],
  { agentPoolProfiles = [] }: LiveCluster,
): Finding[] {
  return pools.flatMap(({ path, body, recorded }, i) => {
    const live = agentPoolProfiles.find(({ name }) => name === recorded?.inputs.agentPoolName);
    if (i === 0 || replaceCluster || !recorded?.answer || !live) return [];
    const moved = movedIn(saidOfPool, recorded.answer, live).filter((member) => !isThere(member, body, live));
    // Azure's own number and version are sent.
    const { count: _, orchestratorVersion: __, availabilityZones: ___, ...asked } = body;
    if (moved.length === 0 || isRecorded(asked, recorded.inputs)) return [];
    return [changed(path, "a pool", moved)];
  });
}

const changed = (path: string, what: string, moved: string[]): Finding => ({
  path,
  wrong: `is of ${what} that has changed in Azure since Pulumi saw it: ${moved.join(", ")}`,
  why: "this update would bring back what it was, and its preview does not show that",
  write:
    "nothing else; run `pulumi up --refresh`, and write what is to stay where its preview takes that away",
});

/** Whether Azure has what is asked for: nothing is undone then. */
const isThere = (member: string, asked: Members, live: Members): boolean =>
  isKnown(asked[member]) && azureHas(member, clean({ asked: asked[member] }).asked, live[member]);

/** Whether nothing would be sent. Of a map nothing may be missing, either. */
function isRecorded(asked: Members, inputs: Members): boolean {
  const maps = ["tags", "nodeLabels"].filter((member) => member in asked);
  const isSame = maps.every((member) => isDeepStrictEqual({ ...asked[member] }, { ...inputs[member] }));
  return isSame && isKnown(asked) && contains(inputs, clean(asked));
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
  const text = JSON.stringify({ value: path === "agentPoolProfiles" ? byName(value as Members[]) : value });
  return JSON.parse(text, (member, inner) => {
    // Off is said, or is not.
    if (readOnly.test(member) || isOfAks(member) || inner === false) return undefined;
    return normalized(member, Array.isArray(inner) ? inner.filter((one) => !isOfAks(one)) : inner);
  });
}

const byName = (pools: Members[] = []) => [...pools].sort((a, b) => String(a.name).localeCompare(b.name));
