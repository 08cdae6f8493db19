// The pages in docs/ as a test reads them: what they quote, their headings, their links.
import fs from "node:fs";
import path from "node:path";
import { plain } from "./messages";

export const root = path.dirname(path.dirname(__dirname));

export const readPage = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");

/** Lines of the blocks that quote messages. */
const blockLines = (page: string): string[] =>
  [...page.matchAll(/^ *```text\n(.*?)^ *```$/gms)].flatMap(([, block]) =>
    block.split("\n").filter((line) => line.trim() !== ""),
  );

/** Without its blocks of code. */
const prose = (page: string): string => page.replace(/^ *```.*?^ *```$/gms, "");

/** What stands between backticks, one or two of them. */
const spansIn = (text: string): string[] =>
  [...text.matchAll(/(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)/gs)].map(([, , code]) => code);

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

/** Everything in the page that can be a message, in one text. */
export const codeIn = (page: string): string =>
  [...spansIn(prose(page)), ...blockLines(page)].map(plain).join("\n");

/** What the page says is printed by this repository. */
export const quotesIn = (page: string): string[] => [
  ...firstCells(page, /^message$/).flatMap(spansIn),
  ...blockLines(page),
];

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
