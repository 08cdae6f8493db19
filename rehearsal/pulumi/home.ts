// A PULUMI_HOME of the stack's own: the user's is left alone. Its plugins are scripts that lead to the Kubernetes plugin
// and to the stand-ins; what else the user has installed is linked in.
import fs from "node:fs";
import path from "node:path";
import { sdkVersion } from "../programs/catalogue";
import type { StackFolder } from "../stack";
import { type Engine, userHome } from "./engine";

const rehearsal = path.join(__dirname, "..");
const standIns = ["kubernetes", "azure-native", "random"] as const;

/** @returns the folder */
export function prepareHome(stack: StackFolder, engine: Engine, projectDir: string): string {
  const home = path.join(stack.folder, "home");
  const plugins = path.join(home, "plugins");
  fs.rmSync(plugins, { recursive: true, force: true });
  fs.mkdirSync(plugins, { recursive: true });
  const commands: Record<(typeof standIns)[number], string[]> = {
    kubernetes: [
      `${rehearsal}/charts/kubernetesPlugin.ts`,
      path.join(stack.folder, "charts"),
      engine.kubernetesPlugin,
    ],
    "azure-native": [`${rehearsal}/azure/main.ts`, stack.folder],
    random: [`${rehearsal}/random/main.ts`],
  };
  for (const [name, command] of Object.entries(commands)) {
    // The CLI looks for the very version that the program's SDK names; a program in YAML names none.
    const version = sdkVersion(name, projectDir) ?? sdkVersion(name, __dirname)!;
    const folder = path.join(plugins, `resource-${name}-v${version}`);
    fs.mkdirSync(folder);
    const tsx = `file://${require.resolve("tsx")}`;
    const words = [process.execPath, "--import", tsx, ...command].map(
      (word) => `'${word.replaceAll("'", "'\\''")}'`,
    );
    // The run's first lines say how old it is; the CLI would warn of it each time.
    const told = name === "kubernetes" ? `AKS_CALICO_EBPF_PLUGIN_VERSION=${version} ` : "";
    const script = `#!/bin/sh\n${told}exec ${words.join(" ")} "$@"\n`;
    fs.writeFileSync(path.join(folder, `pulumi-resource-${name}`), script, { mode: 0o755 });
  }
  const installed = path.join(userHome(process.env), "plugins");
  for (const name of fs.existsSync(installed) ? fs.readdirSync(installed) : []) {
    if (standIns.some((one) => name.startsWith(`resource-${one}-v`))) continue;
    fs.symlinkSync(path.join(installed, name), path.join(plugins, name));
  }
  return home;
}
