// A pool that may be replaced: the one that takes its place bears the other of two names, and is made before it is deleted.
import type * as pulumi from "@pulumi/pulumi";
import { namesOf, type PoolPlan } from "../validate/pools";
import type { LivePool, MaybeLive } from "./types";
import { fixedChanges } from "./fixedOfPool";

/** The living pool that it is, or that it takes the place of. */
export const livePoolOf = (pool: PoolPlan, live: readonly LivePool[] = []): LivePool | undefined =>
  live.find(({ name }) => namesOf(pool).includes(name));

/** The name in Azure: that of a living pool that can become what is asked for, or else the one that is free. */
export function azureNameOf(pool: PoolPlan, body: object, live: MaybeLive): pulumi.Input<string> {
  if (!pool.rotation) return pool.name;
  return live.apply(async (found) => {
    const names = namesOf(pool);
    const living = (found?.agentPoolProfiles ?? []).filter(({ name }) => names.includes(name));
    for (const one of living) if ((await fixedChanges(pool.path, body, one)).length === 0) return one.name;
    return names.find((name) => !living.some((one) => one.name === name)) ?? pool.name;
  });
}
