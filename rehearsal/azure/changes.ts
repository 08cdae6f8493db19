// What AKS does not let one change on a resource that exists. (What azure-native turns into a replacement before Azure
// sees it stands in data/types.yaml.)
import type { Props } from "../plugin/provider";
import { hasKubeProxy } from "./aks";
import { ArmError, refusal, type Problem } from "./arm";
import { checkRules } from "./rules/table";
import { agentPool, type ResourceType } from "./types";
import { at, each, list, normalizedLocation, text } from "./values";

/** A request with what it leaves out and AKS keeps, from the response before. */
export function withKept({ kept, model }: ResourceType, before: Props, after: Props): Props {
  const body: any = { properties: {}, ...structuredClone(after) };
  keep(kept, before.properties as Props, body.properties);
  if (model !== "ManagedCluster") return body;
  const [olds, pools] = [before, body].map((one) => list(one, "properties.agentPoolProfiles") as Props[]);
  for (const pool of pools) keep(agentPool.kept, olds.find(({ name }) => name === pool.name) ?? {}, pool);
  // A pool that is left out stays: danielrbradley in pulumi/pulumi-azure-native#579.
  const left = olds.filter(({ name }) => !pools.some((pool) => pool.name === name));
  body.properties.agentPoolProfiles = [...pools, ...left];
  return body;
}

function keep(groups: ResourceType["kept"], before: Props, after: Props): void {
  for (const [first, ...more] of groups)
    for (const [path] of each(before, first))
      for (const own of at(after, path) === undefined ? [path, ...more] : []) {
        const [value, names] = [at(before, own), own.split(".")];
        const last = names.pop()!;
        if (value !== undefined) names.reduce((all: any, name) => (all[name] ??= {}), after)[last] = value;
      }
}

/** @param before the response; @param after the request. @throws ArmError; Error for what cannot be shown here */
export function checkChange(model: string, before: Props, after: Props): void {
  checkLocation(before, after);
  const [olds, news] = [before, after].map((body) => list(body, "properties.agentPoolProfiles") as Props[]);
  // Side by side with what they were, whatever the order; a new one has not changed.
  const agentPoolProfiles = news.map((pool) => olds.find(({ name }) => name === pool.name) ?? pool);
  const was = { ...before, properties: { ...(before.properties as Props), agentPoolProfiles } };
  const problems = [
    ...checkRules(`${model}Change`, { ...after, before: was }),
    ...checkVersion(before, after),
  ];
  if (problems.length > 0) throw new ArmError(problems);
  checkShown(before, after);
}

function* checkVersion(before: Props, after: Props): Generator<Problem> {
  const target = "properties.kubernetesVersion";
  const [old = "", wanted = ""] = [text(before, target), text(after, target)];
  if (wanted && !`${old}.`.startsWith(`${wanted}.`) && versions.compare(wanted, old) < 0)
    yield {
      target,
      code: "OperationNotAllowed",
      message: `Downgrading Kubernetes version ${old} to ${wanted} is not allowed.`,
      advice: "Put the old version back.",
    };
  // rancher/dashboard#11884
  const [was, next] = [old, wanted].map((version) => Number(version.split(".")[1]));
  if (next > was + 1)
    yield {
      target,
      code: "OperationNotAllowed",
      message: `Upgrading Kubernetes version ${old} to ${wanted} is not allowed. Available upgrades: [1.${was + 1}].`,
      advice: "Upgrade to the next minor version first.",
    };
}

const versions = new Intl.Collator("en", { numeric: true });

/** ARM's words, for any type: MicrosoftDocs/azure-docs#70422. */
function checkLocation(before: Props, after: Props): void {
  const [old, wanted] = [before, after].map((body) => text(body, "location"));
  if (!old || !wanted || normalizedLocation(old) === normalizedLocation(wanted)) return;
  const group = String(before.id).split("/")[4];
  const message = `The resource '${String(before.name)}' already exists in location '${old}' in resource group '${group}'. A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`;
  const advice = "Put the old location back, or give the resource another name.";
  throw refusal(409, "InvalidResourceLocation", message, advice);
}

/** @throws Error for a change that AKS makes on a living cluster and the control plane on this machine cannot show */
function checkShown(before: Props, after: Props): void {
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
