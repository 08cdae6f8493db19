import assert from "node:assert/strict";
import type { KubeObject } from "../../rehearsal/engine/kubernetes/objects";
import type { ConfiguredProvider, Props } from "../../rehearsal/engine/provider";
import { ApiServer } from "./apiServer";
import { configMap, connect, daemonSet, Declared, eventually, failureOf, Recorder } from "./harness";

/** No garbage collector runs here to finish a deletion in the foreground. */
const background: Props = { "pulumi.com/deletionPropagationPolicy": "background" };
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

describe("Kubernetes provider: objects on a real API server", function () {
  this.timeout(60_000);
  let server: ApiServer;
  let provider: ConfiguredProvider;

  before(async () => {
    server = await ApiServer.start();
    provider = await connect(server);
  });
  after(() => server?.stop());

  const live = (name: string) => server.request("GET", `/api/v1/namespaces/default/configmaps/${name}`);
  const existing = (name: string, data: Props) =>
    server.request("POST", "/api/v1/namespaces/default/configmaps", configMap({ name }, data), {
      fieldManager: "somebody",
    });
  const managers = (object: KubeObject) =>
    (object.metadata.managedFields as KubeObject[]).map((e) => `${e.manager}/${e.operation}`);

  it("creates, updates under one field manager, and deletes", async () => {
    const declared = new Declared(provider, CONFIG_MAP, "life");
    const args = configMap({ name: "life" }, { colour: "red", shape: "round" });
    const created = await declared.create(args);
    assert.equal(created.id, "default/life");
    assert.match(String(created.outputs.__fieldManager), /^pulumi-kubernetes-[0-9a-f]{8}$/);
    assert.equal(created.outputs.__initialApiVersion, "v1");
    // The real provider creates with a POST under this name and adopts its fields in the first update.
    assert.deepEqual(managers(await live("life")), ["pulumi-kubernetes/Update"]);

    await declared.update(configMap({ name: "life", labels: { a: "b" } }, { colour: "blue" }));
    const updated = await live("life");
    assert.deepEqual(updated.data, { colour: "blue" });
    assert.deepEqual(updated.metadata.labels, { a: "b" });
    assert.deepEqual(managers(updated), [`${created.outputs.__fieldManager}/Apply`]);

    // Foreground: the object waits for the garbage collector, which this test stands in for.
    const deleted = declared.delete();
    await eventually(async () => (await live("life")).metadata.deletionTimestamp, "deletion");
    assert.deepEqual((await live("life")).metadata.finalizers, ["foregroundDeletion"]);
    await server.request("PATCH", "/api/v1/namespaces/default/configmaps/life", {
      metadata: { finalizers: null },
    });
    await deleted;
    assert.deepEqual(declared.op.statuses, ["Resource scheduled for deletion"]);
    await assert.rejects(live("life"), /not found/);
    await declared.delete();
  });

  it("says what may hold a deletion up when its time is over", async () => {
    const declared = new Declared(provider, CONFIG_MAP, "held");
    await declared.create(configMap({ name: "held", finalizers: ["example.com/hold"] }));
    assert.equal((await failureOf(declared.delete(1))).message, "timed out waiting for the condition");
    assert.match(declared.op.logs[0], /finalizers might be preventing deletion \(.*example.com\/hold.*\)/);
  });

  it("names what has no name, keeps the name, and fills the namespace", async () => {
    const declared = new Declared(provider, CONFIG_MAP, "auto");
    const args: Props = { apiVersion: "v1", kind: "ConfigMap", data: {} };
    const { id, outputs } = await declared.create(args);
    assert.match(id, /^default\/auto-[0-9a-f]{8}$/);
    const metadata = outputs.metadata as Props;
    assert.equal((metadata.annotations as Props)["pulumi.com/autonamed"], "true");
    assert.deepEqual(await declared.diff(args), { changed: [], replace: [], deleteBeforeReplace: false });
    const changed = await declared.diff({ ...args, data: { new: "1" } });
    assert.deepEqual(changed, { changed: ["data"], replace: ["data"], deleteBeforeReplace: false });

    const clusterRole = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "r", annotations: background },
    };
    const role = new Declared(provider, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "r");
    assert.equal((await role.create(clusterRole)).id, "r");
    await role.delete();
  });

  it("refuses to create what exists, with the ways out", async () => {
    await existing("taken", { colour: "green" });
    const error = await failureOf(
      new Declared(provider, CONFIG_MAP, "taken").create(configMap({ name: "taken" })),
    );
    assert.match(error.message, /was not successfully created by the Kubernetes API server/);
    assert.match(error.message, /configmaps "taken" already exists/);
    assert.match(error.message, /use a Patch resource/);
    assert.deepEqual((await live("taken")).data, { colour: "green" });

    const upserting = await connect(server, { upsertExistingObjects: "true", enablePatchForce: "true" });
    await new Declared(upserting, CONFIG_MAP, "taken").create(configMap({ name: "taken" }));
    assert.deepEqual((await live("taken")).data, { colour: "red" });
  });

  it("patches next to the owner, reports a conflict, forces it, and lets go of everything", async () => {
    const before = await existing("shared", { colour: "green", size: "1" });
    const patch = (data: Props, annotations: Props = {}) => configMap({ name: "shared", annotations }, data);
    const declared = new Declared(provider, `${CONFIG_MAP}Patch`, "shared");

    const error = await failureOf(declared.create(patch({ colour: "red" })));
    assert.match(error.message, /server-side apply field conflict detected, see https:\/\/www\.pulumi\.com/);
    assert.match(
      error.message,
      /The resource managed by field manager "pulumi-kubernetes-[0-9a-f]{8}" had an apply conflict/,
    );
    assert.match(error.message, /conflict with "somebody"/);
    assert.deepEqual((await live("shared")).data, { colour: "green", size: "1" });

    const force = { "pulumi.com/patchForce": "true" };
    await declared.create(patch({ colour: "red", ours: "yes" }, force));
    const patched = await live("shared");
    assert.deepEqual(patched.data, { colour: "red", ours: "yes", size: "1" });
    // The annotation goes to the server, as every other.
    assert.deepEqual(patched.metadata.annotations, force);

    await declared.delete();
    const after = await live("shared");
    assert.deepEqual(after.data, { size: "1" });
    assert.equal(after.metadata.annotations, undefined);
    assert.deepEqual(managers(after), managers(before));
  });

  it("uses the field manager of the annotation, and lets go of the former one", async () => {
    await existing("managed", { size: "1" });
    const patch = (annotations: Props) => configMap({ name: "managed", annotations }, { ours: "yes" });
    const declared = new Declared(provider, `${CONFIG_MAP}Patch`, "managed");
    await declared.create(patch({}));
    await declared.update(patch({ "pulumi.com/patchFieldManager": "mine" }));
    assert.equal(declared.state.outputs.__fieldManager, "mine");
    assert.deepEqual(managers(await live("managed")).sort(), ["mine/Apply", "somebody/Update"]);
  });

  it("an update that conflicts is an initialization error, so that the next run tries again", async () => {
    await existing("fought", { colour: "green" });
    const declared = new Declared(provider, `${CONFIG_MAP}Patch`, "fought");
    await declared.create(configMap({ name: "fought" }, { ours: "1" }));
    const error: any = await failureOf(declared.update(configMap({ name: "fought" }, { colour: "red" })));
    assert.equal(error.name, "InitializationError");
    assert.match(
      error.reasons[0],
      /reported that "default\/fought" failed to fully initialize or become live/,
    );
    assert.match(error.reasons[0], /conflict with "somebody"/);
    assert.deepEqual(error.state.outputs.data, { colour: "green", ours: "1" });
  });

  it("a patch of what does not exist makes it, where that is a whole object", async () => {
    const declared = new Declared(provider, `${CONFIG_MAP}Patch`, "absent");
    await declared.create(configMap({ name: "absent" }));
    assert.deepEqual((await live("absent")).data, { colour: "red" });

    const annotated = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "absent", annotations: { a: "b" } },
    };
    const daemon = new Declared(provider, "kubernetes:apps/v1:DaemonSetPatch", "absent");
    assert.match(
      (await failureOf(daemon.create(annotated))).message,
      /spec\.template\.spec\.containers: Required value/,
    );
  });

  it("deletes a patch whose object is gone, and explains a required field", async () => {
    await existing("gone", {});
    const declared = new Declared(provider, `${CONFIG_MAP}Patch`, "gone");
    await declared.create(configMap({ name: "gone" }));
    await server.request("DELETE", "/api/v1/namespaces/default/configmaps/gone");
    await declared.delete();
    assert.match(declared.op.logs[0], /ConfigMap default\/gone is gone, so there is nothing to let go of/);
    await assert.rejects(live("gone"), /not found/);

    const sole = new Declared(provider, "kubernetes:apps/v1:DaemonSetPatch", "sole");
    await sole.create(daemonSet("sole", { annotations: { "pulumi.com/skipAwait": "true" } }));
    assert.match(
      (await failureOf(sole.delete())).message,
      /currently managing a required field.*retainOnDelete/,
    );
  });

  it("reads, and knows what is gone", async () => {
    const declared = new Declared(provider, CONFIG_MAP, "read");
    const { id, outputs } = await declared.create(configMap({ name: "read", annotations: background }));
    await server.request("PATCH", "/api/v1/namespaces/default/configmaps/read", { data: { colour: "pink" } });
    const read = await provider.read(declared.op, id, declared.inputs, outputs);
    assert.deepEqual(read?.outputs.data, { colour: "pink" });
    assert.equal(read?.outputs.__fieldManager, outputs.__fieldManager);
    // After a refresh, what others changed shows as a difference.
    declared.state = read as typeof declared.state;
    assert.deepEqual((await declared.diff(configMap({ name: "read", annotations: background }))).changed, [
      "data.colour",
    ]);
    await declared.delete();
    assert.equal(await provider.read(declared.op, id, declared.inputs, outputs), undefined);
  });

  it("replaces on identity and on what cannot change, never for a patch's content", async () => {
    const declared = new Declared(provider, CONFIG_MAP, "diff");
    await declared.create(configMap({ name: "diff", labels: { "a.b/c": "1" } }));
    const same = configMap({ name: "diff", namespace: "default", labels: { "a.b/c": "1" } });
    assert.deepEqual(await declared.diff(same), { changed: [], replace: [], deleteBeforeReplace: false });
    const renamed = await declared.diff(configMap({ name: "other", labels: { "a.b/c": "2" } }));
    assert.deepEqual(renamed, {
      changed: ["metadata.name", 'metadata.labels["a.b/c"]'],
      replace: ["metadata.name"],
      deleteBeforeReplace: false,
    });
    // ConfigMaps are immutable to pulumi-kubernetes unless the provider says otherwise.
    const changed = await declared.diff(
      configMap({ name: "diff", labels: { "a.b/c": "1" } }, { colour: "blue" }),
    );
    assert.deepEqual(changed, {
      changed: ["data.colour"],
      replace: ["data.colour"],
      deleteBeforeReplace: true,
    });
    const mutable = await connect(server, { enableConfigMapMutable: "true" });
    const inPlace = await mutable.diff(
      declared.op,
      declared.state.id,
      declared.inputs,
      declared.state.outputs,
      {
        ...declared.inputs,
        data: { colour: "blue" },
      },
    );
    assert.deepEqual(inPlace.replace, []);

    const daemon = new Declared(provider, "kubernetes:apps/v1:DaemonSet", "diff");
    const quiet = { annotations: { ...background, "pulumi.com/skipAwait": "true" } };
    await daemon.create(daemonSet("diff", quiet));
    assert.deepEqual((await daemon.diff(daemonSet("diff", quiet))).changed, []);
    const other = daemonSet("diff", quiet) as any;
    other.spec.selector.matchLabels.app = "other";
    assert.deepEqual((await daemon.diff(other)).replace, ["spec.selector.matchLabels.app"]);
    const patched = new Declared(provider, "kubernetes:apps/v1:DaemonSetPatch", "diff");
    Object.assign(patched, { inputs: daemon.inputs, state: daemon.state });
    assert.deepEqual((await patched.diff(other)).replace, []);
    await daemon.delete();
  });

  it("does not see a difference in how a quantity or a Secret is written", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s" },
      stringData: { password: "x" },
    };
    const declared = new Declared(provider, "kubernetes:core/v1:Secret", "s");
    await declared.create(secret);
    assert.deepEqual((await declared.diff(secret)).changed, []);
    assert.deepEqual((await declared.diff({ ...secret, stringData: { password: "y" } })).replace, [
      "data.password",
    ]);

    const quota = (cpu: string): Props => ({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "q", annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { hard: { cpu } },
    });
    const limited = new Declared(provider, "kubernetes:core/v1:ResourceQuota", "q");
    await limited.create(quota("1000m"));
    assert.deepEqual((await limited.diff(quota("1000m"))).changed, []);
    assert.deepEqual((await limited.diff(quota("2"))).changed, ["spec.hard.cpu"]);
  });

  it("retries while the namespace is on its way, and passes the server's warnings on", async () => {
    const declared = new Declared(provider, CONFIG_MAP, "early");
    const created = declared.create(configMap({ name: "early", namespace: "later" }));
    await eventually(() => declared.op.statuses.length > 0, "a retry");
    assert.equal(declared.op.statuses[0], 'Retry #0; creation failed: namespaces "later" not found');
    await server.request("POST", "/api/v1/namespaces", { metadata: { name: "later" } });
    assert.equal((await created).id, "later/early");

    const slip = { ...configMap({ name: "slip" }), dta: {} };
    const wrong = new Declared(provider, CONFIG_MAP, "slip");
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
    const early = new Declared(provider, "kubernetes:example.com/v1:Thing", "one");
    const created = early.create(thing);
    await eventually(() => early.op.statuses.length > 0, "a retry");
    const definition = new Declared(
      provider,
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
    assert.equal((await server.request("GET", "/apis/example.com/v1/things/one")).metadata.name, "one");
    // No controller finishes the definition here, so its finalizer is taken off by hand.
    const deleted = definition.delete();
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.com";
    // Only once the deletion has arrived: it puts a finalizer on, and one that comes later than ours would stay.
    await eventually(async () => {
      const live = await server.request("GET", path).catch(() => undefined);
      if (live?.metadata.deletionTimestamp) {
        await server.request("PATCH", path, { metadata: { finalizers: null } }).catch(() => undefined);
      }
      return live === undefined;
    }, "the definition to be gone");
    await deleted;
    await early.delete();
    assert.equal(await provider.read(early.op, "one", early.inputs, early.state.outputs), undefined);
  });

  it("refuses what it does not carry out, by name", async () => {
    const check = async (type: string, args: Props) => {
      const { failures } = await provider.check(new Recorder(type, "x"), undefined, args);
      return failures.map((f) => `${f.property}: ${f.reason}`).join("; ");
    };
    const patch = await check(`${CONFIG_MAP}Patch`, configMap({}));
    assert.equal(patch, "metadata.name: patch resources require the `.metadata.name` field to be set");
    assert.match(
      await check("kubernetes:core/v1:ConfigMapList", {}),
      /Use the underlying resource type instead/,
    );
    const generated = await check(CONFIG_MAP, configMap({ generateName: "x-" }));
    assert.match(generated, /`.metadata.generateName` field is not supported/);
    const slip = await check(
      CONFIG_MAP,
      configMap({ name: "x", annotations: { "pulumi.com/waitfor": "x" } }),
    );
    assert.match(slip, /pulumi-kubernetes knows no annotation pulumi.com\/waitfor/);
    const wait = await check(
      CONFIG_MAP,
      configMap({ name: "x", annotations: { "pulumi.com/waitFor": "ready" } }),
    );
    assert.match(wait, /expected a "jsonpath=" or "condition=" prefix, got "ready"/);
    await assert.rejects(check("kubernetes:helm.sh/v3:Release", {}), /helm\.sh\/v3:Release is not supported/);
    await assert.rejects(
      provider.invoke("kubernetes:yaml:decode", {}, AbortSignal.timeout(1)),
      /yaml:decode/,
    );
  });
});
