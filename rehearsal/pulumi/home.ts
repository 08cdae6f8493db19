// A PULUMI_HOME of the stack's own: the user's is left alone. Its plugins are scripts that lead to the Kubernetes plugin
// and to the stand-ins; what else the user has installed is linked in.
import fs from "node:fs";
import path from "node:path";
import { pluginScript } from "../charts/main";
import { sdkVersion } from "../programs/catalogue";
import type { StackFolder } from "../stack";
import { quoted } from "../system/shell";
import { type Engine, userHome } from "./engine";

const rehearsal = path.join(__dirname, "..");
const standIns = ["kubernetes", "azure-native", "random"] as const;

export function prepareHome(stack: StackFolder, engine: Engine, projectDir: string): string {
  const home = path.join(stack.folder, "home");
  const plugins = path.join(home, "plugins");
  fs.rmSync(plugins, { recursive: true, force: true });
  fs.mkdirSync(plugins, { recursive: true });
  // Its hooks for `require` alone: those for `import` cost each start 0.1 s. So what is loaded late is required.
  const node = [process.execPath, "--require", require.resolve("tsx/cjs")];
  const standIn = (...words: string[]) =>
    `#!/bin/sh\nexec ${[...node, ...words].map(quoted).join(" ")} "$@"\n`;
  const charts = path.join(stack.folder, "charts");
  fs.mkdirSync(charts, { recursive: true });
  const scripts: Record<(typeof standIns)[number], (version: string) => string> = {
    kubernetes: (version) => pluginScript(node, charts, engine.kubernetesPlugin, version),
    "azure-native": () => standIn(path.join(rehearsal, "azure/main.ts"), stack.folder),
    random: () => standIn(path.join(rehearsal, "random/main.ts")),
  };
  for (const name of standIns) {
    // The CLI looks for the very version that the program's SDK names; a program in YAML names none.
    const version = sdkVersion(name, projectDir) ?? sdkVersion(name, __dirname)!;
    const folder = path.join(plugins, `resource-${name}-v${version}`);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, `pulumi-resource-${name}`), scripts[name](version), { mode: 0o755 });
  }
  const installed = path.join(userHome(process.env), "plugins");
  for (const name of fs.existsSync(installed) ? fs.readdirSync(installed) : []) {
    if (standIns.some((one) => name.startsWith(`resource-${one}-v`))) continue;
    fs.symlinkSync(path.join(installed, name), path.join(plugins, name));
  }
  return home;
}
