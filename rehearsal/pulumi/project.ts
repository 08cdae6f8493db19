// The copy of the project file and of the stack's settings from which the CLI runs: it saves a salt and config values
// beside Pulumi.yaml and deletes Pulumi.STACK.yaml with the stack, and the clone must stay as it is.
import fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { Refusal } from "../system/refusal";
import type { StackFolder } from "../stack";

type Yaml = Record<string, any>;

const read = (file: string): Yaml => (load(fs.readFileSync(file, "utf8")) as Yaml | undefined) ?? {};
const copyFolder = (stack: StackFolder) => path.join(stack.folder, "project");
const stackFile = (stack: StackFolder) => `Pulumi.${stack.name}.yaml`;

export interface Project {
  readonly name: string;
  readonly runtime: string;
  /** Folder of the copy. */
  readonly folder: string;
  /** The stack's settings in that folder. */
  readonly configFile: string;
}

/** @throws Refusal where the folder holds no project */
export function readProject(projectDir: string): Yaml {
  const file = ["yaml", "yml", "json"]
    .map((end) => path.join(projectDir, `Pulumi.${end}`))
    .find(fs.existsSync);
  if (!file) {
    throw new Refusal(
      `there is no Pulumi program in ${projectDir}`,
      "it has no Pulumi.yaml",
      "name the program's folder: npm run rehearse -- -C FOLDER",
    );
  }
  const project = read(file);
  if (typeof project.name === "string" && project.runtime) return project;
  throw new Refusal(`${file} is no project file`, "it lacks a name or a runtime", "write both into it");
}

export const runtimeOf = ({ runtime }: Yaml): string =>
  typeof runtime === "string" ? runtime : runtime.name;

/** Relative paths in the project file start from the program's folder, wherever the copy lies. */
function ledBack(project: Yaml, projectDir: string): Yaml {
  const absolute = (value: unknown) => (typeof value === "string" ? path.resolve(projectDir, value) : value);
  const there = (value: unknown) =>
    typeof value === "string" && fs.existsSync(path.resolve(projectDir, value)) ? absolute(value) : value;
  const map = (values: Yaml | undefined, change: (value: any) => unknown) =>
    values && Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
  // The backend is ours; a template is of no use here.
  const { backend: _, template: __, stackConfigDir: ___, ...copy } = project;
  copy.main = path.resolve(projectDir, project.main ?? ".");
  if (typeof copy.runtime === "object")
    copy.runtime = { ...copy.runtime, options: map(copy.runtime.options, there) };
  if (copy.plugins)
    copy.plugins = map(copy.plugins, (list: Yaml[]) =>
      list.map((one) => ({ ...one, path: absolute(one.path) })),
    );
  if (copy.packages)
    copy.packages = map(copy.packages, (one) =>
      typeof one === "string" ? there(one) : { ...one, source: there(one.source) },
    );
  return copy;
}

/** Writes the copy, or brings it up to date. @param say told what of the stack's settings cannot be used */
export function copyProject(stack: StackFolder, projectDir: string, say: (line: string) => void): Project {
  const project = readProject(projectDir);
  const folder = copyFolder(stack);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), dump(ledBack(project, projectDir)));
  const source = path.join(projectDir, project.stackConfigDir ?? ".", stackFile(stack));
  const configFile = path.join(folder, stackFile(stack));
  const theirs = fs.existsSync(source) ? usable(read(source), source, say) : {};
  const baseFile = path.join(folder, `base.${stackFile(stack)}`);
  const base = fs.existsSync(baseFile) && fs.existsSync(configFile) ? read(baseFile) : {};
  const ours = fs.existsSync(configFile) ? read(configFile) : {};
  fs.writeFileSync(baseFile, dump(theirs));
  const merged = {
    ...theirs,
    ...ours,
    config: merge(base.config ?? {}, theirs.config ?? {}, ours.config ?? {}),
  };
  fs.writeFileSync(configFile, dump(merged));
  return { name: project.name, runtime: runtimeOf(project), folder, configFile };
}

/** What the program's file has changed since the copy was made comes in; what was set in the rehearsal stays. */
function merge(base: Yaml, theirs: Yaml, ours: Yaml): Yaml {
  const same = (key: string) => JSON.stringify(base[key]) === JSON.stringify(theirs[key]);
  const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  const entries = [...keys].map((key) => [key, same(key) ? ours[key] : theirs[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** True = the user's own passphrase opens the secrets in the stack's settings. */
export const hasOwnPassphrase = (): boolean =>
  Boolean(process.env.PULUMI_CONFIG_PASSPHRASE || process.env.PULUMI_CONFIG_PASSPHRASE_FILE);

/** Secrets that another key has sealed cannot be opened here, nor an environment of Pulumi's cloud. */
function usable(settings: Yaml, file: string, say: (line: string) => void): Yaml {
  const { secretsprovider, encryptedkey: _, environment, encryptionsalt, ...rest } = settings;
  if (environment) say(`${file}: \`environment\` needs Pulumi's cloud and is left out`);
  if (encryptionsalt && hasOwnPassphrase()) return { ...rest, encryptionsalt };
  const sealed = Object.keys(rest.config ?? {}).filter((key) =>
    /"secure":/.test(JSON.stringify(rest.config[key])),
  );
  if (sealed.length > 0) {
    const how = secretsprovider || !encryptionsalt ? "in the rehearsal" : "or set PULUMI_CONFIG_PASSPHRASE";
    say(
      `${file}: secrets cannot be opened here and are left out: ${sealed.join(", ")}. ` +
        `Set them ${how}: npm run rehearse -- pulumi config set --secret KEY VALUE`,
    );
  }
  const config = Object.fromEntries(
    Object.entries(rest.config ?? {}).filter(([key]) => !sealed.includes(key)),
  );
  return { ...rest, config };
}
