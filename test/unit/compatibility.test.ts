// docs/compatibility.md against where each version is decided: package.json, the lock, the tools' modules, the components.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { chartVersion, legacyOperator, oldestCalico } from "../../components/calicoVersion";
import { firstKernel } from "../../components/releases";
import { newChart } from "../../components/validate/dataplaneInstall";
import { defaultCalicoVersion } from "../../rehearsal/clusters";
import { builtPluginVersion, kubernetesVersion, pulumiVersion } from "../../rehearsal/programs/catalogue";
import { oldestCli } from "../../rehearsal/pulumi/engine";
import { readPage, root } from "./pages";

const page = readPage("docs/compatibility.md");
const json = (file: string) => JSON.parse(readPage(file));
const { dependencies, engines } = json("package.json");
const { packages } = json("package-lock.json");
const rehearsals = fs
  .readdirSync(path.join(root, "test/rehearsal"))
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => readPage(`test/rehearsal/${file}`))
  .join("\n");

/** What the whole programs of test/rehearsal say, and `besides`, oldest first. */
const rehearsed = (pattern: RegExp, besides: string): string =>
  [...new Set([...rehearsals.matchAll(pattern)].map(([, version]) => version).concat(besides))]
    .sort()
    .join(", ");
const plain = (version: string) => version.replace(/^v/, "");
const chart = plain(chartVersion);
const [, operator] = /tigera\/operator:v([\d.]+)/.exec(readPage("rehearsal/aks/addons.yaml"))!;

const expected: Record<string, [asked: string, tried: string]> = {
  Kubernetes: ["AKS's", plain(kubernetesVersion)],
  "Calico of AKS": [`>= ${oldestCalico}`, rehearsed(/calicoVersion: "([\d.]+)"/g, defaultCalicoVersion)],
  "chart, `SelfManaged`": [`>= ${oldestCalico}`, rehearsed(/\bversion: "v(\d+\.\d+\.\d+)"/g, chart)],
  "chart, `CalicoCni`": [`>= ${newChart}`, chart],
  operator: [`>= ${/before ([\d.]+\d)/.exec(legacyOperator)![1]}`, operator],
  "kernel of the nodes": [`>= ${firstKernel}`, ""],
  "Pulumi CLI": [`>= ${plain(oldestCli)}`, plain(pulumiVersion)],
  "Node.js": [
    engines.node.replace(">=", ">= "),
    Object.values<string>(json("tools/node/package.json").optionalDependencies)[0],
  ],
};
for (const name of Object.keys(dependencies).filter((one) => one.startsWith("@pulumi/")))
  expected[`\`${name}\``] = [dependencies[name], packages[`node_modules/${name}`].version];

describe("docs/compatibility.md", () => {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
    .slice(2);

  it("has a row for each part, with what is asked for and what was tried", () => {
    assert.deepEqual(
      Object.fromEntries(rows.map(([part, ...versions]) => [part, versions.slice(0, 2)])),
      expected,
    );
  });

  it("says which provider ran", () => {
    const row = rows.find(([part]) => part === "`@pulumi/kubernetes`")!;
    assert.match(row[3], new RegExp(`\\b${builtPluginVersion.replaceAll(".", "\\.")}$`));
  });
});
