// What somebody has changed in Azure since Pulumi saw the cluster. An update is a PUT of the whole cluster: it would undo
// that, and its preview, which compares with what is recorded, would not show it.
import { isDeepStrictEqual } from "node:util";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import { switchedOff } from "./clusterBody";
import { importedAsFound } from "./imported";
import { contains, isKnown, isSecret, normalized, valueAt } from "./liveValues";
import { clean, type Members } from "./recorded";
import type { ClusterBody, LiveCluster } from "./types";
import { sentVersion } from "./versions";

/** What the body says in any case, and where what others have set is not merged by Azure. */
const said = [...Object.keys(switchedOff), "apiServerAccessProfile", "autoUpgradeProfile"];

/**
 * Refused where an update of the cluster would be sent: a refresh brings what is recorded up to date, and its preview shows
 * what would be taken away. Numbers of nodes and versions are sent as they are, but for a cluster that is taken over, whose
 * pools are sent as they are recorded (imported.ts).
 * @param body resolved; @param inputs as recorded, @param answer and Azure's last one: undefined where the state is not told
 */
export function unseenChanges(
  plan: AksClusterPlan,
  { agentPoolProfiles: _, identity: __, kubernetesVersion, ...asked }: ClusterBody,
  inputs: Members | undefined,
  answer: Members | undefined,
  live: LiveCluster,
): Finding[] {
  // The generic resource of a cluster without kube-proxy is answered by another version of the API.
  if (inputs === undefined || answer === undefined || !plan.hasKubeProxy || plan.replaceCluster) return [];
  const version =
    typeof kubernetesVersion === "string" ? sentVersion(kubernetesVersion, live) : kubernetesVersion;
  const paths = plan.importId === undefined ? said : importedAsFound(plan);
  const moved = paths.filter((path) => !isDeepStrictEqual(comparable(answer, path), comparable(live, path)));
  if (moved.length === 0 || isRecorded({ ...asked, kubernetesVersion: version })) return [];
  return [
    {
      path: plan.importId === undefined ? "managedCluster" : "importId",
      wrong: `is of a cluster that has changed in Azure since Pulumi saw it: ${moved.map(named).join(", ")}`,
      why: "this update would bring back what it was, and its preview does not show that",
      write:
        "nothing else; run `pulumi up --refresh`, and write what is to stay where its preview takes that away",
    },
  ];

  /** Whether nothing would be sent. */
  function isRecorded({ tags, ...body }: Members): boolean {
    const own = Object.entries(body).filter(
      ([member]) => plan.importId === undefined || !paths.includes(member),
    );
    const isSame = isDeepStrictEqual({ ...tags }, { ...inputs!.tags });
    return isSame && isKnown(body) && contains(inputs, clean(Object.fromEntries(own)));
  }

  function named(path: string): string {
    if (path !== "agentPoolProfiles") return path;
    const pools = [...(answer!.agentPoolProfiles ?? []), ...(live.agentPoolProfiles ?? [])].map(
      ({ name }) => name,
    );
    const has = (cluster: Members, name: string) =>
      comparable({ pool: cluster.agentPoolProfiles?.find((one: Members) => one.name === name) }, "pool");
    const others = [...new Set(pools)].filter(
      (name) => !isDeepStrictEqual(has(answer!, name), has(live, name)),
    );
    return `the pools ${others.join(", ")}`;
  }
}

/** What nobody can ask for, and what moves by itself. */
const readOnly =
  /^(provisioningState|powerState|eTag|status|nodeImageVersion|current\w+Version|effective\w+|identity)$/;

function comparable(cluster: Members, path: string): unknown {
  const value = valueAt(cluster, path);
  if (isSecret(value)) return undefined;
  const text = JSON.stringify({ value: path === "agentPoolProfiles" ? byName(value as Members[]) : value });
  return JSON.parse(text, (member, inner) => (readOnly.test(member) ? undefined : normalized(member, inner)));
}

const byName = (pools: Members[] = []) => [...pools].sort((a, b) => String(a.name).localeCompare(b.name));
