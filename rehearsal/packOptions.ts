// `--policy-pack` and `--policy-pack-config`: which packs judge a run, and by which levels.
import path from "node:path";
import type { PackChoice } from "./policy/packs";
import { UsageError } from "./usage";

type Texts = readonly string[] | undefined;

/** Verbs that run the program, so that there is something to judge. */
const judged: readonly string[] = ["rehearse", "preview", "up"];

/** The CLI takes several in one word, too. */
const listed = (texts: Texts) => (texts ?? []).flatMap((text) => text.split(","));

/** The files belong to the packs by their order, as for the CLI (pkg/cmd/pulumi/operations/up.go). */
export function packsOf(packs: Texts, files: Texts, verb: string): PackChoice[] {
  const [folders, configs] = [listed(packs), listed(files)];
  const given = folders.length > 0 ? `--policy-pack ${folders[0]}` : `--policy-pack-config ${configs[0]}`;
  if (folders.length + configs.length > 0 && !judged.includes(verb)) {
    throw new UsageError(
      `${given}: \`${verb}\` runs no program to judge; write it with \`preview\` or \`up\``,
    );
  }
  if (configs.length > 0 && folders.length === 0) {
    throw new UsageError(`${given}: it belongs to a pack; write for example --policy-pack policy too`);
  }
  if (configs.length > 0 && configs.length !== folders.length) {
    throw new UsageError(
      `--policy-pack-config: ${configs.length} of them for ${folders.length} policy packs, which they belong to by ` +
        "their order; write one for each pack, or none",
    );
  }
  return folders.map((folder, index) => ({
    folder: path.resolve(folder),
    config: configs.length > 0 ? path.resolve(configs[index]) : undefined,
  }));
}
