// The picture of `bench compare --svg`: what is in it, and how Chromium shows it.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Browser } from "playwright-core";
import type { Chart } from "../../cli/bench/chart";
import { round } from "../../cli/bench/metrics";
import { svg } from "../../cli/bench/picture";
import { spreadOf } from "../../cli/bench/result";
import { observed, openBrowser } from "./chromium";

const row = (measurement: string, before: number[], after: number[]): Chart["rows"][number] => ({
  measurement,
  metric: "coresPerGbit",
  before: spreadOf(before)!,
  after: spreadOf(after)!,
  verdict: "",
});
const chart: Chart = {
  metric: "coresPerGbit",
  rows: [
    row("pod TCP", [0.044, 0.045, 0.046], [0.0399, 0.0405, 0.041]),
    row("pod UDP", [0.1, 0.121, 0.163], [0.088, 0.091, 0.102]),
    row("new connections, 20,000 Services", [0.12, 0.131, 0.14], [0.09, 0.103, 0.11]),
  ],
  labels: ["Iptables, Calico 3.31.2", "BPF, Calico 3.31.2"],
};
const medians = chart.rows.map(({ before, after }) => [before.median, after.median]);
const markup = `<script>alert("1")</script><image href='https://example.com/'/>&amp;<"&'>$&`;
const spoilt: Chart = {
  ...chart,
  labels: [markup, markup],
  rows: [{ ...chart.rows[0], measurement: markup }, ...chart.rows.slice(1)],
};

const parser = new XMLParser({
  htmlEntities: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
});
const textsOf = (drawn: string): string[] =>
  parser.parse(drawn).svg.text.map((text: any) => String(text["#text"]));

describe("bench compare --svg", () => {
  it("has the title, both labels, every measurement and every median", () => {
    const drawn = svg(chart);
    const texts = textsOf(drawn);
    for (const text of [
      "cores per Gbit/s (median; line: all runs)",
      ...["before: Iptables, Calico 3.31.2", "after: BPF, Calico 3.31.2"],
      ...chart.rows.map(({ measurement }) => measurement),
      ...medians.flat().map(round),
    ])
      assert.ok(texts.includes(text), `${text}: ${texts.join("|")}`);
    assert.match(drawn, /aria-label="cores per Gbit\/s: before: Iptables, .*; after: BPF, Calico 3\.31\.2"/);
  });

  it("is well-formed and takes markup as text, whatever a label holds", () => {
    const drawn = svg(spoilt);
    assert.equal(XMLValidator.validate(drawn), true);
    assert.doesNotMatch(drawn, /<(script|image)/i);
    for (const text of [markup, `before: ${markup}`, `after: ${markup}`])
      assert.ok(textsOf(drawn).includes(text), text);
    assert.ok(parser.parse(drawn).svg["aria-label"].includes(`before: ${markup}; after: ${markup}`));
    for (const broken of [drawn.replaceAll("&amp;", "&"), drawn.replace("</text>", "")])
      assert.notEqual(XMLValidator.validate(broken), true);
  });

  describe("in a browser", function () {
    this.timeout(60_000);
    let browser: Browser;
    let folder: string;
    before(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-chart-"));
      browser = await openBrowser();
    });
    after(async () => {
      await browser?.close();
      fs.rmSync(folder, { recursive: true });
    });

    const open = async (drawn: string, colorScheme: "light" | "dark") => {
      const file = path.join(folder, "chart.svg");
      fs.writeFileSync(file, drawn);
      const page = await (await browser.newContext({ colorScheme })).newPage();
      const seen = observed(page);
      await page.goto(`file://${file}`);
      assert.equal(await page.evaluate("document.documentElement.tagName"), "svg");
      assert.equal(await page.evaluate("document.querySelectorAll('parsererror, script').length"), 0);
      assert.deepEqual(seen, { console: [], requests: [] });
      return page;
    };

    it("is silent and asks for nothing, with markup in the labels too", async () => {
      await open(svg(chart), "light");
      await open(svg(spoilt), "dark");
    });

    it("has bars as long as the medians, and lines as long as the runs are apart", async () => {
      const page = await open(svg(chart), "light");
      const widths = async (selector: string) =>
        (await page.evaluate(
          `[...document.querySelectorAll('${selector}')].map((one) => one.getBBox().width)`,
        )) as number[];
      // A legend's sign has a transform; a bar has none.
      const bars = async (color: string) => widths(`path[fill="${color}"]:not([transform])`);
      const [before, after] = [await bars("#0072b2"), await bars("#e69f00")];
      const scale = before[0] / medians[0][0];
      const runs = [chart.rows.map((one) => one.before), chart.rows.map((one) => one.after)].flat();
      const wanted = [...runs.map(({ median }) => median), ...runs.map(({ min, max }) => max - min)];
      const lines = await widths(`path[stroke="#333333"][stroke-width="2"]`);
      const found = [...before, ...after, ...lines];
      assert.equal(found.length, wanted.length);
      for (const [index, width] of found.entries())
        assert.ok(Math.abs(width - wanted[index] * scale) < 0.5, `${width}, not ${wanted[index] * scale}`);
    });

    it("is legible in light and in dark, and cuts no text", async () => {
      const colors = async (scheme: "light" | "dark") => {
        const page = await open(svg(chart), scheme);
        const outside = await page.evaluate(`(() => {
          const { right, bottom } = document.documentElement.getBoundingClientRect();
          return [...document.querySelectorAll("text")].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < 0 || box.top < 0 || box.right > right || box.bottom > bottom;
          }).map((text) => text.textContent);
        })()`);
        assert.deepEqual(outside, []);
        return (await page.evaluate(
          `["rect", ...document.querySelectorAll("text")].map((one) =>
            getComputedStyle(one === "rect" ? document.querySelector("rect") : one).fill)`,
        )) as string[];
      };
      for (const scheme of ["light", "dark"] as const) {
        const [paper, ...inks] = (await colors(scheme)).map(luminance);
        for (const ink of inks) assert.ok(contrast(paper, ink) > 7, `${scheme}: ${contrast(paper, ink)}`);
        assert.equal(paper > 0.5, scheme === "light");
      }
    });
  });
});

/** As WCAG 2.2 has it. @param color such as "rgb(1, 2, 3)" */
function luminance(color: string): number {
  const [red, green, blue] = color.match(/\d+/g)!.map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (one: number, other: number) =>
  (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
