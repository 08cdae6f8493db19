// Where the monitoring add-on sends to.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { at, entries } from "../values";

export function* checkAddons(body: Props): Generator<Problem> {
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
  const config = entries(body, "properties.addonProfiles.omsagent.config");
  const found = config.find(([name]) => name.toLowerCase() === "loganalyticsworkspaceresourceid")?.[1];
  return typeof found === "string" ? found : undefined;
}
