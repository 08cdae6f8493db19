import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/engine/provider";
import { configMap, Declared, eventually, failureOf, served } from "./harness";

/** No garbage collector runs here to finish a deletion in the foreground. */
const background: Props = { "pulumi.com/deletionPropagationPolicy": "background" };
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

describe("Kubernetes provider: objects that come before what they need", function () {
  this.timeout(90_000);
  const on = served();

  it("retries while the namespace is on its way, and passes the server's warnings on", async () => {
    const declared = new Declared(on.provider, CONFIG_MAP, "early");
    const created = declared.create(configMap({ name: "early", namespace: "later" }));
    await eventually(() => declared.op.statuses.length > 0, "a retry");
    assert.equal(declared.op.statuses[0], 'Retry #0; creation failed: namespaces "later" not found');
    await on.server.request("POST", "/api/v1/namespaces", { metadata: { name: "later" } });
    assert.equal((await created).id, "later/early");

    const slip = { ...configMap({ name: "slip" }), dta: {} };
    const wrong = new Declared(on.provider, CONFIG_MAP, "slip");
    await wrong.create(slip);
    assert.deepEqual(wrong.op.logs, ['warning: unknown field "dta"']);
  });

  it("serves kinds as soon as their definition is there, and forgets them with it", async () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "things.example.com" },
      spec: {
        group: "example.com",
        names: { kind: "Thing", plural: "things" },
        scope: "Cluster",
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true } },
          },
        ],
      },
    };
    const thing = {
      apiVersion: "example.com/v1",
      kind: "Thing",
      metadata: { name: "one", annotations: background },
    };
    const early = new Declared(on.provider, "kubernetes:example.com/v1:Thing", "one");
    const created = early.create(thing);
    await eventually(() => early.op.statuses.length > 0, "a retry");
    const definition = new Declared(
      on.provider,
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
      "things",
    );
    const { outputs } = await definition.create(crd);
    const [version] = (outputs.spec as any).versions;
    assert.equal(version.schema.openAPIV3Schema.x_kubernetes_preserve_unknown_fields, true);
    assert.equal((await created).id, "one");
    assert.match(
      early.op.statuses[0],
      /Retry #0; creation failed: no matches for kind "Thing" in version "example.com\/v1"/,
    );
    assert.deepEqual((await early.diff(thing)).changed, []);

    await definition.update({ ...crd, metadata: { ...crd.metadata, labels: { a: "b" } } });
    assert.equal((await on.server.request("GET", "/apis/example.com/v1/things/one")).metadata.name, "one");
    // No controller finishes the definition here, so its finalizer is taken off by hand.
    const deleted = definition.delete();
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.com";
    // Only once the deletion has arrived: it puts a finalizer on, and one that comes later than ours would stay.
    await eventually(async () => {
      const live = await on.server.request("GET", path).catch(() => undefined);
      if (live?.metadata.deletionTimestamp) {
        await on.server.request("PATCH", path, { metadata: { finalizers: null } }).catch(() => undefined);
      }
      return live === undefined;
    }, "the definition to be gone");
    await deleted;
    await early.delete();
    assert.equal(await on.provider.read(early.op, "one", early.inputs, early.state.outputs), undefined);
  });

  it("goes on trying for 31 s, as the real provider does, and then says that the definition is missing", async () => {
    // Six attempts, with pauses of 1, 2, 4, 8 and 16 s between them (retry/retry.go, await.go). What comes 30 s late is
    // found by the last one.
    const widget = (kind: string): Props => ({
      apiVersion: "late.example.com/v1",
      kind,
      metadata: { name: "one" },
    });
    const [comes, never] = ["Widget", "Ghost"].map(
      (kind) => new Declared(on.provider, `kubernetes:late.example.com/v1:${kind}`, kind.toLowerCase()),
    );
    const from = Date.now();
    const missing = failureOf(never.create(widget("Ghost")));
    const created = comes.create(widget("Widget"));
    await eventually(
      () => comes.op.statuses.some((s) => s.startsWith("Retry #4;")),
      "the last pause",
      30_000,
    );
    await on.server.request(
      "POST",
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      definition("Widget"),
    );
    assert.equal((await created).id, "one");
    const error = await missing;
    assert.match(
      error.message,
      /Verify that any required CRDs have been created: no matches for kind "Ghost"/,
    );
    assert.equal(never.op.statuses.filter((s) => s.startsWith("Retry #")).length, 6);
    assert.ok(Date.now() - from > 30_000);
  });
});

/** A definition of a cluster-wide kind of late.example.com. */
function definition(kind: string): Props {
  const schema = { openAPIV3Schema: { type: "object" } };
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.late.example.com` },
    spec: {
      group: "late.example.com",
      names: { kind, plural },
      scope: "Cluster",
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}
