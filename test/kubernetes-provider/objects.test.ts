import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/engine/provider";
import { configMap, connect, daemonSet, Declared, eventually, failureOf, Recorder, served } from "./harness";
import { configMaps, managers } from "./others";

/** No garbage collector runs here to finish a deletion in the foreground. */
const background: Props = { "pulumi.com/deletionPropagationPolicy": "background" };
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

describe("Kubernetes provider: objects on a real API server", function () {
  this.timeout(60_000);
  const on = served();
  const { live, existing } = configMaps(on);

  it("creates, updates under one field manager, and deletes", async () => {
    const declared = new Declared(on.provider, CONFIG_MAP, "life");
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
    await on.server.request("PATCH", "/api/v1/namespaces/default/configmaps/life", {
      metadata: { finalizers: null },
    });
    await deleted;
    assert.deepEqual(declared.op.statuses, ["Resource scheduled for deletion"]);
    await assert.rejects(live("life"), /not found/);
    await declared.delete();
  });

  it("says what may hold a deletion up when its time is over", async () => {
    const declared = new Declared(on.provider, CONFIG_MAP, "held");
    await declared.create(configMap({ name: "held", finalizers: ["example.com/hold"] }));
    assert.equal((await failureOf(declared.delete(1))).message, "timed out waiting for the condition");
    assert.match(declared.op.logs[0], /finalizers might be preventing deletion \(.*example.com\/hold.*\)/);
  });

  it("names what has no name, keeps the name, and fills the namespace", async () => {
    const declared = new Declared(on.provider, CONFIG_MAP, "auto");
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
    const role = new Declared(on.provider, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "r");
    assert.equal((await role.create(clusterRole)).id, "r");
    await role.delete();
  });

  it("refuses to create what exists, with the ways out", async () => {
    await existing("taken", { colour: "green" });
    const error = await failureOf(
      new Declared(on.provider, CONFIG_MAP, "taken").create(configMap({ name: "taken" })),
    );
    assert.match(error.message, /was not successfully created by the Kubernetes API server/);
    assert.match(error.message, /configmaps "taken" already exists/);
    assert.match(error.message, /use a Patch resource/);
    assert.deepEqual((await live("taken")).data, { colour: "green" });

    const upserting = await connect(on.server, { upsertExistingObjects: "true", enablePatchForce: "true" });
    await new Declared(upserting, CONFIG_MAP, "taken").create(configMap({ name: "taken" }));
    assert.deepEqual((await live("taken")).data, { colour: "red" });
  });

  it("reads, and knows what is gone", async () => {
    const declared = new Declared(on.provider, CONFIG_MAP, "read");
    const { id, outputs } = await declared.create(configMap({ name: "read", annotations: background }));
    await on.server.request("PATCH", "/api/v1/namespaces/default/configmaps/read", {
      data: { colour: "pink" },
    });
    const read = await on.provider.read(declared.op, id, declared.inputs, outputs);
    assert.deepEqual(read?.outputs.data, { colour: "pink" });
    assert.equal(read?.outputs.__fieldManager, outputs.__fieldManager);
    // After a refresh, what others changed shows as a difference.
    declared.state = read as typeof declared.state;
    assert.deepEqual((await declared.diff(configMap({ name: "read", annotations: background }))).changed, [
      "data.colour",
    ]);
    await declared.delete();
    assert.equal(await on.provider.read(declared.op, id, declared.inputs, outputs), undefined);
  });

  it("replaces on identity and on what cannot change, never for a patch's content", async () => {
    const declared = new Declared(on.provider, CONFIG_MAP, "diff");
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
    const mutable = await connect(on.server, { enableConfigMapMutable: "true" });
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

    const daemon = new Declared(on.provider, "kubernetes:apps/v1:DaemonSet", "diff");
    const quiet = { annotations: { ...background, "pulumi.com/skipAwait": "true" } };
    await daemon.create(daemonSet("diff", quiet));
    assert.deepEqual((await daemon.diff(daemonSet("diff", quiet))).changed, []);
    const other = daemonSet("diff", quiet) as any;
    other.spec.selector.matchLabels.app = "other";
    assert.deepEqual((await daemon.diff(other)).replace, ["spec.selector.matchLabels.app"]);
    const patched = new Declared(on.provider, "kubernetes:apps/v1:DaemonSetPatch", "diff");
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
    const declared = new Declared(on.provider, "kubernetes:core/v1:Secret", "s");
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
    const limited = new Declared(on.provider, "kubernetes:core/v1:ResourceQuota", "q");
    await limited.create(quota("1000m"));
    assert.deepEqual((await limited.diff(quota("1000m"))).changed, []);
    assert.deepEqual((await limited.diff(quota("2"))).changed, ["spec.hard.cpu"]);
  });

  it("refuses what it does not carry out, by name", async () => {
    const check = async (type: string, args: Props) => {
      const { failures } = await on.provider.check(new Recorder(type, "x"), undefined, args);
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
    await assert.rejects(check("kubernetes:helm.sh/v3:Chart", {}), /helm\.sh\/v3:Chart is not supported/);
    await assert.rejects(
      on.provider.invoke("kubernetes:yaml:decode", {}, AbortSignal.timeout(1)),
      /yaml:decode/,
    );
  });
});
