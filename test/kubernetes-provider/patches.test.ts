import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/engine/provider";
import { configMap, daemonSet, Declared, failureOf, served } from "./harness";
import { configMaps, managers } from "./others";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

describe("Kubernetes provider: patches of what others own", function () {
  this.timeout(60_000);
  const on = served();
  const { live, existing } = configMaps(on);

  it("patches next to the owner, reports a conflict, forces it, and lets go of everything", async () => {
    const before = await existing("shared", { colour: "green", size: "1" });
    const patch = (data: Props, annotations: Props = {}) => configMap({ name: "shared", annotations }, data);
    const declared = new Declared(on.provider, `${CONFIG_MAP}Patch`, "shared");

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
    // The annotation goes to the on.server, as every other.
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
    const declared = new Declared(on.provider, `${CONFIG_MAP}Patch`, "managed");
    await declared.create(patch({}));
    await declared.update(patch({ "pulumi.com/patchFieldManager": "mine" }));
    assert.equal(declared.state.outputs.__fieldManager, "mine");
    assert.deepEqual(managers(await live("managed")).sort(), ["mine/Apply", "somebody/Update"]);
  });

  it("an update that conflicts is an initialization error, so that the next run tries again", async () => {
    await existing("fought", { colour: "green" });
    const declared = new Declared(on.provider, `${CONFIG_MAP}Patch`, "fought");
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
    const declared = new Declared(on.provider, `${CONFIG_MAP}Patch`, "absent");
    await declared.create(configMap({ name: "absent" }));
    assert.deepEqual((await live("absent")).data, { colour: "red" });

    const annotated = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "absent", annotations: { a: "b" } },
    };
    const daemon = new Declared(on.provider, "kubernetes:apps/v1:DaemonSetPatch", "absent");
    assert.match(
      (await failureOf(daemon.create(annotated))).message,
      /spec\.template\.spec\.containers: Required value/,
    );
  });

  it("deletes a patch whose object is gone, and explains a required field", async () => {
    await existing("gone", {});
    const declared = new Declared(on.provider, `${CONFIG_MAP}Patch`, "gone");
    await declared.create(configMap({ name: "gone" }));
    await on.server.request("DELETE", "/api/v1/namespaces/default/configmaps/gone");
    await declared.delete();
    assert.match(declared.op.logs[0], /ConfigMap default\/gone is gone, so there is nothing to let go of/);
    await assert.rejects(live("gone"), /not found/);

    const sole = new Declared(on.provider, "kubernetes:apps/v1:DaemonSetPatch", "sole");
    await sole.create(daemonSet("sole", { annotations: { "pulumi.com/skipAwait": "true" } }));
    assert.match(
      (await failureOf(sole.delete())).message,
      /currently managing a required field.*retainOnDelete/,
    );
  });
});
