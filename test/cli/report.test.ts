// `report` from what one rehearsed run has left: its export, its event log and its checks. What is read and what is said
// in words first, then the page in Chromium.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { UsageError } from "../../cli/exit";
import { report, type ReportOptions } from "../../cli/report";
import { escaped } from "../../cli/report/html";
import { clustersOf, readFolder } from "../../rehearsal/stack";
import { firstBuildMs } from "../programs";
import { CommandLine } from "../rehearsal/commandLine";
import { openBrowser, observed } from "./chromium";
import { cli } from "./command";
import { manyClusters } from "./manyClusters";

const root = path.resolve(__dirname, "../..");
const secret = "correct-horse-battery-staple";

describe("aks-calico-ebpf report", function () {
  this.timeout(60_000);
  const rehearsal = new CommandLine();
  const folder = rehearsal.stateRoot;
  const file = (name: string) => path.join(folder, "files", name);
  const read = (name: string) => fs.readFileSync(file(name), "utf8");
  const write = (name: string, text: string) => (fs.writeFileSync(file(name), text), file(name));
  const events = () => read("events.json").trim().split("\n");
  const changed = (change: (resources: any[]) => void, name = "changed.json") => {
    const exported = JSON.parse(read("stack.json"));
    change(exported.deployment.resources);
    return write(name, JSON.stringify(exported));
  };
  const pageOf = async (options: Partial<ReportOptions> = {}) => {
    const output = file("page.html");
    assert.equal(await report({ stack: file("stack.json"), ...options, output }), 0);
    return fs.readFileSync(output, "utf8");
  };
  const whole = () => pageOf({ events: file("events.json"), status: [file("status.json")] });

  before(async function () {
    this.timeout(firstBuildMs);
    fs.mkdirSync(path.join(folder, "files"));
    const advice = write("policies.json", JSON.stringify({ all: "advisory" }));
    const pack = ["--policy-pack", path.join(root, "policy"), "--policy-pack-config", advice];
    const up = await rehearsal.run(["--stack", "report", "up", "--yes", ...pack]);
    assert.equal(up.code, 0, up.text);
    write("stack.json", JSON.stringify(await rehearsal.state("report")));
    fs.copyFileSync(path.join(folder, "report/events.jsonl"), file("events.json"));
    const clusters = await clustersOf(readFolder(path.join(folder, "report")), () => undefined);
    const { kubeconfigFile } = clusters.status(clusters.names()[0])!;
    const status = await cli(kubeconfigFile, "status", "-o", "json");
    assert.equal(status.code, 0, status.stderr);
    write("status.json", status.stdout);
  });
  after(() => rehearsal.end());

  it("has every resource, its bar, every check and every verdict", async () => {
    // Graphviz writes hyphens so.
    const page = (await whole()).replaceAll("&#45;", "-");
    const { deployment } = JSON.parse(read("stack.json"));
    const names: string[] = deployment.resources
      .filter(({ custom, urn }: any) => custom && !/::default[^:]*$/.test(urn))
      .map(({ urn }: any) => urn.split("::").at(-1));
    assert.ok(names.includes("aks-cluster") && names.length >= 20, names.join());
    for (const name of names) {
      assert.ok(page.includes(`>${name}</text>`), name);
      assert.match(page, new RegExp(`<li id="step-\\d+"[^>]*>\\s*<span class="name">\\s*${name}\\s`), name);
    }
    for (const { check } of JSON.parse(read("status.json")).checks)
      assert.ok(page.includes(escaped(check)), check);
    const verdicts = events().flatMap((line) => JSON.parse(line).policyEvent ?? []);
    assert.ok(verdicts.length > 0);
    for (const { policyName } of verdicts) assert.ok(page.includes(policyName), policyName);
  });

  it("says what each waited for, and where the time went", async () => {
    const page = (await whole()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    assert.match(page, /aks-resources ResourceGroup .{0,60}after aks-suffix/);
    assert.match(page, /aks-cluster ManagedCluster .{0,60}after aks-resources/);
    assert.match(page, /aks-calico-found InstallationPatch .{0,60}after aks-provider/);
    assert.match(page, /aks-ready ended last, [^,]+ after the start, .*aks-cluster took \d/);
  });

  it("is made of a rehearsed stack by one command", async () => {
    const { code, stdout } = await rehearsal.run(["--stack", "report", "report"]);
    assert.equal(code, 0);
    const page = fs.readFileSync(stdout.trim(), "utf8");
    assert.match(page, /Stack report/);
    assert.match(page, /aks-ready<\/a>\s*ended last/);
    assert.match(page, /every node proves eBPF/);
  });

  it("holds no property's value, wherever it stands in the files", async () => {
    const plant = (object: any) => {
      for (const key of ["inputs", "outputs", "before", "after", "config", "id"])
        if (object[key]) object[key] = typeof object[key] === "string" ? secret : { password: secret };
      for (const value of Object.values(object)) if (value && typeof value === "object") plant(value);
    };
    const stack = changed((resources) => resources.forEach(plant));
    const log = events().map((line) => JSON.parse(line));
    const remediation = {
      resourceUrn: "",
      policyName: "p",
      policyPackName: "q",
      before: { a: 1 },
      after: { a: 1 },
    };
    log.splice(-2, 0, { timestamp: log[0].timestamp, policyRemediationEvent: remediation });
    log.forEach(plant);
    const planted = write("planted.json", log.map((one) => JSON.stringify(one)).join("\n"));
    assert.ok(fs.readFileSync(planted, "utf8").split(secret).length > 100);
    assert.ok(!(await pageOf({ stack, events: planted })).includes(secret));
  });

  it("takes markup in names and messages as text", async () => {
    const markup = `<script>alert("1")</script>&lt;\\N`;
    const spoilt = (text: string) =>
      text.replaceAll("::aks-suffix", `::${JSON.stringify(markup).slice(1, -1)}`);
    const message = { urn: "", severity: "error", message: `${markup}<{%reset%}>` };
    const log = [...events()];
    log.splice(-2, 0, JSON.stringify({ timestamp: JSON.parse(log[0]).timestamp, diagnosticEvent: message }));
    const page = await pageOf({
      stack: write("markup.json", spoilt(read("stack.json"))),
      events: write("markup-log.json", spoilt(log.join("\n"))),
    });
    assert.doesNotMatch(page, /<script/i);
    const text = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;lt;\\N";
    assert.ok(
      page.includes(`<p class="said text error">${text}</p>`) && page.includes(`>${text}</text>`),
      page,
    );
  });

  it("says what is missing and how to come by it", async () => {
    const page = await pageOf();
    for (const how of ["pulumi up --event-log events.json", "status -o json", "--policy-pack"])
      assert.ok(page.includes(how), how);
    const withoutPack = events().filter((line) => !/"policy\w*Event"/.test(line));
    assert.match(
      await pageOf({ events: write("nopack.json", withoutPack.join("\n")) }),
      /No policy pack ran/,
    );
  });

  it("of a run that was ended early: what is there, and what had not ended", async () => {
    const all = events();
    const at = all.findIndex((line) => line.includes('"resourcePreEvent"') && line.includes("::aks-cluster"));
    const cut = write("cut.json", [...all.slice(0, at + 1), all[at].slice(0, 50)].join("\n"));
    const page = await pageOf({ events: cut });
    assert.match(page, /The log breaks off/);
    assert.match(page, /<li id="step-\d+" class="unfinished">\s*<span class="name">\s*aks-cluster/);
  });

  it("of a run that failed: where, and what was said of it", async () => {
    const log = events();
    const at = log.findIndex((line) => line.includes('"resOutputsEvent"') && line.includes('::aks-ready"'));
    const event = JSON.parse(log[at]);
    const diagnosticEvent = {
      urn: event.resOutputsEvent.metadata.urn,
      severity: "error",
      message: "<{%fg 1%}>timed out<{%reset%}>\n",
    };
    const failed = log[at].replace('"resOutputsEvent"', '"resOpFailedEvent"');
    log.splice(at, 1, JSON.stringify({ timestamp: event.timestamp, diagnosticEvent }), failed);
    const page = await pageOf({ events: write("failed.json", log.join("\n")) });
    const [row] = /<li id="step-\d+" class="failed">[^]*?<\/li>/.exec(page) ?? [""];
    assert.match(
      row,
      /^[^>]*>\s*<span class="name">\s*aks-ready\s[^]*<p class="said text error">timed out<\/p>/,
    );
  });

  it("refuses what is none of its files, in words, with what to do", async () => {
    const preview = events().map((line) => line.replace('"isPreview":false', '"isPreview":true'));
    const middle = events().with(3, '{"sequence":');
    const other = read("events.json").replaceAll("urn:pulumi:report::", "urn:pulumi:other::");
    const stack = file("stack.json");
    for (const [words, options] of [
      [/none\.json: no such file/, { stack: file("none.json") }],
      [/text\.json is not JSON/, { stack: write("text.json", "error: no stack") }],
      [/status\.json is not a stack export: deployment/, { stack: file("status.json") }],
      [/is a state file of a backend/, { stack: write("state.json", '{"checkpoint":{}}') }],
      [/is the log of a preview/, { stack, events: write("preview.json", preview.join("\n")) }],
      [/line 4 is not JSON/, { stack, events: write("middle.json", middle.join("\n")) }],
      [/empty\.json is empty/, { stack, events: write("empty.json", "") }],
      [/not an event log \(line 1\)/, { stack, events: write("none-log.json", "{}") }],
      [/a log of the stack other/, { stack, events: write("other.json", other) }],
      [/not what `status -o json` prints/, { stack, status: [stack] }],
      [/standard input holds one/, { stack: "-", events: "-" }],
    ] as [RegExp, ReportOptions][]) {
      const wrong = await report({ ...options, output: file("none.html") }).catch((error) => error);
      assert.ok(wrong instanceof UsageError, String(wrong));
      assert.match(wrong.message, words);
      assert.match(wrong.advice, /\w/);
    }
    assert.ok(!fs.existsSync(file("none.html")));
  });

  it("takes standard input, writes to standard output, and ends with 2 where a file is wrong", async () => {
    const words = ["--import", "tsx", path.join(root, "cli/main.ts"), "report", "--stack", "-", "-o", "-"];
    const run = (input: string) => rehearsal.program(process.execPath, words, { input });
    const { code, stdout } = await run(read("stack.json"));
    assert.equal(code, 0);
    assert.match(stdout, /^<!doctype html>[^]*<\/html>\s*$/);
    const wrong = await run("{}");
    assert.equal(wrong.code, 2);
    assert.match(wrong.text, /error: standard input is not a stack export.*\n {2}do: pulumi stack export/);
  });

  describe("in a browser", () => {
    let browser: Browser;
    before(async () => {
      browser = await openBrowser();
    });
    after(() => browser?.close());

    const open = async (name: string, how: { width: number; dark?: boolean }): Promise<Page> => {
      const viewport = { width: how.width, height: 800 };
      const context = await browser.newContext({ viewport, colorScheme: how.dark ? "dark" : "light" });
      const page = await context.newPage();
      const seen = observed(page);
      await page.goto(`file://${file(name)}`);
      assert.deepEqual(seen, { console: [], requests: [] });
      return page;
    };
    const background = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");

    it("is silent, asks for nothing, is no wider than a phone, and follows the colour scheme", async () => {
      write("report.html", await whole());
      const light = await open("report.html", { width: 1280 });
      const dark = await open("report.html", { width: 1280, dark: true });
      assert.notEqual(await background(light), await background(dark));
      const phone = await open("report.html", { width: 360 });
      assert.equal(await phone.evaluate("document.documentElement.scrollWidth"), 360);
      assert.ok(
        ((await phone.evaluate("document.querySelector('svg').getBoundingClientRect().width")) as number) >
          100,
      );
    });

    it("is gone through by keyboard", async () => {
      const page = await open("report.html", { width: 1280 });
      const focused: string[] = [];
      for (let presses = 0; presses < 9; presses++) {
        await page.keyboard.press("Tab");
        focused.push(
          (await page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim().split(/\\s/)[0]",
          )) as string,
        );
      }
      assert.deepEqual(focused.slice(0, 6), [
        "Skip",
        "Resources",
        "Last",
        "Checks",
        "Policies",
        "CalicoEbpfCluster",
      ]);
      assert.deepEqual(focused.slice(6, 8), ["Graph: CalicoEbpfCluster aks", "Table: CalicoEbpfCluster aks"]);
    });

    it("with some 500 resources is whole", async () => {
      const many = manyClusters({ stack: read("stack.json"), events: read("events.json") }, 500);
      const files = {
        stack: write("many.json", many.stack),
        events: write("many-log.json", many.events),
      };
      write("many.html", await pageOf(files));
      const page = await open("many.html", { width: 360 });
      const count = (selector: string) => page.evaluate(`document.querySelectorAll("${selector}").length`);
      const { resources }: { resources: { urn: string; custom?: boolean }[] } = JSON.parse(
        many.stack,
      ).deployment;
      const made = resources.filter(({ custom, urn }) => custom && /::aks\d/.test(urn)).length;
      assert.ok(made > 480, String(made));
      assert.deepEqual([await count("svg .node"), await count(".timeline li")], [made, made]);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
    });
  });
});
