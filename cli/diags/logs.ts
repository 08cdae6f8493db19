// Of which pods the logs are taken, and of which of their containers.
import type { KubeObject } from "../cluster";
import { isReady } from "../status/check";

export interface Chosen {
  pod: KubeObject;
  why: "not ready" | "restarted" | "sample";
}

const statusesOf = ({ status }: KubeObject): any[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** Those that are not ready, then those that have restarted, then others, evenly over the nodes' names: all pools. */
export function chosen(pods: readonly KubeObject[], most: number): Chosen[] {
  const reasonOf = (pod: KubeObject): Chosen["why"] =>
    !isReady(pod)
      ? "not ready"
      : statusesOf(pod).some(({ restartCount }) => restartCount > 0)
        ? "restarted"
        : "sample";
  const all = pods.map((pod) => ({ pod, why: reasonOf(pod), node: String(pod.spec.nodeName) }));
  all.sort((one, other) => one.node.localeCompare(other.node, "en", { numeric: true }));
  const of = (why: Chosen["why"]) => all.filter((one) => one.why === why);
  const first = [...of("not ready"), ...of("restarted")].slice(0, most);
  const others = of("sample");
  const sample = Math.min(most - first.length, others.length);
  const spread = Array.from(
    { length: sample },
    (_, one) => others[Math.floor((one * others.length) / sample)],
  );
  return [...first, ...spread];
}

export interface Log {
  file: string;
  url: string;
}

/** The logs that a pod's containers have; before a container has run for the first time there is none. */
export function logsOf(pod: KubeObject, lines: number): Log[] {
  const { namespace, name } = pod.metadata;
  return statusesOf(pod).flatMap(({ name: container, state, restartCount = 0 }) => {
    const log = (previous: boolean): Log => {
      const which = { container, tailLines: String(lines), ...(previous ? { previous: "true" } : {}) };
      return {
        file: `${namespace}/logs/${name}/${container}${previous ? ".previous" : ""}.log`,
        url: `/api/v1/namespaces/${namespace}/pods/${name}/log?${new URLSearchParams(which)}`,
      };
    };
    const before = restartCount > 0 ? [log(true)] : [];
    return state?.waiting && restartCount === 0 ? [] : [log(false), ...before];
  });
}
