// Asks each case, until it is as expected or its time is up: what was made a moment ago takes effect a little later.
import type { CalicoApi } from "../../components/layers/calicoApi";
import type { KubeObject } from "../cluster";
import { type CheckResult, skipped, type Verdict } from "../status/check";
import { type Case, cases, type Place, policyCases } from "./cases";
import { make } from "./deploy";
import { type Asking, curl } from "./exec";
import { judge } from "./judge";
import { testPolicies } from "./manifests";
import { addressesOf } from "./nodes";
import { until } from "./ready";

export interface Setting {
  asking: Asking;
  place: Place;
  nodes: readonly KubeObject[];
  /** How long a case may take to come right, in seconds. */
  patience: number;
}

async function ask(
  { asking, place, nodes, patience }: Setting,
  one: Case,
  expected = one.expected,
): Promise<Verdict> {
  const url = one.url(place)!;
  const own = addressesOf(nodes.at(-1)!);
  let last: Verdict | undefined;
  await until(patience, asking.signal, async () => {
    last = judge(expected, await curl(asking, one.from, url), own, place, one.advice);
    return last.status === "ok" || undefined;
  });
  return last!;
}

/** What was not asked for has no row. */
export async function runCases(setting: Setting): Promise<CheckResult[]> {
  const { nodes, place } = setting;
  const asked = cases.filter(({ url }) => url(place) !== undefined);
  return Promise.all(
    asked.map(async (one) => ({
      check: one.check,
      ...(one.twoNodes && nodes.length < 2
        ? skipped("needs a second Linux node that is Ready and takes pods")
        : await ask(setting, one)),
    })),
  );
}

/** The server lets in one client only, from here on. */
export async function runPolicies(setting: Setting, api: CalicoApi | undefined): Promise<CheckResult[]> {
  const [drop, pass] = policyCases;
  const both = (verdict: Verdict) => policyCases.map(({ check }) => ({ check, ...verdict }));
  if (api === undefined)
    return both(skipped("there is no calico-node in calico-system, so no Calico to ask"));
  // Who is not answered without a policy either shows nothing with one.
  const before = await ask(setting, drop, "answer");
  if (before.status !== "ok")
    return both(skipped(`without a policy the server is not reached: ${before.seen}`));
  const { cluster, namespace } = setting.asking;
  for (const policy of testPolicies(api)) await make(cluster, namespace, policy);
  return [
    { check: drop.check, ...(await ask(setting, drop)) },
    { check: pass.check, ...(await ask(setting, pass)) },
  ];
}
