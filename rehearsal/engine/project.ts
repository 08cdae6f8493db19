// Pulumi.yaml and Pulumi.<stack>.yaml, read as the CLI reads them.
import fs from "node:fs";
import path from "node:path";
import yaml from "js-yaml";
import { type Config, resolveConfig } from "./config";
import { messageOf, Refusal } from "../refusal";

export interface Project {
  name: string;
  description?: string;
  /** The folder that holds Pulumi.yaml. */
  folder: string;
  /** Where the program runs, and what of it is run (`.` = the package's own entry). */
  programFolder: string;
  entry: string;
  runtime: RuntimeOptions;
  config: Config;
  /** `options.refresh: always` of Pulumi.yaml. */
  refresh: boolean;
}

export interface RuntimeOptions {
  typescript: boolean;
  /** Arguments of Node.js before the program. */
  nodeargs: string[];
  tsconfig?: string;
}

/** Members of Pulumi.yaml that change nothing about a run. */
const descriptive = ["description", "author", "website", "license", "template", "backend", "stackConfigDir"];

function readYaml(file: string): any {
  try {
    return yaml.load(fs.readFileSync(file, "utf8"), { filename: file }) ?? {};
  } catch (error) {
    throw new Refusal(`${file} cannot be read`, messageOf(error), "correct the file");
  }
}

/** Splits arguments as a shell does: blanks separate, quotes keep together. */
function splitArguments(text: string): string[] {
  const parts = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

function readRuntime(file: string, runtime: unknown): RuntimeOptions {
  const { name, options = {} } = typeof runtime === "string" ? { name: runtime } : ((runtime ?? {}) as any);
  if (name !== "nodejs") {
    throw new Refusal(
      `${file}: runtime '${name}' is not supported by the rehearsal`,
      "it runs programs with @pulumi/pulumi's own runner for Node.js",
      "use runtime: nodejs, or run this program with the real Pulumi CLI",
    );
  }
  // `packagemanager` only says who installs the dependencies.
  const { typescript = true, nodeargs = "", tsconfig, packagemanager: _, ...others } = options ?? {};
  for (const other of Object.keys(others)) {
    throw new Refusal(
      `${file}: runtime option '${other}' is not supported by the rehearsal`,
      "it would be ignored, and the program might run differently from `pulumi up`",
      "remove it, or run this program with the real Pulumi CLI",
    );
  }
  return { typescript, nodeargs: splitArguments(String(nodeargs)), tsconfig };
}

/** Where the program runs is where its entry lies (getPwdMain in pulumi/pulumi pkg/engine/project.go). */
function findProgram(file: string, main: string | undefined) {
  const mainPath = path.resolve(path.dirname(file), main ?? ".");
  const found = fs.statSync(mainPath, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new Refusal(
      `${file}: project 'main' could not be read`,
      `there is no ${mainPath}`,
      "give the program's file or folder, relative to Pulumi.yaml",
    );
  }
  if (found.isDirectory()) return { programFolder: mainPath, entry: "." };
  return { programFolder: path.dirname(mainPath), entry: path.basename(mainPath) };
}

/** @throws Refusal with the CLI's own words where the project or its configuration is wrong. */
export async function readProject(
  folder: string,
  stack: string,
  overrides: Record<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<Project> {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(folder, name)).find(fs.existsSync);
  if (file === undefined) {
    throw new Refusal(
      `no Pulumi.yaml in ${folder}`,
      "that file describes the program",
      "run this in the project",
    );
  }
  const { name, runtime, main, config, options, ...rest } = readYaml(file);
  if (typeof name !== "string" || name === "") {
    throw new Refusal(
      `${file}: project is missing a 'name' attribute`,
      "every URN contains it",
      "add a name",
    );
  }
  for (const member of Object.keys(rest).filter((key) => !descriptive.includes(key))) {
    throw new Refusal(
      `${file}: '${member}' is not supported by the rehearsal`,
      "it would be ignored, and the program might run differently from `pulumi up`",
      "remove it, or run this program with the real Pulumi CLI",
    );
  }
  const { refresh, ...otherOptions } = options ?? {};
  for (const option of Object.keys(otherOptions)) {
    throw new Refusal(`${file}: options.${option} is not supported by the rehearsal`, "unknown", "remove it");
  }
  const stackFile = path.join(folder, rest.stackConfigDir ?? "", `Pulumi.${stack}.yaml`);
  const stackSettings = fs.existsSync(stackFile) ? readYaml(stackFile) : {};
  return {
    name,
    description: rest.description,
    folder,
    ...findProgram(file, main),
    runtime: readRuntime(file, runtime),
    config: await resolveConfig({
      project: name,
      projectFile: file,
      schema: config ?? {},
      stack,
      stackFile,
      stackSettings,
      overrides,
      env,
    }),
    refresh: refresh === "always" || refresh === true,
  };
}
