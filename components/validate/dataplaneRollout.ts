// How fast calico-node is rolled, and how long the layers wait for it.
import * as pulumi from "@pulumi/pulumi";
import type { RolloutArgs } from "../dataplaneArgs";
import { type ArgumentReader, describe, isPlain, type Rule } from "./findings";
import { wholeNumber } from "./rules";

/** Steps of the default waits, in minutes: so coarse that a scaled pool does not touch the layers. */
const shortestWait = 30;
/** What a wait allows a step of the roll-out, in minutes; a pod of calico-node takes some 20 s to be ready. */
const minutesAStep = 0.5;
/** What it allows beside: for the operator, its images and its conditions. */
const minutesBeside = 10;

const share: Rule<unknown> = (value) => {
  if (Number.isInteger(value) && (value as number) >= 1) return undefined;
  if (typeof value === "string" && /^([1-9]\d?|100)%$/.test(value)) return undefined;
  return {
    wrong: `is ${describe(value)}`,
    why: "it is on how many nodes calico-node may be down at once; with none it could not be rolled",
    write: 'a whole number from 1, or a share from "1%" to "100%"',
  };
};

export function readRollout(
  reader: ArgumentReader,
  args: RolloutArgs | undefined,
): pulumi.Input<unknown> | undefined {
  const given = reader.object<RolloutArgs>("rollout", args, { maxUnavailable: "" });
  return reader.value<unknown>("rollout.maxUnavailable", given.maxUnavailable, share);
}

export function readTimeout(
  reader: ArgumentReader,
  path: "rolloutTimeoutMinutes" | "operationTimeoutMinutes",
  given: number | undefined,
): number | undefined {
  return reader.plain(path, given, (value) =>
    typeof value === "number" && value >= 0.1 && value <= 7 * 24 * 60
      ? undefined
      : {
          wrong: `is ${describe(value)}`,
          why: "it is how long one wait may take, in minutes, at most a week",
          write: "a number from 0.1 to 10080",
        },
  );
}

export function readMaxNodes(
  reader: ArgumentReader,
  given: pulumi.Input<number> | undefined,
): pulumi.Input<number> | undefined {
  return reader.value(
    "maxNodes",
    given,
    wholeNumber(1, 15000, "it is the most nodes that the cluster can have, and the waits grow with it"),
  );
}

/** How long each layer may wait, in seconds, as the provider's annotation takes it. */
export function waitSeconds(
  minutes: number | undefined,
  maxNodes: pulumi.Input<number> | undefined,
  maxUnavailable: pulumi.Input<unknown> | undefined,
): pulumi.Input<string> {
  if (minutes !== undefined) return String(Math.round(minutes * 60));
  const seconds = (nodes: unknown, atOnce: unknown) => String(60 * defaultMinutes(nodes as number, atOnce));
  if (isPlain(maxNodes) && isPlain(maxUnavailable)) return seconds(maxNodes, maxUnavailable);
  return pulumi.all([maxNodes, maxUnavailable]).apply(([nodes, atOnce]) => seconds(nodes, atOnce));
}

function defaultMinutes(maxNodes: number | undefined, maxUnavailable: unknown = 1): number {
  if (maxNodes === undefined) return shortestWait;
  // A share is rounded up, as the DaemonSet controller does.
  const atOnce =
    typeof maxUnavailable === "number"
      ? maxUnavailable
      : Math.ceil((maxNodes * Number.parseInt(String(maxUnavailable), 10)) / 100);
  const needed = minutesBeside + Math.ceil(maxNodes / atOnce) * minutesAStep;
  let wait = shortestWait;
  while (wait < needed) wait *= 2;
  return wait;
}
