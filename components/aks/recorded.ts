// What Pulumi has recorded of a pool, before it is compared with the program. Azure moves numbers of nodes and versions by
// itself, and a refresh merges Azure's list of pools into the recorded one by place: the list is sorted by name and has also
// those that are resources of their own, so the system pool's entry may bear another pool's values (pulumi-azure-native,
// provider/pkg/provider/provider.go, `Read`). So where the program asks for what Azure has, that is what is recorded. It is
// compared and never sent: an update sends what the program says, unlike with `ignoreChanges`.
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import type { ClusterBody } from "./clusterBody";
import { known, type LiveCluster, type LivePool, type MaybeLive } from "./liveCluster";
import { differs } from "./liveValues";
import { withoutReplacement } from "./replacement";

type Members = Record<string, any>;
// In every SDK that has state migrations, and left out of its types.
const { getStore } = state as unknown as { getStore(): { supportsStateMigrations: boolean } };

function whileLive(
  live: MaybeLive,
  settle: (inputs: Members, live: LiveCluster) => Promise<Members>,
): pulumi.StateMigration[] {
  // Mocks have none, and not every backend; without them such an update says once more what Azure has.
  if (!getStore().supportsStateMigrations) return [];
  return [
    async ({ oldState: [own, ...descendants] }) => {
      const cluster = (await known(live))?.value;
      if (cluster === undefined) return undefined;
      const inputs = await settle(own.inputs, cluster);
      return isDeepStrictEqual(inputs, own.inputs)
        ? undefined
        : { newState: [{ ...own, inputs }, ...descendants] };
    },
  ];
}

/** @param asked the body of an AgentPool */
export const recordedPool = (
  live: MaybeLive,
  name: pulumi.Input<string>,
  asked: object,
): pulumi.StateMigration[] =>
  whileLive(live, async (inputs, { agentPoolProfiles }) => {
    const own = (await known(name))?.value;
    return settled(inputs, asked, agentPoolProfiles?.find((pool) => pool.name === own) ?? {});
  });

/** @param asked the body of the cluster; @param asFound what of it is not compared (imported.ts) */
export const recordedCluster = (live: MaybeLive, asked: ClusterBody, asFound: string[]) =>
  whileLive(live, async (inputs, cluster) => {
    // The generic resource keeps them one level down (previewCluster.ts), and azure-native does not replace it for them.
    const { properties, ...body } = inputs;
    const has = await settled(
      properties ?? (await withoutReplacement(body, asked, cluster, asFound)),
      { kubernetesVersion: asked.kubernetesVersion },
      cluster,
    );
    const pools = cluster.agentPoolProfiles ?? [];
    has.agentPoolProfiles = asFound.includes("agentPoolProfiles")
      ? pools.map(writable)
      : await settledPools(has.agentPoolProfiles ?? [], asked.agentPoolProfiles as Members[], pools);
    return properties === undefined ? has : { ...body, properties: has };
  });

async function settledPools(recorded: Members[], asked: Members[], live: LivePool[]): Promise<Members[]> {
  return Promise.all(
    asked.map(async (pool, i) => {
      const has = live.find(({ name }) => name === pool.name);
      if (has === undefined) return recorded[i];
      if (recorded.length === asked.length) return settled(recorded[i], pool, has);
      // After a refresh; what Azure has filled in is not of the program.
      const members = Object.entries(recorded.filter(({ name }) => name === pool.name).at(-1) ?? has);
      return settled(Object.fromEntries(members.filter(([member]) => pool[member] !== undefined)), pool, has);
    }),
  );
}

/** What is recorded, with what the program asks for where Azure has it. */
async function settled(recorded: Members, asked: object, live: Members): Promise<Members> {
  const result = { ...recorded };
  for (const [member, input] of Object.entries(asked)) {
    const output = pulumi.output(input);
    const value = await known(output);
    if (value === undefined || (await pulumi.isSecret(output))) continue;
    // A version that the program leaves to AKS is AKS's.
    const leftOut = value.value === undefined && member.endsWith("Version");
    if (!leftOut && differs(member, value.value, live[member])) continue;
    if (value.value === undefined) delete result[member];
    else result[member] = value.value;
  }
  return result;
}

/** Without what Azure alone sets. */
const writable = ({
  eTag: _,
  currentOrchestratorVersion: _runs,
  nodeImageVersion: _image,
  provisioningState: _state,
  status: _status,
  ...pool
}: LivePool): Members => pool;
