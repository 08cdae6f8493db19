// docs/troubleshooting.md against the code that it describes: a layer that is added, renamed or taken out, and a
// message that is reworded, fail here until the page follows.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { Provider } from "@pulumi/kubernetes/provider";
import { CalicoEbpfDataplane } from "../../components";
import { Dataplane } from "../../components/enums";
import { Refusal } from "../../rehearsal/refusal";
import { record } from "./record";

const root = path.dirname(path.dirname(__dirname));
const page = fs.readFileSync(path.join(root, "docs", "troubleshooting.md"), "utf8");

/** Sources below the folders, those excepted whose path a pattern matches. */
function sourcesIn(folders: string[], except = /node_modules/): string[] {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs)$/.test(name) && !except.test(name))
      .map((name) => fs.readFileSync(path.join(root, folder, name), "utf8")),
  );
}

/** Texts that the formatter broke over lines, made whole again. */
const joined = (source: string) =>
  source
    .replace(/["'`]\s*\+\s*["'`]/g, "")
    .replaceAll("${binFolderVariable}", "AKS_CALICO_EBPF_BIN")
    .replaceAll('\\"', '"');

/** What stands fixed in a message whose varying parts are written as `…`. */
const fixedParts = (message: string) =>
  message
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part.length > 1);

async function suffixes(dataplane: Dataplane): Promise<string[]> {
  const { resources } = await record(() => {
    const provider = new Provider("cluster", { kubeconfig: "{}" });
    return new CalicoEbpfDataplane("net", { apiServerHost: "aks.example.net", dataplane }, { provider });
  });
  return resources.filter((r) => r.type.startsWith("kubernetes:")).map((r) => r.name.replace(/^net-/, ""));
}

describe("docs/troubleshooting.md", () => {
  it("has a section and a row for each layer, and for nothing else", async () => {
    const declared = new Set([...(await suffixes(Dataplane.Ebpf)), ...(await suffixes(Dataplane.Iptables))]);
    const namedIn = (lines: string[]) =>
      lines.flatMap((line) => [...line.matchAll(/`NAME-([a-z-]+)`/g)].map(([, suffix]) => suffix));
    const headings = namedIn(page.split("\n").filter((line) => line.startsWith("### ")));
    const rows = namedIn(page.split("\n").flatMap((line) => /^\| (`NAME-.*?) \|/.exec(line)?.[1] ?? []));
    assert.deepEqual(headings.sort(), [...declared].sort());
    assert.deepEqual(rows.sort(), [...declared].sort());
  });

  it("quotes only messages that the code prints", () => {
    const sources = sourcesIn(["components", "rehearsal", "tools"]).map(joined);
    const blocks = [...page.matchAll(/^ *```text\n(.*?)^ *```$/gms)].flatMap(([, block]) =>
      block.split("\n"),
    );
    const rows = [...page.matchAll(/^\| `([^`]+)` \|.*\|.*\|$/gm)]
      .map(([, code]) => code)
      .filter((code) => !code.startsWith("NAME-") && !fromOutside.has(code));
    const illustrated = new Refusal("what is wrong", "the reason", "what to do").message.split("\n");
    const quoted = [...blocks, ...rows].filter((line) => line.trim() !== "" && !illustrated.includes(line));
    assert.ok(quoted.length > 30, `only ${quoted.length} messages found in the page`);
    const unknown = quoted.filter((message) => {
      const parts = fixedParts(message);
      return !sources.some((source) => parts.every((part) => source.includes(part)));
    });
    assert.deepEqual(unknown, []);
  });

  it("names every refusal with which a rehearsal can end before the program runs", () => {
    const first = /new Refusal\(\s*(["'`])((?:\$\{[^}]*\}|(?!\1).)*)\1/g;
    // Of the engine only the lock: the rest refuses by name what a program contains, and says so itself.
    const outsideEngine = sourcesIn(["rehearsal"], /^engine\/(?!lock\.ts$)/).map(joined);
    const whats = outsideEngine.flatMap((source) => [...source.matchAll(first)].map(([, , what]) => what));
    assert.ok(whats.length >= 5, `only ${whats.length} refusals found`);
    for (const what of whats) {
      const [telling] = fixedParts(what.replace(/\$\{[^}]*\}/g, "…")).sort((a, b) => b.length - a.length);
      assert.ok(page.includes(telling), `the page does not name the refusal "${what}"`);
    }
  });

  it("shows refusals in the shape that they have", () => {
    const shape = new Refusal("what is wrong", "the reason", "what to do").message;
    assert.ok(page.includes(`\`\`\`text\n${shape}\n\`\`\``), shape);
  });

  it("leads to sections that are there", () => {
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    assert.ok(links.length > 0);
    assert.deepEqual(
      links.filter((link) => !anchors.includes(link)),
      [],
    );
  });
});

/** Rows that quote Go's, Kubernetes' or kubelogin's words, which no source of ours has. */
const fromOutside = new Set(["executable kubelogin not found"]);
