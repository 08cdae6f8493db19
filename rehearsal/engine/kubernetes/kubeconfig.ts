// Kubeconfigs: the contents or the path of one, and the cluster that is meant (pulumi-kubernetes provider/util.go).

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { KubeConfig, type Cluster } from "@kubernetes/client-node";
import { load } from "js-yaml";
import type { Json } from "../provider";

/**
 * Reads a kubeconfig: YAML or JSON text, an object, a path (`~` is the home directory), or, where nothing is given,
 * what kubectl would use.
 * @throws Error saying what is wrong with it.
 */
export function parseKubeconfig(value: Json | undefined): KubeConfig {
  const config = new KubeConfig();
  if (value === undefined || value === null || value === "") {
    config.loadFromDefault();
    return config;
  }
  if (typeof value === "object") {
    return fromText(config, JSON.stringify(value));
  }
  if (typeof value !== "string") {
    throw new Error(`unexpected kubeconfig format, type: ${typeof value}`);
  }
  const file = value === "~" || value.startsWith("~/") ? path.join(os.homedir(), value.slice(1)) : value;
  if (!file.includes("\n") && fs.existsSync(file)) {
    fromText(config, fs.readFileSync(file, "utf8"));
    config.makePathsAbsolute(path.dirname(path.resolve(file)));
    return config;
  }
  return fromText(config, value);
}

function fromText(config: KubeConfig, text: string): KubeConfig {
  const parsed = load(text) as { clusters?: unknown } | null;
  if (typeof parsed !== "object" || parsed === null || !Array.isArray(parsed.clusters)) {
    const shown = text.includes("\n") || text.length > 80 ? "the text" : JSON.stringify(text);
    throw new Error(`${shown} is neither a file that exists nor a kubeconfig with a list of clusters`);
  }
  // client-node wants the lists to be there; an empty kubeconfig of kubectl has null in their place.
  const { contexts, users } = parsed as { contexts?: unknown; users?: unknown };
  config.loadFromString(JSON.stringify({ ...parsed, contexts: contexts ?? [], users: users ?? [] }));
  return config;
}

/** Lays the provider's `context` and `cluster` over the kubeconfig, as kubectl's flags do. */
export function withOverrides(
  config: KubeConfig,
  overrides: { context?: string; cluster?: string },
): KubeConfig {
  if (overrides.context) {
    config.setCurrentContext(overrides.context);
  }
  if (overrides.cluster) {
    const current = config.getCurrentContext();
    config.contexts = config
      .getContexts()
      .map((c) => (c.name === current ? { ...c, cluster: overrides.cluster as string } : c));
  }
  return config;
}

/** The cluster that requests go to, if the kubeconfig has it. */
export function activeCluster(config: KubeConfig): Cluster | undefined {
  return config.getCurrentCluster() ?? undefined;
}
