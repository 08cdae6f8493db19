// The Kubernetes plugin of a stack: runs the real one behind a proxy that answers for Calico's chart repository.
// A process of its own for each Provider resource, in previews too, so it loads next to nothing.
//   kubernetesPlugin.ts FOLDER PLUGIN [ARGUMENT...]
import { spawn } from "node:child_process";
import { endWithParent } from "../plugin/lifeline";
import { startChartProxy } from "./proxy";

/** Leaves Calico's repository to the network. */
const realCharts = process.env.AKS_CALICO_EBPF_REAL_CHARTS === "1";

async function main([folder, plugin, ...args]: string[]): Promise<void> {
  const cli = args.find((arg) => /^[\d.]+:\d+$/.test(arg));
  const said = new Set<string>();
  const say = async (line: string) => {
    if (!cli || said.has(line)) return;
    said.add(line);
    // Loaded here: only a chart that is asked for has something to say.
    const { Engine } = await import("../plugin/engine.js");
    await new Engine(cli).log("", "info", line, false);
  };
  const proxy = realCharts ? undefined : await startChartProxy(folder, say);
  // Helm keeps what it fetches: stand-ins must not get among the user's own charts.
  const cache = realCharts ? {} : { HELM_CACHE_HOME: `${folder}/helm` };
  const child = spawn(plugin, args, { stdio: "inherit", env: { ...process.env, ...proxy?.env, ...cache } });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => child.kill(signal));
  process.on("exit", () => child.kill("SIGKILL"));
  endWithParent();
  child.on("error", (error) => {
    console.error(`${plugin} cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

void main(process.argv.slice(2));
