// How fast calico-node is rolled, and how long the layers wait for it.
import type { RolloutArgs } from "../dataplaneArgs";
import { object, satisfying } from "./shapes";

/** Steps of the default waits, in minutes: so coarse that a scaled pool does not touch the layers. */
const shortestWait = 30;
/** What a wait allows a step of the roll-out, in minutes; a pod of calico-node takes some 20 s to be ready. */
const minutesAStep = 0.5;
/** What it allows beside: for the operator, its images and its conditions. */
const minutesBeside = 10;

export const rollout = object<RolloutArgs>({
  maxUnavailable: satisfying(
    (value) => (Number.isInteger(value) && value >= 1) || /^([1-9]\d?|100)%$/.test(value),
    "it is on how many nodes calico-node may be down at once; with none it could not be rolled",
    'a whole number from 1, or a share from "1%" to "100%"',
  ),
});

/** How long each layer may wait, in seconds, as the provider's annotation takes it. */
export function waitSeconds(
  minutes: number | undefined,
  maxNodes: number | undefined,
  maxUnavailable: unknown,
): string {
  return String(Math.round(60 * (minutes ?? defaultMinutes(maxNodes, maxUnavailable))));
}

function defaultMinutes(maxNodes: number | undefined, maxUnavailable: unknown = 1): number {
  if (maxNodes === undefined) return shortestWait;
  // A share is rounded up, as the DaemonSet controller does.
  const atOnce =
    typeof maxUnavailable === "number"
      ? maxUnavailable
      : Math.ceil((maxNodes * Number.parseInt(String(maxUnavailable), 10)) / 100);
  const needed = minutesBeside + Math.ceil(maxNodes / atOnce) * minutesAStep;
  return shortestWait * 2 ** Math.max(0, Math.ceil(Math.log2(needed / shortestWait)));
}
