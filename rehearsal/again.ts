// What to type next, with the options that lead to the same stack.
import path from "node:path";
import type { Options } from "./options";

/** @returns the command line that repeats a rehearsal with another verb. @param root the repository, for the defaults */
export const againWith =
  (root: string) =>
  (options: Options, verb: string): string => {
    const stack = options.stack === "dev" ? "" : ` --stack ${options.stack}`;
    const cwd = options.projectDir === root ? "" : ` --cwd ${options.projectDir}`;
    const state =
      options.stateRoot === path.join(root, ".rehearsal") ? "" : ` --state-dir ${options.stateRoot}`;
    const packs = verb === "up" ? options.policyPacks : [];
    const files = packs.map(({ folder, config }) => {
      const file = config === undefined ? "" : ` --policy-pack-config ${path.relative("", config)}`;
      return ` --policy-pack ${path.relative("", folder)}${file}`;
    });
    return `npm run rehearse -- ${verb}${stack}${cwd}${state}${files.join("")}`;
  };
