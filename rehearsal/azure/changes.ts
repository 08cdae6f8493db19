// What AKS does not let one change on a resource that exists. (What azure-native turns into a replacement before Azure
// sees it stands in data/types.yaml.)
import type { Props } from "../plugin/provider";
import { hasKubeProxy } from "./aks";
import { refusal, unchangeable, type Problem } from "./arm";
import { checkRules } from "./rules/table";
import { at, list, normalizedLocation, text } from "./values";

const otherPool = "Declare another pool with the new value and take this one out, or put the old value back.";

/** By the rules of data/rules.yaml. @param before the response; @param after the request */
export function* checkChange(model: string, before: Props, after: Props): Generator<Problem> {
  yield* checkRules(`${model}Change`, { ...after, before });
  if (model !== "ManagedCluster") return;
  const target = "properties.kubernetesVersion";
  const [old, wanted] = [text(before, target), text(after, target)];
  if (old && wanted && older(wanted, old))
    yield {
      target,
      code: "OperationNotAllowed",
      message: `Downgrading Kubernetes version ${old} to ${wanted} is not allowed.`,
      advice: "Put the old version back.",
    };
  const pools = list(before, "properties.agentPoolProfiles");
  for (const [i, pool] of list(after, "properties.agentPoolProfiles").entries()) {
    const same = pools.find((other) => at(other, "name") === at(pool, "name"));
    for (const { target } of checkChange("AgentPool", { properties: same ?? pool }, { properties: pool }))
      yield unchangeable(target.replace("properties", `properties.agentPoolProfiles[${i}]`), otherPool);
  }
}

/** ARM's words, for any type: MicrosoftDocs/azure-docs#70422. */
export function checkLocation(before: Props, after: Props): void {
  const [old, wanted] = [before, after].map((body) => text(body, "location"));
  if (!old || !wanted || normalizedLocation(old) === normalizedLocation(wanted)) return;
  const group = String(before.id).split("/")[4];
  const message = `The resource '${String(before.name)}' already exists in location '${old}' in resource group '${group}'. A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`;
  const advice = "Put the old location back, or give the resource another name.";
  throw refusal(409, "InvalidResourceLocation", message, advice);
}

/** @throws Error for a change that AKS makes on a living cluster and the control plane on this machine cannot show */
export function checkShown(before: Props, after: Props): void {
  const policy = (body: Props) => text(body, "properties.networkProfile.networkPolicy") ?? "none";
  const changed = [
    ...(hasKubeProxy(before) !== hasKubeProxy(after) ? ["kubeProxyConfig.enabled"] : []),
    ...(policy(before) !== policy(after) ? ["networkPolicy"] : []),
  ];
  if (changed.length > 0)
    throw new Error(
      `The rehearsal cannot change networkProfile.${changed.join(" and networkProfile.")} of a cluster that runs, as AKS would: ` +
        "what AKS brings is put there when the cluster is made. Put the old value back, or rehearse it on a new cluster.",
    );
}

function older(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const differs = left.findIndex((part, i) => right[i] !== undefined && part !== right[i]);
  return differs >= 0 && left[differs] < right[differs];
}
