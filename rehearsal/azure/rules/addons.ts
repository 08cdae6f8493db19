// What AKS asks of add-ons and of Defender beyond their shape.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, isObject, text } from "../values";

/** Add-ons and the members of their configuration: azure-cli, acs/_consts.py. That AKS refuses others is inferred. */
const addons: Record<string, readonly string[] | undefined> = {
  omsagent: ["logAnalyticsWorkspaceResourceID", "useAADAuth"],
  azurepolicy: ["version"],
  azureKeyvaultSecretsProvider: ["enableSecretRotation", "rotationPollInterval"],
  httpApplicationRouting: undefined,
  aciConnectorLinux: undefined,
  kubeDashboard: undefined,
  ingressApplicationGateway: undefined,
  ACCSGXDevicePlugin: undefined,
  openServiceMesh: undefined,
  gitops: undefined,
};

const workspaceId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i;

export function* checkAddons(body: Props): Generator<Problem> {
  const profiles = at(body, "properties.addonProfiles");
  for (const [name, profile] of isObject(profiles) ? Object.entries(profiles) : []) {
    const path = `properties.addonProfiles.${name}`;
    if (!(name in addons)) {
      const near = Object.keys(addons).find((other) => other.toLowerCase() === name.toLowerCase());
      yield invalid(
        path,
        `Addon '${name}' is not supported.`,
        near ? `It is spelt \`${near}\`.` : `Write one of: ${Object.keys(addons).join(", ")}.`,
      );
    } else if (isObject(profile)) yield* checkAddon(name, profile, path);
  }
  yield* checkDefender(body);
}

function* checkAddon(name: string, profile: Props, path: string): Generator<Problem> {
  const config = at(profile, "config");
  const known = addons[name];
  for (const key of isObject(config) && known ? Object.keys(config) : [])
    if (!known!.some((other) => other.toLowerCase() === key.toLowerCase()))
      yield invalid(
        `${path}.config.${key}`,
        `Config '${key}' of addon '${name}' is not supported.`,
        `Write one of: ${known!.join(", ")}.`,
      );
  if (name === "omsagent" && profile.enabled === true && config !== UNKNOWN) {
    // learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable: the add-on sends there.
    const target = `${path}.config.logAnalyticsWorkspaceResourceID`;
    const given = workspaceOf(config);
    if (given === undefined) yield missing(target, "Set it to the Workspace resource's `id`.");
    else if (given !== UNKNOWN && !workspaceId.test(given)) yield notWorkspace(target, given);
  }
  for (const flag of ["enableSecretRotation", "useAADAuth"])
    yield* oneOfWords(config, path, flag, "true or false");
  // learn.microsoft.com/azure/aks/csi-secrets-store-configuration-options: a Go duration, such as the default "2m".
  yield* oneOfWords(config, path, "rotationPollInterval", 'a duration such as "2m" or "1h30m"');
  // learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes: "config": { "version": "v2" }.
  yield* oneOfWords(config, path, "version", "v2");
}

const patterns: Record<string, RegExp> = {
  enableSecretRotation: /^(true|false)$/i,
  useAADAuth: /^(true|false)$/i,
  rotationPollInterval: /^(\d+(\.\d+)?(ms|s|m|h))+$/,
  version: /^v2$/,
};

function* oneOfWords(config: unknown, path: string, name: string, wanted: string): Generator<Problem> {
  const value = isObject(config) ? text(config, name) : undefined;
  if (value !== undefined && !patterns[name].test(value))
    yield invalid(
      `${path}.config.${name}`,
      `The value of parameter ${path}.config.${name} is invalid: "${value}".`,
      `Write ${wanted}.`,
    );
}

/** The workspace that the monitoring add-on writes to; AKS does not mind the case of the name (azure-cli does so too). */
export function workspaceOf(config: unknown): string | undefined {
  const entries = isObject(config) ? Object.entries(config) : [];
  const found = entries.find(([key]) => key.toLowerCase() === "loganalyticsworkspaceresourceid");
  return typeof found?.[1] === "string" ? found[1] : undefined;
}

/** managedClusters.json: "When Microsoft Defender is enabled, this field is required and must be a valid workspace". */
function* checkDefender(body: Props): Generator<Problem> {
  const path = "properties.securityProfile.defender";
  const target = `${path}.logAnalyticsWorkspaceResourceId`;
  if (at(body, `${path}.securityMonitoring.enabled`) !== true) return;
  if (absent(body, target)) yield missing(target, "Set it to the Workspace resource's `id`.");
  const given = text(body, target);
  if (given !== undefined && !workspaceId.test(given)) yield notWorkspace(target, given);
}

const notWorkspace = (target: string, given: string): Problem =>
  invalid(target, `'${given}' is not the id of a workspace.`, "Write the Workspace resource's `id`.");
