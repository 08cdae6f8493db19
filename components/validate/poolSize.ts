// How many nodes a pool has.
import type * as pulumi from "@pulumi/pulumi";
import type { AutoscalingArgs } from "../nodePoolArgs";
import type { ArgumentReader } from "./findings";
import { wholeNumber } from "./rules";

const nodes = (fewest: number) =>
  wholeNumber(
    fewest,
    1000,
    `AKS takes ${fewest} to 1000 nodes in a ${fewest === 1 ? "system" : "user"} pool`,
  );

export function readAutoscaling(
  reader: ArgumentReader,
  path: string,
  args: AutoscalingArgs | undefined,
  fewest: number,
): AutoscalingArgs | undefined {
  if (args === undefined || args === null) return undefined;
  const given = reader.object<AutoscalingArgs>(path, args, { min: "", max: "" });
  const min = reader.value<number>(`${path}.min`, given.min, nodes(fewest));
  for (const key of ["min", "max"] as const) {
    if (given[key] === undefined) {
      reader.refuse(`${path}.${key}`, {
        wrong: "is missing",
        why: "the autoscaler needs both bounds",
        write: `a whole number from ${fewest} to 1000`,
      });
    }
  }
  const max = reader.together<number>([`${path}.max`], [given.max, given.min], ([most, least]) => {
    if (most === undefined) return undefined;
    const refusal = nodes(Math.max(fewest, 1))(most);
    if (refusal !== undefined || !(least > most)) return refusal;
    return {
      wrong: `is ${most}, less than min, ${least}`,
      why: "no number of nodes lies between",
      write: `${least} or more`,
    };
  });
  return { min: min ?? fewest, max: max ?? fewest };
}

export function readCount(
  reader: ArgumentReader,
  path: string,
  given: pulumi.Input<number> | undefined,
  autoscaling: AutoscalingArgs | undefined,
  fewest: number,
): pulumi.Input<number> {
  if (given === undefined) return autoscaling?.min ?? 3;
  const count = reader.together<number>(
    [path],
    [given, autoscaling?.min, autoscaling?.max],
    ([value, min, max]) => {
      const refusal = nodes(fewest)(value);
      if (refusal !== undefined || autoscaling === undefined || (min <= value && value <= max))
        return refusal;
      return {
        wrong: `is ${value}, outside autoscaling's ${min} to ${max}`,
        why: "the autoscaler starts from it",
        write: `a number from ${min} to ${max}, or leave it out`,
      };
    },
  );
  return count ?? 3;
}
