// What the Kubernetes plugins of one command of the CLI share, which starts a plugin for each Provider resource: a proxy
// that answers for Calico's chart repository, and their end when the CLI was killed.
//   main.ts FOLDER COMMAND SCRIPT PLUGIN [ARGUMENT...] ENGINE
import fs from "node:fs";
import path from "node:path";
import { endWithEngine } from "../plugin/lifeline";
import { processesWith } from "../system/processes";
import { messageOf } from "../system/refusal";
import { exportsOf, quoted } from "../system/shell";
import { startChartProxy } from "./proxy";

const realCharts = process.env.AKS_CALICO_EBPF_REAL_CHARTS === "1";

const readyFile = "environment.sh";

/**
 * The script that stands for a stack's Kubernetes plugin. The first of a command starts this program, in a process group
 * of its own, for the CLI ends a plugin with its group; all wait for the environment that it writes.
 * @param node words that run a TypeScript file
 * @param version what the plugin says it is: the run's first lines say how old it is, and the CLI would warn each time
 */
export const pluginScript = (
  node: readonly string[],
  folder: string,
  plugin: string,
  version: string,
): string => {
  const detached =
    "const [program, ...args] = process.argv.slice(1);" +
    'require("node:child_process").spawn(program, args, { detached: true, stdio: "ignore" }).unref()';
  const start = [node[0], "-e", detached, ...node, __filename, folder].map(quoted).join(" ");
  return `#!/bin/sh
for engine in "$@"; do :; done
command=${quoted(folder)}/command-$PPID-$engine
if mkdir "$command" 2>/dev/null; then ${start} "$command" "$0" ${quoted(plugin)} "$@"; fi
until [ -e "$command/${readyFile}" ]; do sleep 0.05; done
. "$command/${readyFile}"
AKS_CALICO_EBPF_PLUGIN_VERSION=${version} exec ${quoted(plugin)} "$@"
`;
};

async function main([folder, command, script, plugin, ...args]: string[]): Promise<void> {
  const engine = args.at(-1)!;
  endWithEngine(engine, () => {
    fs.rmSync(command, { recursive: true, force: true });
    // A script that still waits for the environment would wait for ever.
    const all = [script, plugin].flatMap((one) => processesWith([one, ...args].join(" ")));
    for (const { pid } of all) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  });
  const said = new Set<string>();
  const say = async (line: string) => {
    if (said.has(line)) return;
    said.add(line);
    // Loaded here: only a chart that is asked for has something to say.
    const { Engine } = require("../plugin/engine") as typeof import("../plugin/engine");
    await new Engine(engine).log("", "info", line, false);
  };
  const environment = async () => {
    if (realCharts) return [];
    const proxy = await startChartProxy(folder, say);
    // Helm keeps what it fetches: stand-ins must not get among the user's own charts.
    return exportsOf({ ...proxy.env, HELM_CACHE_HOME: path.join(folder, "helm") });
  };
  const lines = await environment().catch((error) => [`echo ${quoted(messageOf(error))} >&2`, "exit 1"]);
  const file = path.join(command, readyFile);
  fs.writeFileSync(`${file}.new`, `${lines.join("\n")}\n`);
  fs.renameSync(`${file}.new`, file);
}

if (require.main === module) void main(process.argv.slice(2));
