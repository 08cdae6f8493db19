import assert from "node:assert/strict";
import * as path from "node:path";
import type * as ts from "typescript";

const { Analyzer } = require("@pulumi/pulumi/provider/experimental/analyzer");

const plugin = path.resolve(__dirname, "../../plugin");
const names = ["AksCluster", "CalicoEbpfCluster", "CalicoEbpfDataplane"];

interface Property {
  type?: string;
  $ref?: string;
  plain?: boolean;
  items?: Property;
  additionalProperties?: Property;
  description?: string;
}
type Properties = Record<string, Property>;

describe("the components' multi-language schema, as Pulumi infers it", function () {
  this.timeout(120_000);
  let analyzer: any;
  let result: any;

  before(() => {
    analyzer = new Analyzer(plugin, "aks-calico-ebpf", require("../../plugin/package.json"), new Set(names));
    result = analyzer.analyze();
  });

  /** What TypeScript knows of a class or an interface of ours. */
  function declared(name: string): ts.Type {
    const checker: ts.TypeChecker = analyzer.checker;
    const program: ts.Program = analyzer.program;
    const files = program.getSourceFiles().filter(({ fileName }) => !fileName.includes("node_modules"));
    const exported = files.flatMap((file) => {
      const module = checker.getSymbolAtLocation(file);
      return module ? checker.getExportsOfModule(module) : [];
    });
    const symbol = exported.find((one) => one.name === name)!;
    return checker.getDeclaredTypeOfSymbol(symbol);
  }

  /** Every set of properties in the schema, by the TypeScript type it is of. */
  const inputs = (): [string, Properties][] => [
    ...names.map((name): [string, Properties] => [`${name}Args`, result.components[name].inputs]),
    ...Object.values<any>(result.typeDefinitions)
      .filter(({ properties }) => properties)
      .map(({ name, properties }): [string, Properties] => [name, properties]),
  ];

  it("finds the three classes", () => assert.deepEqual(Object.keys(result.components).sort(), names));

  it("drops no argument", () => {
    for (const [name, properties] of inputs()) {
      const wanted = declared(name)
        .getProperties()
        .map((one) => one.name);
      assert.ok(wanted.length > 0, name);
      assert.deepEqual(Object.keys(properties).sort(), wanted.sort(), name);
    }
  });

  it("drops of the outputs the handles of resources, and nothing else", () => {
    const dropped = names.flatMap((name) => {
      const members = [...declared(name).symbol.members!.keys()].map(String);
      const outputs = Object.keys(result.components[name].outputs);
      return members
        .filter((one) => one !== "__constructor" && !outputs.includes(one))
        .map((one) => `${name}.${one}`);
    });
    const handles = ["resourceGroup", "managedCluster", "nodePools", "provider"];
    assert.deepEqual(
      dropped,
      ["AksCluster", "CalicoEbpfCluster"].flatMap((name) => handles.map((one) => `${name}.${one}`)),
    );
  });

  it("loses the type of what takes a number or a text, and of what is passed through to Azure and Helm", () => {
    const isAny = ({ $ref, items, additionalProperties }: Property): boolean =>
      $ref === "pulumi.json#/Any" || [items, additionalProperties].some((inner) => inner && isAny(inner));
    const lost = inputs().flatMap(([name, properties]) =>
      Object.entries(properties)
        .filter(([, property]) => isAny(property))
        .map(([key, { type = "any" }]) => `${name}.${key}: ${type}`),
    );
    assert.deepEqual(lost.sort(), [
      "AksClusterArgs.maintenanceWindow: object",
      "AksClusterArgs.managedCluster: object",
      "CalicoEbpfClusterArgs.maintenanceWindow: object",
      "CalicoEbpfClusterArgs.managedCluster: object",
      "CalicoInstallArgs.values: object",
      "FurtherPoolArgs.profile: object",
      "RolloutArgs.maxUnavailable: any",
      "SystemPoolArgs.profile: object",
    ]);
  });

  it("describes everything in words: a link in a docstring would come out as an object", () => {
    const described = [
      ...names.map((name) => result.components[name].description),
      ...names.flatMap((name) => Object.values<Property>(result.components[name].outputs)),
      ...inputs().flatMap(([, properties]) => Object.values(properties)),
    ].map((one) => (typeof one === "string" ? one : one.description));
    assert.deepEqual(
      described.filter((one) => one?.includes("[object")),
      [],
    );
    for (const name of names) assert.match(result.components[name].description, /^\w/);
  });

  it("keeps what decides the structure plain, and takes values as inputs", () => {
    const { nodePools, kubernetesVersion } = result.components.AksCluster.inputs;
    assert.equal(nodePools.plain, true);
    assert.equal(kubernetesVersion.plain, undefined);
  });

  it("knows the words of every enumeration", () => {
    const words = (type: string) => result.typeDefinitions[type].enum.map((word: any) => word.value);
    assert.deepEqual(words("Dataplane"), ["Ebpf", "Iptables"]);
    assert.deepEqual(words("KubeProxy"), ["Disable", "Keep", "Absent", "Removed"]);
    assert.deepEqual(words("CalicoMode"), ["AzureManaged", "SelfManaged", "CalicoCni"]);
  });

  it("hands out values and no resource: a reference to a provider resolves nowhere", () => {
    for (const name of names) {
      for (const [output, property] of Object.entries<Property>(result.components[name].outputs)) {
        const { type } = property.items ?? property;
        assert.ok(["string", "boolean"].includes(type!), `${name}.${output} is ${JSON.stringify(property)}`);
      }
    }
    assert.deepEqual(result.dependencies, []);
  });
});
