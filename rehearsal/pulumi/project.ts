// The copy of the project file and of the stack's settings from which the CLI runs: it saves a salt and config values
// beside Pulumi.yaml and deletes Pulumi.STACK.yaml with the stack, and the clone must stay as it is.
import fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { Refusal } from "../system/refusal";
import type { StackFolder } from "../stack";

type Yaml = Record<string, any>;

/** Empty where there is no such file. */
const read = (file: string): Yaml =>
  (fs.existsSync(file) && (load(fs.readFileSync(file, "utf8")) as Yaml | undefined)) || {};

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
  const map = (values: Yaml, change: (value: any) => unknown) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
  // The backend is ours; a template is of no use here.
  const { backend: _, template: __, stackConfigDir: ___, ...copy } = project;
  copy.main = path.resolve(projectDir, project.main ?? ".");
  if (copy.runtime.options) copy.runtime = { ...copy.runtime, options: map(copy.runtime.options, there) };
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
export function copyProject(stack: StackFolder, projectDir: string, say: (line: string) => void) {
  const project = readProject(projectDir);
  const folder = path.join(stack.folder, "project");
  const stackFile = `Pulumi.${stack.name}.yaml`;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), dump(ledBack(project, projectDir)));
  const source = path.join(projectDir, project.stackConfigDir ?? ".", stackFile);
  const configFile = path.join(folder, stackFile);
  const theirs = usable(read(source), source, say);
  const baseFile = path.join(folder, `base.${stackFile}`);
  const ours = read(configFile);
  // Settings that `stack rm` has deleted begin anew.
  const base = fs.existsSync(configFile) ? read(baseFile) : {};
  fs.writeFileSync(baseFile, dump(theirs));
  const config = merge(base.config ?? {}, theirs.config ?? {}, ours.config ?? {});
  fs.writeFileSync(configFile, dump({ ...theirs, ...ours, config }));
  return { name: project.name as string, folder, configFile };
}

/** What the program's file has changed since the copy was made comes in; what was set in the rehearsal stays. */
function merge(base: Yaml, theirs: Yaml, ours: Yaml): Yaml {
  const same = (key: string) => JSON.stringify(base[key]) === JSON.stringify(theirs[key]);
  const keys = Object.keys({ ...theirs, ...ours });
  const entries = keys.map((key) => [key, same(key) ? ours[key] : theirs[key]] as const);
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
  const isSealed = ([, value]: [string, unknown]) => /"secure":/.test(JSON.stringify(value));
  const config = Object.entries(rest.config ?? {});
  const sealed = config.filter(isSealed).map(([key]) => key);
  if (sealed.length > 0) {
    const how = secretsprovider || !encryptionsalt ? "in the rehearsal" : "or set PULUMI_CONFIG_PASSPHRASE";
    say(
      `${file}: secrets cannot be opened here and are left out: ${sealed.join(", ")}. ` +
        `Set them ${how}: npm run rehearse -- pulumi config set --secret KEY VALUE`,
    );
  }
  return { ...rest, config: Object.fromEntries(config.filter((entry) => !isSealed(entry))) };
}
