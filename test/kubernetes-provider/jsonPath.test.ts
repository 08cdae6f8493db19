import assert from "node:assert/strict";
import { parsePath } from "../../rehearsal/engine/kubernetes/wait/jsonPath";
import { parseWaitFor } from "../../rehearsal/engine/kubernetes/wait/waitFor";

const pod = {
  metadata: { annotations: { "example.com/a-b": "yes" }, generation: 3 },
  spec: {
    containers: [
      { name: "a", ports: [80, 443], env: [{ name: "HOST", value: "x" }] },
      { name: "b", ports: [8080] },
    ],
  },
};

describe("Kubernetes provider: JSONPath", () => {
  const cases: [string, unknown[]][] = [
    ["$.metadata.generation", [3]],
    ["$['metadata']['annotations'][\"example.com/a-b\"]", ["yes"]],
    ["$.spec.containers[0].name", ["a"]],
    ["$.spec.containers[-1].name", ["b"]],
    ["$.spec.containers[5].name", []],
    ["$.spec.containers[*].name", ["a", "b"]],
    ["$.spec.containers[*].ports[*]", [80, 443, 8080]],
    ['$.spec.containers[?(@.name=="a")].env[?(@.name=="HOST")].value', ["x"]],
    ["$.spec.containers[?@.name != 'a'].name", ["b"]],
    ["$.spec.containers[?@.env].name", ["a"]],
    ["$.spec.containers[?!@.env].name", ["b"]],
    ["$.spec.containers[?(@.name=='b' || @.ports[0] < 100)].name", ["a", "b"]],
    ["$.spec.containers[?(@.name=='b' && @.ports[0] < 100)].name", []],
    ["$.spec.containers[?@.missing == @.absent].name", ["a", "b"]],
    ["$.spec.name", []],
  ];
  for (const [path, found] of cases) {
    it(path, () => assert.deepEqual(parsePath(path)(pod), found));
  }

  const refused: [string, RegExp][] = [
    ["$..name", /at position 2 .*'\.\.' is not supported/],
    ["$.a[0:2]", /slices are not supported/],
    ["$.a['b','c']", /unions of selectors are not supported/],
    ["$.a[?length(@.b) == 1]", /functions are not supported/],
    ["$.metadata.annotations.a-b", /is written \['like-this'\]/],
    ["$.a[?@.b = 1]", /'\]' is expected/],
    ["$.a[?'x']", /a comparison .* is expected/],
    ["$.a['b]", /the closing ' is missing/],
    ["$.", /a name is expected/],
    ["$.a b", /'\.', '\[' or the end is expected/],
  ];
  for (const [path, message] of refused) {
    it(`refuses ${path}`, () => assert.throws(() => parsePath(path), message));
  }

  const wrong: [string, RegExp][] = [
    ["jsonpath=.a", /\.a should be wrapped in brackets \{ \.\.\. \}/],
    ["jsonpath={.a}=", /\{\.a\}= requires a value/],
    ["jsonpath={.a}=b=c", /format should be \{\.path\}=value or \{\.path\}, got/],
    ["jsonpath='{.a}'", /should omit shell quotes/],
    ["jsonpath={.a..b}", /^Error: parsing "\{\.a\.\.b\}": at position/],
    ["[]", /at least one condition must be specified/],
    ['["ready"]', /expected a "jsonpath=" or "condition=" prefix, got "ready"/],
  ];
  for (const [expression, message] of wrong) {
    it(`refuses ${expression}`, () => assert.throws(() => parseWaitFor(expression), message));
  }

  it("compares the text of plain values, and no others", () => {
    const holds = (expression: string, object: object) =>
      parseWaitFor(expression)[0].satisfied(object, () => {});
    assert.equal(holds("jsonpath={.a}=true", { a: true }), true);
    assert.equal(holds("jsonpath={.a}=3", { a: 3 }), true);
    assert.equal(holds("jsonpath={.a}", { a: {} }), true);
    assert.throws(() => holds("jsonpath={.a}=x", { a: {} }), /"\{\.a\}" has a non-primitive value \(\{\}\)/);
    const lagging = { metadata: { generation: 2 }, status: { observedGeneration: 1 }, a: 3 };
    assert.equal(holds("jsonpath={.a}=3", lagging), false);
    const of = (observedGeneration: number) => ({
      metadata: { generation: 2 },
      status: { conditions: [{ type: "Ready", status: "True", observedGeneration }] },
    });
    assert.equal(holds("condition=ready", of(1)), false);
    assert.equal(holds("condition=ready=true", of(2)), true);
  });
});
