// What comes after the switch: restarts, metrics, a default-deny policy.
import type * as pulumi from "@pulumi/pulumi";
import type { DefaultDenyArgs, FelixMetricsArgs, WorkloadArgs } from "../dataplaneArgs";
import { WorkloadKind } from "../enums";
import { restartName } from "../layers/restart";
import { type ArgumentReader, describe } from "./findings";
import { listOf, matching, oneOf, wholeNumber } from "./rules";

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const namespaceName = matching(
  new RegExp(`^${label}$`),
  "it is no name of a namespace",
  "1 to 63 lower-case letters, digits and hyphens, no hyphen first or last",
);
const objectName = matching(
  new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*$`),
  "it is no name of a workload",
  "lower-case letters, digits, hyphens and dots, as kubectl shows it",
);

export function readRestarts(reader: ArgumentReader, args: WorkloadArgs[] | undefined): WorkloadArgs[] {
  if (args === undefined || args === null) return [];
  if (!Array.isArray(args)) {
    reader.refuse("restartWorkloads", {
      wrong: `is ${describe(args)}`,
      why: "it decides what is declared, so it must be a list that is known when the program runs",
      write: "a list of { kind, namespace, name }",
    });
    return [];
  }
  const seen: string[] = [];
  return args.map((workload, index) => {
    const path = `restartWorkloads[${index}]`;
    const given = reader.object<WorkloadArgs>(path, workload, { kind: "", namespace: "", name: "" });
    const rules = { kind: oneOf(WorkloadKind), namespace: namespaceName, name: objectName };
    const complete = { kind: "", namespace: "", name: "" } as unknown as WorkloadArgs;
    for (const key of Object.keys(rules) as (keyof WorkloadArgs)[]) {
      const refusal = rules[key](given[key]);
      if (refusal !== undefined) reader.refuse(`${path}.${key}`, refusal);
      else Object.assign(complete, { [key]: given[key] });
    }
    const name = restartName(complete);
    if (seen.includes(name)) {
      reader.refuse(path, {
        wrong: `makes the same resource as restartWorkloads[${seen.indexOf(name)}]`,
        why: "a workload is restarted once after a switch",
        write: "each workload once",
      });
    }
    seen.push(name);
    return complete;
  });
}

/** The metrics' port; undefined where they are off. */
export function readMetrics(
  reader: ArgumentReader,
  args: FelixMetricsArgs | undefined,
): pulumi.Input<number> | undefined {
  const given = reader.object<FelixMetricsArgs>("felixMetrics", args, { port: "" });
  if (args === undefined || args === null) return undefined;
  return (
    reader.value("felixMetrics.port", given.port, wholeNumber(1, 65535, "it is a TCP port of the nodes")) ??
    9091
  );
}

/** Namespaces that the policy leaves alone, beside the platform's; undefined where there is no policy. */
export function readDefaultDeny(
  reader: ArgumentReader,
  args: DefaultDenyArgs | undefined,
): pulumi.Input<string[]> | undefined {
  const given = reader.object<DefaultDenyArgs>("defaultDeny", args, { excludedNamespaces: "" });
  if (args === undefined || args === null) return undefined;
  const names = reader.value<string[]>(
    "defaultDeny.excludedNamespaces",
    given.excludedNamespaces as pulumi.Input<string[]> | undefined,
    listOf(namespaceName, "they are names of namespaces"),
  );
  return names ?? [];
}
