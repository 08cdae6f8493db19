// What a change of the provider's own inputs means for the resources behind it (pulumi-kubernetes provider.go,
// DiffConfig). A replaced provider replaces every resource, so the rule decides whether a new kubeconfig is harmless.

import { isDeepStrictEqual } from "node:util";
import { UNKNOWN, type Props } from "../provider";
import { activeCluster, parseKubeconfig, withOverrides } from "./kubeconfig";

/**
 * Compares the inputs of a `pulumi:providers:kubernetes` resource.
 *
 * With `clusterIdentifier` set and unchanged nothing is ever replaced; when its value changes (not: when it is added
 * or removed) everything is. Without it, a changed active cluster of the kubeconfig replaces, as does a kubeconfig,
 * context or cluster that is not known yet.
 */
export function diffProviderConfig(olds: Props, news: Props): { changed: string[]; replace: string[] } {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  const changed = keys.filter((key) => !isDeepStrictEqual(olds[key] ?? null, news[key] ?? null));
  if (changed.length === 0) {
    return { changed, replace: [] };
  }
  const identified = given(news.clusterIdentifier) && !changed.includes("clusterIdentifier");
  const replace: string[] = [];
  if (
    changed.includes("clusterIdentifier") &&
    given(olds.clusterIdentifier) &&
    given(news.clusterIdentifier)
  ) {
    replace.push("clusterIdentifier");
  }
  const unknown = ["kubeconfig", "context", "cluster"].find((key) => news[key] === UNKNOWN);
  if (unknown) {
    return { changed: [unknown], replace: identified ? [] : [...replace, unknown] };
  }
  const before = clusterOf(olds);
  const after = clusterOf(news);
  if (before && after && !isDeepStrictEqual(before, after)) {
    replace.push(...["kubeconfig", "context", "cluster"].filter((key) => changed.includes(key)));
  }
  return { changed, replace: identified ? [] : replace };
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function clusterOf(inputs: Props): unknown {
  if (!given(inputs.kubeconfig)) {
    // As the real provider: the ambient kubeconfig is not compared.
    return undefined;
  }
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const overrides = { context: text(inputs.context), cluster: text(inputs.cluster) };
  return activeCluster(withOverrides(parseKubeconfig(inputs.kubeconfig), overrides));
}
