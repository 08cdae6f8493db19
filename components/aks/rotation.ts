// A pool that may be replaced: the one that takes its place bears the other of two names, and is made before it is deleted.
import type * as pulumi from "@pulumi/pulumi";
import { namesOf, type PoolPlan } from "../validate/pools";
import type { LivePool, MaybeLive } from "./types";
import { fixedChanges } from "./fixedOfPool";
import { resolved } from "./liveValues";

/** The living pools that bear one of its names. */
export const livePoolsOf = (pool: PoolPlan, live: readonly LivePool[] = []): LivePool[] =>
  live.filter(({ name }) => namesOf(pool).includes(name));

/** The living pool that it is, or that it takes the place of. @param name which it bears where two live */
export function livePoolOf(pool: PoolPlan, live?: readonly LivePool[], name?: string): LivePool | undefined {
  const living = livePoolsOf(pool, live);
  return living.find((one) => one.name === name) ?? living[0];
}

/** The first of them that can become what is asked for. @param body resolved */
export const fittingOf = (pool: PoolPlan, body: object, living: readonly LivePool[]): LivePool | undefined =>
  living.find((one) => fixedChanges(pool.path, body, one).length === 0);

/** The name in Azure: that of a living pool that can become what is asked for, or else the one that is free. */
export function azureNameOf(pool: PoolPlan, body: object, live: MaybeLive): pulumi.Input<string> {
  if (!pool.rotation) return pool.name;
  return live.apply(async (found) => {
    const living = livePoolsOf(pool, found?.agentPoolProfiles);
    const fitting = fittingOf(pool, await resolved(body), living);
    const free = namesOf(pool).find((name) => !living.some((one) => one.name === name));
    return fitting?.name ?? free ?? pool.name;
  });
}
