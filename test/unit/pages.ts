// The pages in docs/ as a test reads them: their tables, their headings, their links.
import fs from "node:fs";
import path from "node:path";

export const root = path.dirname(path.dirname(__dirname));

export const readPage = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");

/** Without its blocks of code. */
const prose = (page: string): string => page.replace(/^ *```.*?^ *```$/gms, "");

/** First cells of the tables whose first heading matches. */
export function firstCells(page: string, heading: RegExp): string[] {
  const cells: string[] = [];
  let inside = false;
  for (const line of page.split("\n")) {
    const [, cell] = /^\| (.*?) *(?<!\\)\|/.exec(line) ?? [];
    if (cell === undefined) inside = false;
    else if (inside) cells.push(cell);
    else inside = heading.test(cell);
  }
  return cells.filter((cell) => !/^:?-+:?$/.test(cell));
}

/** Headings as GitHub makes anchors of them. */
export const anchorsIn = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );

/** Targets of links that lead into this repository: `docs/modes.md#absent`, `#here`. */
export const linksIn = (page: string): string[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)]
    .map(([, inline, reference]) => inline ?? reference)
    .filter((target) => !/^[a-z]+:/.test(target));
