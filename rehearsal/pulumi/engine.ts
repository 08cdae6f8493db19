// The Pulumi CLI and the Kubernetes plugin of a run: found, and told to the user.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { builtPluginVersion, kubernetesPlugin, pulumi, pulumiYaml, sdkVersion } from "../programs/catalogue";
import { answerOf, type Found, findPrograms, type FindOptions, onPath } from "../programs/find";

export interface Engine {
  readonly cli: string;
  readonly kubernetesPlugin: string;
  /** What runs and where it comes from, for the first lines of a run. */
  readonly told: readonly string[];
}

const origins: Record<Found["origin"], string> = {
  setting: "from AKS_CALICO_EBPF_BIN",
  installed: "installed here",
  downloaded: "an official download",
  built: "built from its Go module",
};

/** `pulumi.Stash`, by which the component remembers names (pulumi/pulumi, pkg/resource/deploy/builtins.go, at its tags). */
export const oldestCli = "v3.208.0";

/** A CLI on PATH counts with its language hosts, which lie beside it or on PATH, too. */
function installedCli(env: NodeJS.ProcessEnv): Found | undefined {
  const cli = onPath("pulumi", env);
  const version = cli && answerOf(cli, "version");
  if (!version || version.localeCompare(oldestCli, "en", { numeric: true }) < 0) return undefined;
  const beside = path.join(path.dirname(fs.realpathSync(cli)), "pulumi-language-nodejs");
  if (!fs.existsSync(beside) && !onPath("pulumi-language-nodejs", env)) return undefined;
  return { origin: "installed", path: () => cli };
}

export const userHome = (env: NodeJS.ProcessEnv) => env.PULUMI_HOME || path.join(os.homedir(), ".pulumi");

function installedPlugin(version: string, env: NodeJS.ProcessEnv): Found | undefined {
  const folder = path.join(userHome(env), "plugins", `resource-kubernetes-v${version}`);
  const file = path.join(folder, "pulumi-resource-kubernetes");
  return fs.existsSync(file) ? { origin: "installed", path: () => file } : undefined;
}

/**
 * @param projectDir the program's folder: its SDK says which Kubernetes plugin is looked for
 * @param yaml true = the program is in YAML
 */
export async function findEngine(projectDir: string, yaml: boolean, options: FindOptions): Promise<Engine> {
  const kubernetesSdk = sdkVersion("kubernetes", projectDir);
  const version = kubernetesSdk ?? sdkVersion("kubernetes", __dirname)!;
  const [found, plugin] = await Promise.all([
    findPrograms(pulumi, { ...options, installed: installedCli }),
    findPrograms(kubernetesPlugin(version), {
      ...options,
      installed: (env) => installedPlugin(version, env),
    }),
  ]);
  const cli = found.path("pulumi");
  if (yaml && found.origin === "built") await linkYamlHost(cli, options);
  const pluginVersion = plugin.origin === "built" ? builtPluginVersion : version;
  const other =
    kubernetesSdk && kubernetesSdk !== pluginVersion
      ? `; the program's SDK is ${kubernetesSdk}: docs/rehearsal.md has what changed between them`
      : "";
  return {
    cli,
    kubernetesPlugin: plugin.path("pulumi-resource-kubernetes"),
    told: [
      `Pulumi CLI ${answerOf(cli, "version") ?? "of an unknown version"} (${origins[found.origin]})`,
      `Kubernetes provider v${pluginVersion} (${origins[plugin.origin]}${other})`,
    ],
  };
}

/**
 * Beside the CLI, where that looks first, and as itself: each warns of a language host that is not beside it but on PATH.
 */
async function linkYamlHost(cli: string, options: FindOptions): Promise<void> {
  const name = "pulumi-language-yaml";
  const host = (await findPrograms(pulumiYaml, options)).path(name);
  const link = path.join(path.dirname(cli), name);
  try {
    fs.linkSync(host, link);
  } catch (error) {
    // By a run before, or one that goes on beside this.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
