// A pool that may be replaced: the one that takes its place bears the other of two names, and is made before it is deleted.
import { namesOf, type PoolPlan } from "../validate/pools";
import type { LivePool } from "./types";
import { fixedChanges } from "./fixedOfPool";

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

/** Its name in Azure: that of a living pool that can become what is asked for, or else the one that is free. */
export function nameOf(pool: PoolPlan, body: object, living: readonly LivePool[]): string {
  const free = namesOf(pool).find((name) => !living.some((one) => one.name === name));
  return fittingOf(pool, body, living)?.name ?? free ?? pool.name;
}
