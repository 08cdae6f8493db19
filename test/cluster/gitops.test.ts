// examples/gitops in an API server that knows the Pulumi Kubernetes Operator's Stack. The operator is in no registry that
// CI reaches, so the Stack's schema is our own, by its source; its own CRDs are taken where they are given.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as yaml from "js-yaml";
import { installCrds } from "../../rehearsal/aks/crds";
import { binFolderVariable } from "../../rehearsal/programs/find";
import { kubectlEnv } from "../kubectl";
import { readPage, root } from "../unit/pages";
import { Bench, firstBuildMs, spec } from "./support";

const file = "examples/gitops/stack.yaml";
const objects = yaml.loadAll(readPage(file)) as any[];
const [account, binding, stack] = objects;

const text = { type: "string" };
const flag = { type: "boolean" };
const number = { type: "integer", format: "int64" };
const free = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const object = (properties: object, ...required: string[]) => ({ type: "object", properties, required });
const mapOf = (additionalProperties: object) => ({ type: "object", additionalProperties });
const each = (schema: object, ...names: string[]) => Object.fromEntries(names.map((name) => [name, schema]));

const reference = object(
  {
    type: text,
    literal: object({ value: text }, "value"),
    secret: object(each(text, "name", "key", "namespace"), "name", "key"),
  },
  "type",
);
const workspaceSpec = object({
  ...each(text, "image", "securityProfile"),
  resources: object(each(free, "requests", "limits")),
  podTemplate: object({ metadata: object({ labels: mapOf(text) }) }),
});
/** Of a Stack's fields those that the example has, as in `operator/api/pulumi/shared/stack_types.go` of v2.9.0. */
const stackSpec = object(
  {
    ...each(text, "stack", "projectRepo", "branch", "repoDir", "serviceAccountName"),
    ...each(flag, "shallow", "refresh", "continueResyncOnCommitMatch", "preview", "destroyOnFinalize"),
    resyncFrequencySeconds: number,
    config: free,
    envRefs: mapOf(reference),
    workspaceTemplate: object({ spec: workspaceSpec }),
  },
  "stack",
);

function ownCrd() {
  const schema = { openAPIV3Schema: object({ spec: stackSpec, status: free }) };
  const version = { name: "v1", served: true, storage: true, schema, subresources: { status: {} } };
  const names = { plural: "stacks", singular: "stack", kind: "Stack", listKind: "StackList" };
  const crd = { group: "pulumi.com", scope: "Namespaced", names, versions: [version] };
  const kind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  return { ...kind, metadata: { name: "stacks.pulumi.com" }, spec: crd };
}

/** The operator's own CRD, where there is one; else ours. */
function crd(): any {
  const folder = path.join(process.env[binFolderVariable] ?? "", "pulumi-kubernetes-operator");
  const given = path.resolve(folder, "deploy/crds/pulumi.com_stacks.yaml");
  return fs.existsSync(given) ? yaml.load(fs.readFileSync(given, "utf8")) : ownCrd();
}

describe("cluster: examples/gitops", function () {
  this.timeout(60_000);
  const bench = new Bench({ ...spec("management", 1), calico: false, kubeProxy: false }, {});
  let env: NodeJS.ProcessEnv;
  const apply = (input: string, ...args: string[]) =>
    spawnSync("kubectl", ["apply", "--server-side", "--validate=strict", "-f", "-", ...args], {
      cwd: root,
      env,
      input,
      encoding: "utf8",
    });

  before(async function () {
    this.timeout(firstBuildMs);
    await installCrds(bench.api, [crd()]);
    await bench.api.create("/api/v1/namespaces", { metadata: { name: stack.metadata.namespace } });
    env = await kubectlEnv(await bench.kubeconfig());
  });

  it("is taken as it stands, and nothing of the Stack is dropped", async () => {
    const { status, stderr } = apply(readPage(file));
    assert.equal(status, 0, stderr);
    const { namespace, name } = stack.metadata;
    const stored = await bench.get(`/apis/pulumi.com/v1/namespaces/${namespace}/stacks/${name}`);
    assert.deepEqual(stored.spec, stack.spec);
  });

  for (const [what, from, to, message] of [
    [
      "a field that there is not",
      "refresh: true",
      "refreshes: true",
      /refreshes: field not declared in schema/,
    ],
    ["one deep inside", "podTemplate:", "podTemplates:", /podTemplates: field not declared in schema/],
    ["a text for a number", "Seconds: 600", 'Seconds: "600"', /expected numeric/],
    ["a reference without a type", "type: Secret", "", /PULUMI_ACCESS_TOKEN\.type: Required value/],
    ["no stack", /^ {2}stack: .*$/m, "", /spec\.stack: Required value/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      const changed = readPage(file).replace(from, to);
      assert.notEqual(changed, readPage(file));
      const { status, stderr } = apply(changed, "--dry-run=server");
      assert.notEqual(status, 0);
      assert.match(stderr, message);
    });
  }

  it("puts right what drifts, deletes no cluster, and holds no secret", () => {
    const { refresh, continueResyncOnCommitMatch, resyncFrequencySeconds, ...others } = stack.spec;
    // Without the second the operator leaves a stack alone whose commit it has run; it polls no faster than in 60 s.
    assert.deepEqual(
      { refresh, continueResyncOnCommitMatch },
      { refresh: true, continueResyncOnCommitMatch: true },
    );
    assert.ok(resyncFrequencySeconds >= 60);
    assert.deepEqual([others.destroyOnFinalize, others.preview], [false, false]);
    const literals = Object.entries<any>(others.envRefs).filter(([, { type }]) => type === "Literal");
    assert.deepEqual(
      literals.map(([name]) => name).filter((name) => /SECRET|PASSW|PASSPHRASE|ACCESS_TOKEN/.test(name)),
      [],
    );
  });

  it("runs as the ServiceAccount that the agent needs, with workload identity", () => {
    const { name, namespace } = stack.metadata;
    assert.deepEqual(
      [account.metadata.name, account.metadata.namespace],
      [stack.spec.serviceAccountName, namespace],
    );
    assert.deepEqual(binding.subjects, [{ kind: "ServiceAccount", name, namespace }]);
    assert.equal(binding.roleRef.name, "system:auth-delegator");
    const { envRefs, workspaceTemplate } = stack.spec;
    const identity = account.metadata.annotations["azure.workload.identity/client-id"];
    assert.equal(envRefs.ARM_CLIENT_ID.literal.value, identity);
    const { labels } = workspaceTemplate.spec.podTemplate.metadata;
    assert.equal(labels["azure.workload.identity/use"], "true");
  });
});
