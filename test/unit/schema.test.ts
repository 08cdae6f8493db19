import assert from "node:assert/strict";
import * as path from "node:path";

const { Analyzer } = require("@pulumi/pulumi/provider/experimental/analyzer");

const root = path.dirname(path.dirname(__dirname));
const names = ["AksCluster", "CalicoEbpfCluster", "CalicoEbpfDataplane"];

describe("the components' multi-language schema, as Pulumi infers it", function () {
  this.timeout(120_000);
  let result: any;

  before(() => {
    const analyzer = new Analyzer(
      root,
      "aks-calico-ebpf",
      { exports: "components/index.ts" },
      new Set(names),
    );
    result = analyzer.analyze();
  });
  it("infers every argument of the three classes", () => {
    assert.deepEqual(Object.keys(result.components).sort(), names);
    const inputs = (name: string) => Object.keys(result.components[name].inputs);
    assert.ok(inputs("AksCluster").includes("systemPool"));
    const settings = [
      ...["calico", "dataplane", "defaultDeny", "felix", "felixMetrics", "kubeProxy", "mode"],
      ...["proof", "proofImage", "restartWorkloads", "rollout", "rolloutTimeoutMinutes"],
    ];
    assert.deepEqual(
      inputs("CalicoEbpfCluster").sort(),
      [...new Set([...inputs("AksCluster"), ...settings])].sort(),
    );
    assert.deepEqual(
      inputs("CalicoEbpfDataplane").sort(),
      [
        ...settings,
        "apiServerHost",
        "apiServerPort",
        "kubernetesVersion",
        "maxNodes",
        "podCidr",
        "protect",
      ].sort(),
    );
  });

  it("keeps what decides the structure plain, and takes values as inputs", () => {
    const { nodePools, kubernetesVersion } = result.components.AksCluster.inputs;
    assert.equal(nodePools.plain, true);
    assert.equal(kubernetesVersion.plain, undefined);
  });

  it("takes azure-native's properties as plain maps", () => {
    const { managedCluster, maintenanceWindow } = result.components.AksCluster.inputs;
    const { profile } = result.typeDefinitions.FurtherPoolArgs.properties;
    for (const map of [managedCluster, maintenanceWindow, profile]) {
      const { type, additionalProperties } = map;
      assert.deepEqual(
        [type, additionalProperties.$ref],
        ["object", "pulumi.json#/Any"],
        JSON.stringify(map),
      );
    }
  });

  it("knows the words of every enumeration", () => {
    const words = (type: string) => result.typeDefinitions[type].enum.map((word: any) => word.value);
    assert.deepEqual(words("Dataplane"), ["Ebpf", "Iptables"]);
    assert.deepEqual(words("KubeProxy"), ["Disable", "Keep", "Absent", "Removed"]);
    assert.deepEqual(words("CalicoMode"), ["AzureManaged", "SelfManaged", "CalicoCni"]);
  });

  it("hands out values and no resource: a reference to a provider resolves nowhere", () => {
    for (const name of names) {
      for (const [output, property] of Object.entries<any>(result.components[name].outputs)) {
        const { type } = property.items ?? property;
        assert.ok(["string", "boolean"].includes(type), `${name}.${output} is ${JSON.stringify(property)}`);
      }
    }
    assert.deepEqual(result.dependencies, []);
  });
});
