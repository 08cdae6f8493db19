import type { KubeObject } from "../cluster";
import { type Known, type Snapshot, Unknown } from "./reads";

/** Skipped = it does not apply here, and why is seen. */
export type Status = "ok" | "warning" | "failed" | "unknown" | "skipped";

export interface Verdict {
  status: Status;
  /** What was seen, in a few words. */
  seen: string;
  /** What to do where it is not ok. */
  advice?: string;
}

export interface CheckResult extends Verdict {
  check: string;
}

/** Which data plane is meant to run. */
export type Dataplane = "Ebpf" | "Iptables";

/** A check; undefined = there is nothing to say here. */
export type Check = (snapshot: Snapshot, expected: Dataplane) => CheckResult | undefined;

/** What may not be read is unknown, and never ok. */
export function check<K extends keyof Snapshot>(
  name: string | ((expected: Dataplane) => string),
  needs: readonly K[],
  judge: (
    seen: { [Key in K]: Known<Snapshot[Key]> },
    expected: Dataplane,
    whole: Snapshot,
  ) => Verdict | undefined,
): Check {
  return (snapshot, expected) => {
    const title = typeof name === "string" ? name : name(expected);
    const unread = needs.map((key) => snapshot[key]).find((one) => one instanceof Unknown);
    const verdict =
      unread === undefined
        ? judge(snapshot as any, expected, snapshot)
        : { status: "unknown" as const, seen: unread.reason, advice: rightsHint() };
    return verdict && { check: title, ...verdict };
  };
}

export const rightsHint = (flags = "--role"): string =>
  `if it is a right that is missing: \`aks-calico-ebpf status ${flags}\` prints those that are needed`;

export const ok = (seen: string): Verdict => ({ status: "ok", seen });
export const warning = (seen: string, advice: string): Verdict => ({ status: "warning", seen, advice });
export const skipped = (seen: string): Verdict => ({ status: "skipped", seen });
export const failed = (seen: string, advice: string): Verdict => ({ status: "failed", seen, advice });

/** It failed, or nobody knows. */
export const isRed = ({ status }: Verdict): boolean => status === "failed" || status === "unknown";

export const condition = (object: KubeObject | undefined, type: string): any =>
  object?.status?.conditions?.find((one: any) => one.type === type);

/** Of a node or a pod. */
export const isReady = (object: KubeObject): boolean => condition(object, "Ready")?.status === "True";

/** `3 nodes: a, b, c`, and not all of a thousand. */
export function few(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return names.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Field managers that own a field, such as `spec.calicoNetwork.linuxDataplane`, the latest last. */
export function writersOf(
  object: KubeObject | undefined,
  field: string,
): { manager: string; time: string }[] {
  const entries: any[] = object?.metadata.managedFields ?? [];
  const owns = ({ fieldsV1 }: any) =>
    field.split(".").reduce((inside, key) => inside?.[`f:${key}`], fieldsV1) !== undefined;
  return entries
    .filter(owns)
    .map(({ manager, time }) => ({ manager, time }))
    .sort((one, other) => (one.time < other.time ? -1 : 1));
}
