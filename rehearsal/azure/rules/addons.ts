// Which add-ons there are, and the members of their configuration.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { at, entries } from "../values";

/** azure-cli, acs/_consts.py. That AKS refuses others is inferred. */
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

const spelt = (name: string, names: readonly string[]): string | undefined =>
  names.find((other) => other.toLowerCase() === name.toLowerCase());

export function* checkAddons(body: Props): Generator<Problem> {
  const names = Object.keys(addons);
  for (const [name, profile] of entries(body, "properties.addonProfiles")) {
    const path = `properties.addonProfiles.${name}`;
    if (!(name in addons)) {
      const near = spelt(name, names);
      const advice = near ? `It is spelt \`${near}\`.` : `Write one of: ${names.join(", ")}.`;
      yield invalid(path, `Addon '${name}' is not supported.`, advice);
    }
    const known = addons[name];
    for (const [key] of known ? entries(profile, "config") : [])
      if (!spelt(key, known!))
        yield invalid(
          `${path}.config.${key}`,
          `Config '${key}' of addon '${name}' is not supported.`,
          `Write one of: ${known!.join(", ")}.`,
        );
  }
  // learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable: the add-on sends there.
  const path = "properties.addonProfiles.omsagent";
  if (at(body, `${path}.enabled`) !== true || at(body, `${path}.config`) === UNKNOWN) return;
  const id = monitoringWorkspace(body);
  const pattern =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i;
  if (id === undefined) yield missing(workspaceMember, "Set it to the Workspace resource's `id`.");
  else if (id !== UNKNOWN && !pattern.test(id))
    yield invalid(
      workspaceMember,
      `'${id}' is not the id of a workspace.`,
      "Write the Workspace resource's `id`.",
    );
}

export const workspaceMember = "properties.addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID";

/** The workspace that the monitoring add-on writes to; AKS does not mind the case of the name (azure-cli does so too). */
export function monitoringWorkspace(body: Props): string | undefined {
  const name = spelt(
    "logAnalyticsWorkspaceResourceID",
    entries(body, "properties.addonProfiles.omsagent.config").map(([key]) => key),
  );
  const found = name === undefined ? undefined : at(body, `properties.addonProfiles.omsagent.config.${name}`);
  return typeof found === "string" ? found : undefined;
}
