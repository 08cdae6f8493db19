import type { AksClusterArgs } from "../aksClusterArgs";
import type { CalicoEbpfClusterArgs } from "../calicoEbpfCluster";
import type { DataplaneSettings } from "../dataplaneArgs";
import { clusterHints, clusterProperties, readAksCluster } from "./aksCluster";
import { readDataplaneSettings, settingsProperties } from "./dataplane";
import { ArgumentReader } from "./findings";

/**
 * Reads what {@link CalicoEbpfCluster} takes and shares it out. All that is plain is checked here, so that one message
 * names everything that is wrong before anything is declared; the two parts check again, and what is known later.
 */
export function readCalicoEbpfClusterArgs(
  subject: string,
  name: string,
  args: CalicoEbpfClusterArgs,
): { cluster: AksClusterArgs; dataplane: DataplaneSettings } {
  const reader = new ArgumentReader(subject, "skip");
  const given = reader.object<CalicoEbpfClusterArgs>(
    "",
    args ?? {},
    {
      ...clusterProperties,
      ...settingsProperties,
    },
    clusterHints,
  );
  readAksCluster(reader, name, given);
  readDataplaneSettings(reader, given);
  reader.done();
  return {
    cluster: pick(given, Object.keys(clusterProperties)),
    dataplane: pick(given, Object.keys(settingsProperties)),
  };
}

function pick(from: object, keys: string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
