// The CLI's own arguments: handed on as they stand, but for files, which start from where the user is and not from the
// copy of the project.
import fs from "node:fs";
import path from "node:path";

const fileFlags = [
  ...["--policy-pack", "--policy-pack-config", "--plan", "--save-plan", "--event-log", "--config-file"],
  ...["--import-file", "--file", "--out"],
];

/** Where the user called npm, which itself goes to the repository. */
const userFolder = (): string => process.env.INIT_CWD || process.cwd();

/** @param projectDir the program's folder, where a file that is not beside the user may lie */
export function withAbsoluteFiles(args: readonly string[], projectDir: string): string[] {
  const absolute = (file: string) =>
    file
      .split(",")
      .map((one) => {
        const beside = path.resolve(userFolder(), one);
        const inProject = path.resolve(projectDir, one);
        return !fs.existsSync(beside) && fs.existsSync(inProject) ? inProject : beside;
      })
      .join(",");
  return args.map((word, index) => {
    const [flag, ...value] = word.split("=");
    if (value.length > 0 && fileFlags.includes(flag)) return `${flag}=${absolute(value.join("="))}`;
    const isFile = fileFlags.includes(args[index - 1]) || /^\.\.?(\/|$)/.test(word);
    return isFile ? absolute(word) : word;
  });
}
