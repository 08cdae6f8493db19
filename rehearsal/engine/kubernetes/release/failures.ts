// Helm's own words for a failure, and what to do about it.

import type { Props } from "../../provider";

interface Advice {
  readonly when: RegExp;
  todo(release: string, inputs: Props): string;
}

const advices: Advice[] = [
  {
    when: /cannot re-use a name that is still in use/,
    todo: (release) =>
      `release ${release} is there already and is not of this resource: give this one another name, or take the other ` +
      "away with `helm uninstall`",
  },
  {
    when: /another operation \(install\/upgrade\/rollback\) is in progress/,
    todo: (release) =>
      `an earlier Helm was killed while it worked on ${release}, and pulumi-kubernetes does not go on from there either: ` +
      "take the release back with `helm rollback`, or, where no earlier revision was deployed, away with `helm uninstall` " +
      "(or destroy), then run up again",
  },
  {
    when: /has no deployed releases|release: not found/,
    todo: (release) => `somebody else took ${release} away: run refresh, then up again`,
  },
  {
    when: /namespaces "[^"]*" not found/,
    todo: () => "set `createNamespace: true`, or let the release depend on the Namespace",
  },
  {
    when: /ensure CRDs are installed first/,
    todo: () =>
      "the chart uses kinds whose definitions it does not bring: let the release depend on what brings them, or have the " +
      "chart leave those objects out",
  },
  {
    when: /timed out|deadline exceeded/,
    todo: (_, inputs) =>
      `not everything of the chart was ready within ${String(inputs.timeout)} s: look at what it waited for, and give the ` +
      "release a longer `timeout` (seconds; `customTimeouts` do not reach Helm) where it only needs more time",
  },
  {
    when: /context canceled/,
    todo: () => "it was interrupted; the next up upgrades the release",
  },
];

/** @param waited what Helm said last of things that are not ready. */
export function withAdvice(words: string, inputs: Props, waited: readonly string[] = []): string {
  const release = `${String(inputs.namespace)}/${String(inputs.name)}`;
  const advice = advices.find(({ when }) => when.test(words));
  const seen = waited.length > 0 && /timed out|deadline/.test(words) ? [`  why: ${waited.join("; ")}`] : [];
  const todo = advice ? [`  do:  ${advice.todo(release, inputs)}`] : [];
  return [words, ...seen, ...todo].join("\n");
}
