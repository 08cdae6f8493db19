// What others have in the cluster: objects that a test's resources meet, and what their owners write into them.

import type { KubeObject } from "../../rehearsal/engine/kubernetes/objects";
import type { Props } from "../../rehearsal/engine/provider";
import { configMap, daemonSet, type Declared, eventually, rolledOut, type Served } from "./harness";

/** Who owns fields of the object: `manager/operation`. */
export const managers = ({ metadata }: KubeObject): string[] =>
  (metadata.managedFields as KubeObject[]).map(({ manager, operation }) => `${manager}/${operation}`);

export function configMaps(on: Served) {
  const path = "/api/v1/namespaces/default/configmaps";
  return {
    live: (name: string) => on.server.request("GET", `${path}/${name}`),
    existing: (name: string, data: Props) =>
      on.server.request("POST", path, configMap({ name }, data), { fieldManager: "somebody" }),
  };
}

export function daemonSets(on: Served) {
  const path = "/apis/apps/v1/namespaces/default/daemonsets";
  const pathOf = (name: string) => `${path}/${name}`;
  const setStatus = (name: string, status: Props) =>
    on.server.request("PATCH", `${pathOf(name)}/status`, status);
  /** A DaemonSet that somebody else made and rolled out. */
  const existing = async (name: string, count = 2) => {
    await on.server.request("POST", path, daemonSet(name));
    await setStatus(name, rolledOut(1, count));
  };
  return { pathOf, setStatus, existing };
}

/** A patch of a DaemonSet. */
export const annotated = (name: string, annotations: Props, podSpec?: Props): Props => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name, namespace: "default", annotations },
  ...(podSpec && { spec: { template: { spec: podSpec } } }),
});

export const says = ({ op }: Declared, text: string): Promise<void> =>
  eventually(() => op.statuses.includes(text), `status "${text}"`);
