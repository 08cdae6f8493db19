import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { calicoSource } from "../../rehearsal/aks/calicoModule";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import { UNKNOWN, type ConfiguredProvider, type Props } from "../../rehearsal/engine/provider";
import { chartVersion, knownValues } from "../../rehearsal/helm/calicoCharts";
import { firstBuildMs } from "../programs";
import { Charts } from "./charts";
import { Recorder } from "./harness";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const repositoryOpts = { repo: "https://docs.tigera.io/calico/charts" };

describe("Kubernetes provider: the inputs of a Helm release, without a cluster", () => {
  const charts = new Charts();
  let provider: ConfiguredProvider;

  before(async () => {
    provider = await kubernetesProvider({ folder: charts.folder }).configure({ kubeconfig: UNKNOWN });
  });
  after(() => charts.remove());

  const check = (args: Props, olds?: Props) => provider.check(new Recorder(RELEASE, "x"), olds, args);
  const refusal = async (args: Props) => {
    const { failures } = await check(args);
    return failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
  };

  it("fills in what the real provider fills in", async () => {
    const { inputs, failures } = await check({
      chart: charts.plain("web"),
      compat: "true",
      resourceNames: {},
    });
    assert.deepEqual(failures, []);
    const { name, ...rest } = inputs;
    assert.match(String(name), /^x-[0-9a-f]{8}$/);
    assert.equal(rest.namespace, "default");
    assert.equal(rest.timeout, 300);
    assert.equal(rest.version, "1.2.3");
    assert.equal(rest.skipAwait, false);
    assert.equal("compat" in rest || "resourceNames" in rest, false);
    const again = await check({ chart: charts.plain("web") }, inputs);
    assert.equal(again.inputs.name, name);
    const skipping = await check({ chart: charts.plain("web"), skipAwait: true });
    assert.equal(skipping.inputs.timeout, 0);
    assert.equal(
      (await check({ chart: charts.plain("web"), timeout: 7, skipAwait: true })).inputs.timeout,
      7,
    );
  });

  it("takes a chart's folder or archive, also relative to the program's folder", async () => {
    charts.packed("web");
    for (const chart of ["web", "./web", "web.tgz", path.join(charts.folder, "web.tgz")]) {
      const { inputs, failures } = await check({ chart });
      assert.deepEqual([failures, inputs.version], [[], "1.2.3"], chart);
    }
    fs.writeFileSync(path.join(charts.folder, "junk.tgz"), "junk");
    assert.match(
      await refusal({ chart: "junk.tgz" }),
      /^chart: .*junk\.tgz is not a chart\n {2}why: it is no \.tgz/,
    );
    assert.match(
      await refusal({ chart: "./none" }),
      /^chart: path "\.\/none" not found\n {2}why: there is no .*none/,
    );
  });

  it("refuses by name what it does not know or cannot do", async () => {
    const chart = charts.plain("web");
    assert.match(
      await refusal({ chart, vaules: {} }),
      /^vaules: a Release knows no such property; it knows allowNull/,
    );
    assert.match(await refusal({ chart, atomic: "yes" }), /^atomic: must be a boolean, not "yes"$/);
    assert.match(await refusal({ chart, values: [] }), /^values: must be an object, not \[\]$/);
    assert.match(await refusal({}), /^chart: a release needs a chart$/);
    assert.match(
      await refusal({ chart, repositoryOpts: { url: "x" } }),
      /^repositoryOpts\.url: a Release knows no/,
    );
    assert.match(
      await refusal({ chart, valueYamlFiles: ["x"] }),
      /^valueYamlFiles: a rehearsal takes no files/,
    );
    const elsewhere: Props[] = [
      { chart: "nginx", repositoryOpts: { repo: "https://charts.example.com" } },
      { chart: "oci://registry.example.com/charts/nginx" },
      { chart: "stable/nginx" },
      { chart: "calico", repositoryOpts },
    ];
    for (const args of elsewhere) {
      const said = await refusal(args);
      assert.match(
        said,
        new RegExp(
          `^chart: chart ${String(args.chart)}.* cannot be had in a rehearsal\\n {2}why: .*helm pull`,
          "s",
        ),
      );
    }
    await assert.rejects(
      provider.check(new Recorder("kubernetes:helm.sh/v4:Chart", "x"), undefined, {}),
      /helm\.sh\/v4:Chart is not supported by the rehearsal: only helm\.sh\/v3:Release is/,
    );
  });

  it("leaves alone what a preview cannot know", async () => {
    const { inputs, failures } = await check({ chart: UNKNOWN, values: { a: UNKNOWN }, namespace: UNKNOWN });
    assert.deepEqual(failures, []);
    assert.deepEqual([inputs.chart, inputs.namespace, inputs.version], [UNKNOWN, UNKNOWN, ""]);
  });

  it("Calico's charts: an exact version, and no CRD chart, which is too big for a release", async () => {
    const calico = (version?: string, chart = "tigera-operator") =>
      check({ chart, repositoryOpts, ...(version && { version }) });
    assert.equal((await calico("3.32.2")).inputs.version, "v3.32.2");
    assert.equal((await calico()).inputs.version, chartVersion);
    const [ranged] = (await calico("~3.32")).failures;
    assert.match(ranged.reason, /^version ~3\.32 of chart tigera-operator is not one exact version/);
    const [big] = (await calico("v3.32.0", "crd.projectcalico.org.v1")).failures;
    assert.match(
      big.reason,
      /^chart crd\.projectcalico\.org\.v1 cannot be installed as a release\n {2}why: .*megabyte/,
    );
    const [unsigned] = (await check({ chart: "tigera-operator", repositoryOpts, verify: true })).failures;
    assert.match(unsigned.reason, /^the chart is a stand-in without a signature/);
  });

  it("knows the version and the values of the chart in Calico's module", async function () {
    this.timeout(firstBuildMs);
    const folder = path.join(await calicoSource(() => {}), "charts", "tigera-operator");
    const values = load(fs.readFileSync(path.join(folder, "values.yaml"), "utf8")) as Record<string, any>;
    assert.equal(values.calicoctl.tag, chartVersion);
    assert.deepEqual(Object.keys(values).sort(), [...knownValues].sort());
  });
});
