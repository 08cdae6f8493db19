import path from "node:path";
import { processesWith } from "../system/processes";
import { until } from "../system/wait";

const pluginsOf = (folder: string): number[] =>
  [`azure/main.ts ${folder} `, `charts/main.ts ${path.join(folder, "charts")} `].flatMap((mark) =>
    processesWith(mark).map(({ pid }) => pid),
  );

/**
 * The plugins of a run of the stack in `folder`: they end with the CLI, so there are none where none runs. On a busy
 * machine those of the run before may take a moment to end.
 * @param seconds how long they are given
 */
export async function runUnderWay(folder: string, seconds = 10): Promise<number[]> {
  const ended = async () => pluginsOf(folder).length === 0 || undefined;
  await until("the plugins of a run to end", ended, { seconds }).catch(() => undefined);
  return pluginsOf(folder);
}
