import path from "node:path";
import { processesWith } from "../system/processes";

/** The plugins of a run of the stack in `folder`: they end with the CLI, so there are none where none runs. */
export const runUnderWay = (folder: string): number[] =>
  [`azure/main.ts ${folder} `, `charts/main.ts ${path.join(folder, "charts")} `].flatMap((mark) =>
    processesWith(mark).map(({ pid }) => pid),
  );
