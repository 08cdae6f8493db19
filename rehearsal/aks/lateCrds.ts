// Calico's CRDs that come some time after Azure has said that the cluster is ready, as a fault that can be rehearsed: who
// patches an Installation then meets an API server that does not know the kind.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Api } from "../controlPlane/api";
import type { Layout } from "../controlPlane/kwok";
import { calicoCrds, installCrds } from "./crds";

const file = (where: Layout) => path.join(where.folder, "crds-due");

/** Has the daemon bring the CRDs `seconds` from now. */
export function dueCrds(where: Layout, seconds: number): void {
  fs.writeFileSync(file(where), String(Date.now() + seconds * 1000));
}

/** Brings them when they are due; ends then, or when `signal` fires. */
export async function runLateCrds(
  api: Api,
  where: Layout,
  version: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (fs.existsSync(file(where)) && Date.now() >= Number(fs.readFileSync(file(where), "utf8"))) {
      try {
        await installCrds(api, await calicoCrds(log, version), signal);
        fs.rmSync(file(where), { force: true });
        log("Calico's CRDs are there now");
        return;
      } catch (error) {
        log(`CRDs: ${(error as Error).message}`);
      }
    }
    await pause(200, undefined, { signal }).catch(() => undefined);
  }
}
