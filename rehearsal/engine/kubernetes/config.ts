// The inputs of a `pulumi:providers:kubernetes` resource: each is carried out or refused, none is passed over
// (pulumi-kubernetes provider.go, Configure).

import { KubeConfig } from "@kubernetes/client-node";
import { UNKNOWN, type Json, type Props } from "../provider";
import type { ClientSettings } from "./client";
import { messageOf } from "./errors";
import { activeCluster, parseKubeconfig, withOverrides } from "./kubeconfig";

export interface Config {
  /** Undefined where no cluster can be named; `unreachable` then says why. */
  readonly kubeConfig?: KubeConfig;
  readonly unreachable?: string;
  readonly namespace: string;
  readonly client: ClientSettings;
  readonly enablePatchForce: boolean;
  readonly upsertExistingObjects: boolean;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly suppressDeprecationWarnings: boolean;
  readonly suppressHelmHookWarnings: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
}

/** Why a preview cannot reach a cluster that is still to come; an update always knows. */
export const NOT_KNOWN_YET = "the kubeconfig is not known yet";

/** Read here; `version` and `pluginDownloadURL` belong to the engine. */
const supported = new Set([
  "cluster",
  "clusterIdentifier",
  "context",
  "deleteUnreachable",
  "enableConfigMapMutable",
  "enablePatchForce",
  "enableSecretMutable",
  "enableServerSideApply",
  "kubeClientSettings",
  "kubeconfig",
  "namespace",
  "pluginDownloadURL",
  "skipUpdateUnreachable",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "upsertExistingObjects",
  "version",
]);

const refused: Record<string, string> = {
  alwaysRender: 'it belongs to "renderYamlToDirectory", which is not supported either',
  helmReleaseSettings:
    "Helm runs there with its own defaults and sees nothing of the user's Helm; leave the input out",
  renderYamlToDirectory: "the rehearsal applies objects to a real API server and renders no files",
};

/** @throws Error naming each input that is unknown, of a wrong type or not carried out here. */
export function parseConfig(inputs: Props): Config {
  for (const [name, value] of Object.entries(inputs)) {
    const empty = value === null || value === "" || value === "null" || value === false || value === "false";
    if (refused[name] && !empty) {
      throw new Error(`Kubernetes provider: "${name}" is not supported by the rehearsal: ${refused[name]}`);
    }
    if (!supported.has(name) && !refused[name] && !name.startsWith("__")) {
      throw new Error(
        `Kubernetes provider: unknown input "${name}"; known are ${[...supported].sort().join(", ")}`,
      );
    }
  }
  if (!flag(inputs, "enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true)) {
    throw new Error(
      'Kubernetes provider: "enableServerSideApply: false" is not supported by the rehearsal: it knows server-side ' +
        "apply only, and Patch resources need it; leave the input out",
    );
  }
  if (process.env.PULUMI_K8S_AWAIT_ALL === "true") {
    throw new Error(
      "PULUMI_K8S_AWAIT_ALL=true is not supported by the rehearsal; unset it or use pulumi.com/waitFor",
    );
  }
  return {
    ...loadCluster(inputs),
    client: clientSettings(inputs),
    enablePatchForce: flag(inputs, "enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag(inputs, "upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enableConfigMapMutable: flag(inputs, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag(inputs, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    suppressDeprecationWarnings: flag(
      inputs,
      "suppressDeprecationWarnings",
      "PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS",
    ),
    suppressHelmHookWarnings: flag(
      inputs,
      "suppressHelmHookWarnings",
      "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS",
    ),
    deleteUnreachable: flag(inputs, "deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag(inputs, "skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
  };
}

function loadCluster(inputs: Props): Pick<Config, "kubeConfig" | "unreachable" | "namespace"> {
  const namespace = optionalText(inputs, "namespace");
  if (inputs.kubeconfig === UNKNOWN || inputs.context === UNKNOWN || inputs.cluster === UNKNOWN) {
    return { unreachable: NOT_KNOWN_YET, namespace: namespace || "default" };
  }
  try {
    const kubeConfig = withOverrides(parseKubeconfig(inputs.kubeconfig), {
      context: optionalText(inputs, "context"),
      cluster: optionalText(inputs, "cluster"),
    });
    const ofContext = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace;
    if (!activeCluster(kubeConfig)) {
      throw new Error(
        `invalid configuration: context "${kubeConfig.getCurrentContext() ?? ""}" names no cluster of the kubeconfig`,
      );
    }
    return { kubeConfig, namespace: namespace || ofContext || "default" };
  } catch (error) {
    // The real provider goes on and fails the operations that need the cluster, with this reason.
    const reason = `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${messageOf(error)}`;
    return { unreachable: reason, namespace: namespace || "default" };
  }
}

function clientSettings(inputs: Props): ClientSettings {
  let given: Json = inputs.kubeClientSettings ?? {};
  if (typeof given === "string") {
    try {
      given = JSON.parse(given) as Json;
    } catch (error) {
      throw new Error(`failed to unmarshal kubeClientSettings option: ${messageOf(error)}`);
    }
  }
  const known = ["burst", "qps", "timeout"];
  const settings = (typeof given === "object" && given !== null ? given : {}) as Props;
  for (const [name, value] of Object.entries(settings)) {
    if (!known.includes(name) || (value !== null && !(typeof value === "number" && value > 0))) {
      throw new Error(
        `Kubernetes provider: kubeClientSettings.${name} must be one of ${known.join(", ")}, a number above 0`,
      );
    }
  }
  const number = (name: string, env: string, fallback?: number) =>
    (settings[name] as number | undefined) ?? (process.env[env] ? Number(process.env[env]) : fallback);
  return {
    // Defaults: pulumi-kubernetes provider.go, Configure.
    burst: number("burst", "PULUMI_K8S_CLIENT_BURST", 120) as number,
    qps: number("qps", "PULUMI_K8S_CLIENT_QPS", 50) as number,
    timeout: number("timeout", "PULUMI_K8S_CLIENT_TIMEOUT"),
  };
}

/** A switch: the input, else the environment, else the default. The SDK sends booleans as "true" and "false". */
function flag(inputs: Props, name: string, env: string, fallback = false): boolean {
  const value = inputs[name];
  if (value === undefined || value === null || value === UNKNOWN) {
    return process.env[env] === undefined ? fallback : process.env[env] === "true";
  }
  if (typeof value !== "boolean" && value !== "true" && value !== "false") {
    throw new Error(`Kubernetes provider: "${name}" must be true or false, not ${JSON.stringify(value)}`);
  }
  return String(value) === "true";
}

function optionalText(inputs: Props, name: string): string | undefined {
  const value = inputs[name];
  if (value === undefined || value === null || value === UNKNOWN) {
    return undefined;
  }
  if (typeof value !== "string") {
    throw new Error(`Kubernetes provider: "${name}" must be a string`);
  }
  return value;
}
