// The real Helm for the Kubernetes provider: the program, its charts, and how it is run.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Progress } from "../host/progress";
import { type Chart, type ChartReference, findChart } from "./charts";
import { type HelmAnswer, type HelmCommand, runHelm } from "./command";
import { findHelm } from "./program";

export type { Chart, ChartReference, HelmAnswer };

export interface HelmRun extends Omit<HelmCommand, "program" | "folder"> {
  readonly progress: Progress;
}

export interface Helm {
  /** @throws Refusal where the chart cannot be had */
  chart(reference: ChartReference): Chart;
  /**
   * Runs Helm; the first run finds or builds it.
   * @param chart goes to `args` as a path
   * @throws Refusal where Helm, or what the chart is made of, cannot be had
   */
  run(command: HelmRun, chart?: Chart): Promise<HelmAnswer>;
}

/** @param base folder that a relative path of a chart starts from; the real provider runs in the program's folder. */
export function realHelm(base: string): Helm {
  let program: Promise<string> | undefined;
  /** One search for all releases of a run; a failed one is not kept. */
  const find = ({ progress, signal }: HelmRun) => {
    program ??= findHelm({ progress, signal }).catch((error) => {
      program = undefined;
      throw error;
    });
    return program;
  };
  return {
    chart: (reference) => findChart(reference, base),
    async run(command, chart) {
      const found = await find(command);
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "helm-"));
      try {
        const place = chart ? [await chart.open(folder, command.progress)] : [];
        return await runHelm({ ...command, program: found, folder, args: [...command.args, ...place] });
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
