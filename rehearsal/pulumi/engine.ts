// The Pulumi CLI and the Kubernetes plugin of a run: found, and told to the user.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { builtPluginVersion, kubernetesPlugin, pulumi, pulumiYaml, sdkVersion } from "../programs/catalogue";
import { answerOf, type Found, findPrograms, type FindOptions, onPath } from "../programs/find";

export interface Engine {
  readonly cli: string;
  readonly cliVersion: string;
  readonly cliOrigin: Found["origin"];
  readonly kubernetesPlugin: string;
  readonly kubernetesVersion: string;
  readonly kubernetesOrigin: Found["origin"];
  /** Of the SDK that the program has installed; undefined = it has none (a program in YAML). */
  readonly kubernetesSdk?: string;
}

/** Typed objects in the config schema of Pulumi.yaml. */
const oldestCli = "3.187.0";

const newEnough = (version: string | undefined, least: string) =>
  version !== undefined && version.replace(/^v/, "").localeCompare(least, "en", { numeric: true }) >= 0;

/** A CLI on PATH counts with its language hosts, which lie beside it or on PATH, too. */
function installedCli(env: NodeJS.ProcessEnv): Found | undefined {
  const cli = onPath("pulumi", env);
  if (!cli || !newEnough(answerOf(cli, "version"), oldestCli)) return undefined;
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
  return {
    cli,
    cliVersion: answerOf(cli, "version") ?? "of an unknown version",
    cliOrigin: found.origin,
    kubernetesPlugin: plugin.path("pulumi-resource-kubernetes"),
    kubernetesVersion: plugin.origin === "built" ? builtPluginVersion : version,
    kubernetesOrigin: plugin.origin,
    kubernetesSdk,
  };
}

/** Beside the CLI, where it looks first: it warns of a language host that it takes from PATH. */
async function linkYamlHost(cli: string, options: FindOptions): Promise<void> {
  const name = "pulumi-language-yaml";
  const host = (await findPrograms(pulumiYaml, options)).path(name);
  const link = path.join(path.dirname(cli), name);
  if (!fs.existsSync(link)) fs.symlinkSync(host, link);
}

const origins: Record<Found["origin"], string> = {
  setting: "from AKS_CALICO_EBPF_BIN",
  installed: "installed here",
  downloaded: "an official download",
  built: "built from its Go module",
};

/** What ran, for the first lines of a run. */
export function describe(engine: Engine): string[] {
  const { kubernetesVersion, kubernetesSdk } = engine;
  const other =
    kubernetesSdk && kubernetesSdk !== kubernetesVersion
      ? `; the program's SDK is ${kubernetesSdk}: docs/rehearsal.md has what changed between them`
      : "";
  return [
    `Pulumi CLI ${engine.cliVersion} (${origins[engine.cliOrigin]})`,
    `Kubernetes provider v${kubernetesVersion} (${origins[engine.kubernetesOrigin]}${other})`,
  ];
}
