// docs/rehearse.svg, the README's picture of `npm run rehearse`, against what the rehearsal prints today.
import assert from "node:assert/strict";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { judged } from "../../cli/status";
import { wellCluster } from "../cli/wellCluster";
import { readPage } from "./pages";

const svg = readPage("docs/rehearse.svg");

interface Row {
  readonly "@id": string;
  readonly text: { readonly "#text": string }[];
}
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  htmlEntities: true,
  isArray: (name) => ["g", "text", "use"].includes(name),
});
const picture = parser.parse(svg).svg;
const rows = new Map((picture.defs.g as Row[]).map((row) => [row["@id"], row]));
const frames: { use: { "@href": string }[] }[] = picture.g[0].g;

describe("docs/rehearse.svg", () => {
  it("is small, well-formed, and shows nothing from elsewhere", () => {
    assert.equal(XMLValidator.validate(svg), true);
    assert.ok(svg.length < 150_000, String(svg.length));
    const elements = new Set([...svg.matchAll(/<([a-z]+)/gi)].map(([, name]) => name));
    const known = ["svg", "title", "style", "defs", "g", "text", "rect", "use"];
    assert.deepEqual([...elements].sort(), known.sort());
    assert.doesNotMatch(svg, /\son[a-z]+=|url\(|@import/i);
    for (const [, target] of svg.matchAll(/href="([^"]*)"/g)) assert.match(target, /^#r\d+$/);
  });

  it("shows its last frame where nothing moves", () => {
    assert.ok(frames.length > 5);
    const shift = -(frames.length - 1) * Number(picture["@width"]);
    assert.equal(picture.g[0]["@transform"], `translate(${shift} 0)`);
    assert.match(picture.style, /@media \(prefers-reduced-motion:reduce\)\{\.strip\{animation:none\}\}/);
  });

  it("ends with the table of `aks-calico-ebpf status`: otherwise `npm run recording`", () => {
    const texts = frames.at(-1)!.use.map((use) => rows.get(use["@href"].slice(1))!.text);
    const checks = texts
      .filter(([status]) => ["ok", "warning"].includes(status["#text"]))
      .map(([, name]) => name["#text"]);
    const today = judged(wellCluster(), "Ebpf").map(({ check }) => check);
    assert.deepEqual(checks, today);
    assert.ok(texts.flat().some(({ "#text": text }) => /^\d+ of \d+ checks ok.*: well$/.test(text)));
  });
});
