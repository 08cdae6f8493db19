import assert from "node:assert/strict";
import type { KubeObject } from "../../rehearsal/engine/kubernetes/objects";
import type { ConfiguredProvider, Props, State } from "../../rehearsal/engine/provider";
import { configMap, connect, daemonSet, Declared, failureOf, Recorder, served } from "./harness";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DAEMON_SET_PATCH = "kubernetes:apps/v1:DaemonSetPatch";
const skipAwait: Props = { "pulumi.com/skipAwait": "true" };

describe("Kubernetes provider: what an interrupted create left", function () {
  this.timeout(60_000);
  const on = served();

  const configMaps = "/api/v1/namespaces/default/configmaps";
  const daemonSets = "/apis/apps/v1/namespaces/default/daemonsets";
  const managers = (object: KubeObject) =>
    (object.metadata.managedFields as KubeObject[]).map((e) => `${e.manager}/${e.operation}`).sort();
  const managerOf = (state?: State) => state && String(state.outputs.__fieldManager);

  /** A run that was killed after its create: the object is there, no provider remembers it. */
  async function killed(type: string, args: Props, config: Props = {}): Promise<Declared> {
    const declared = new Declared(await connect(on.server, config), type, "killed");
    await declared.create(args);
    return declared;
  }
  /** What the next run finds: a provider that has met nothing yet. */
  const recovered = async (declared: Declared, given?: ConfiguredProvider) => {
    const by = given ?? (await connect(on.server));
    const op = new Recorder(declared.type, declared.name);
    const before = await on.server.request("GET", await pathOf(declared)).catch(() => undefined);
    const state = await by.recover!(op, declared.inputs);
    const after = await on.server.request("GET", await pathOf(declared)).catch(() => undefined);
    // A preview looks too.
    assert.deepEqual(after, before);
    return { state, op };
  };
  const pathOf = async ({ inputs, type }: Declared) => {
    const { name } = inputs.metadata as Props;
    if (type.includes("DaemonSet")) return `${daemonSets}/${String(name)}`;
    return `${type.includes("Secret") ? "/api/v1/namespaces/default/secrets" : configMaps}/${String(name)}`;
  };
  const goOn = (declared: Declared, state: State | undefined): Declared => {
    assert.ok(state);
    const next = new Declared(on.provider, declared.type, declared.name);
    next.inputs = declared.inputs;
    next.state = state;
    return next;
  };

  describe("a plain object", () => {
    it("is taken over, updated under one field manager and deleted", async () => {
      const args = (data: Props) =>
        configMap(
          { name: "plain", annotations: { "pulumi.com/deletionPropagationPolicy": "background" } },
          data,
        );
      const lost = await killed(CONFIG_MAP, args({ colour: "red" }));
      const { state } = await recovered(lost);
      assert.equal(state?.id, "default/plain");
      assert.equal(state.outputs.__initialApiVersion, "v1");
      assert.match(managerOf(state)!, /^pulumi-kubernetes-[0-9a-f]{8}$/);
      assert.deepEqual(state.outputs.data, { colour: "red" });

      const next = goOn(lost, state);
      await next.update(args({ colour: "blue" }));
      const live = await on.server.request("GET", `${configMaps}/plain`);
      assert.deepEqual(live.data, { colour: "blue" });
      assert.deepEqual(managers(live), [`${managerOf(state)}/Apply`]);
      await next.delete();
      assert.equal((await recovered(lost)).state, undefined);
    });

    it("is found whatever the server added or turned round", async () => {
      const limits = { resources: { limits: { cpu: "1000m" } } };
      const container = { name: "main", image: "none", ports: [{ containerPort: 53 }], ...limits };
      const args = daemonSet("defaulted", { annotations: skipAwait }, { containers: [container] });
      const lost = await killed("kubernetes:apps/v1:DaemonSet", args);
      assert.equal((await recovered(lost)).state?.id, "default/defaulted");

      const secret: Props = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s" },
        stringData: { a: "b" },
      };
      const lostSecret = await killed("kubernetes:core/v1:Secret", secret);
      assert.equal((await recovered(lostSecret)).state?.id, "default/s");
    });

    it("is not taken from others, nor with other values, nor on its way out", async () => {
      const lost = new Declared(on.provider, CONFIG_MAP, "killed");
      lost.inputs = await lost.check(configMap({ name: "foreign" }));
      await on.server.request("POST", configMaps, configMap({ name: "foreign" }), {
        fieldManager: "kubectl",
      });
      assert.equal((await recovered(lost)).state, undefined);

      const older = await killed(CONFIG_MAP, configMap({ name: "older" }, { colour: "green" }));
      older.inputs = configMap({ name: "older", namespace: "default" }, { colour: "red" });
      assert.equal((await recovered(older)).state, undefined);
      older.inputs = configMap({ name: "older", namespace: "default" }, { colour: "green", more: "1" });
      assert.equal((await recovered(older)).state, undefined);

      // The same values, some of them written by somebody else since.
      const shared = await killed(CONFIG_MAP, configMap({ name: "shared" }, { a: "1" }));
      await on.server.request(
        "PATCH",
        `${configMaps}/shared`,
        { data: { b: "2" } },
        { fieldManager: "somebody" },
      );
      shared.inputs = configMap({ name: "shared", namespace: "default" }, { a: "1", b: "2" });
      assert.equal((await recovered(shared)).state, undefined);

      const going = await killed(CONFIG_MAP, configMap({ name: "going", finalizers: ["example.com/hold"] }));
      assert.ok((await recovered(going)).state);
      await on.server.request("DELETE", `${configMaps}/going`);
      assert.equal((await recovered(going)).state, undefined);
    });

    it("of a provider that applies is known by the field manager of its apply", async () => {
      const upsert = { upsertExistingObjects: "true" };
      const lost = await killed(CONFIG_MAP, configMap({ name: "upserted" }), upsert);
      const { state } = await recovered(lost, await connect(on.server, upsert));
      assert.equal(managerOf(state), managerOf(lost.state));
    });
  });

  describe("a patch", () => {
    const selector = { spec: { template: { spec: { nodeSelector: { "example.com/none": "true" } } } } };
    const annotated = (name: string, annotations: Props, more: Props = {}): Props => ({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name, annotations: { ...skipAwait, ...annotations } },
      ...more,
    });
    const existing = (name: string) =>
      on.server.request("POST", daemonSets, daemonSet(name), { fieldManager: "somebody" });

    it("goes on under the field manager of the killed create and lets go of everything", async () => {
      const untouched = await existing("proxy");
      const lost = await killed(DAEMON_SET_PATCH, annotated("proxy", {}, selector));
      const { state } = await recovered(lost);
      assert.equal(managerOf(state), managerOf(lost.state));
      const next = goOn(lost, state);
      await next.update(annotated("proxy", {}, selector));
      const live = await on.server.request("GET", `${daemonSets}/proxy`);
      assert.deepEqual(managers(live), [`${managerOf(lost.state)}/Apply`, "somebody/Update"]);
      await next.delete();
      const after = await on.server.request("GET", `${daemonSets}/proxy`);
      assert.equal(after.spec.template.spec.nodeSelector, undefined);
      assert.deepEqual(managers(after), managers(untouched));
      assert.equal((await recovered(lost)).state, undefined);
    });

    it("is told from another patch of the same object, both ways", async () => {
      await existing("two");
      const one = await killed(DAEMON_SET_PATCH, annotated("two", {}, selector));
      const other = await killed(DAEMON_SET_PATCH, annotated("two", { other: "1" }));
      assert.equal(managerOf((await recovered(one)).state), managerOf(one.state));
      assert.equal(managerOf((await recovered(other)).state), managerOf(other.state));
      // The part of another one is not the whole of this one.
      const part = new Declared(on.provider, DAEMON_SET_PATCH, "killed");
      part.inputs = await part.check(annotated("two", {}));
      assert.equal((await recovered(part)).state, undefined);
    });

    it("is found in lists that the server keys and completes", async () => {
      await existing("lists");
      const container = { name: "main", ports: [{ containerPort: 53 }], env: [{ name: "B", value: "b" }] };
      const spec = { spec: { template: { spec: { containers: [container] } } } };
      const lost = await killed(DAEMON_SET_PATCH, annotated("lists", {}, spec));
      assert.equal(managerOf((await recovered(lost)).state), managerOf(lost.state));
    });

    it("with other values is another's: the killed create never arrived", async () => {
      await existing("values");
      const lost = await killed(DAEMON_SET_PATCH, annotated("values", { a: "theirs" }));
      lost.inputs = annotated("values", { a: "ours" });
      (lost.inputs.metadata as Props).namespace = "default";
      assert.equal((await recovered(lost)).state, undefined);
    });

    it("does not take the field manager of another resource, nor one that no run made up", async () => {
      await existing("twins");
      const first = await killed(DAEMON_SET_PATCH, annotated("twins", { same: "1" }));
      const second = await killed(DAEMON_SET_PATCH, annotated("twins", { same: "1" }));
      const meeting = await connect(on.server);
      const { id, outputs } = second.state;
      await meeting.diff(second.op, id, second.inputs, outputs, second.inputs);
      const { state, op } = await recovered(first, meeting);
      assert.equal(managerOf(state), managerOf(first.state));
      assert.deepEqual(op.logs, []);
      // Found once is taken.
      assert.equal((await recovered(first, meeting)).state, undefined);

      await existing("manual");
      const args = annotated("manual", { same: "1" });
      await on.server.applyAs("pulumi-kubernetes-by-hand", `${daemonSets}/manual`, args);
      const lost = new Declared(on.provider, DAEMON_SET_PATCH, "killed");
      lost.inputs = await lost.check(args);
      assert.equal((await recovered(lost)).state, undefined);
    });

    it("that was killed twice: one goes on, the other is told", async () => {
      await existing("twice");
      const runs = [
        await killed(DAEMON_SET_PATCH, annotated("twice", { same: "1" })),
        await killed(DAEMON_SET_PATCH, annotated("twice", { same: "1" })),
      ].map((run) => managerOf(run.state)!);
      const lost = new Declared(on.provider, DAEMON_SET_PATCH, "killed");
      lost.inputs = await lost.check(annotated("twice", { same: "1" }));
      const { state, op } = await recovered(lost);
      const taken = managerOf(state)!;
      assert.ok(runs.includes(taken));
      const left = runs.find((name) => name !== taken)!;
      assert.equal(op.logs.length, 1);
      assert.match(
        op.logs[0],
        new RegExp(`warning: .*took over field manager ${taken},.*so does ${left}\\.`),
      );
    });

    it("under the field manager that the program names is found under that", async () => {
      await existing("named");
      const lost = await killed(
        DAEMON_SET_PATCH,
        annotated("named", { "pulumi.com/patchFieldManager": "mine" }),
      );
      assert.equal(managerOf((await recovered(lost)).state), "mine");
      assert.equal(managerOf(lost.state), "mine");
    });

    it("of what is not there, or of a kind that nobody knows, is nothing", async () => {
      const absent = new Declared(on.provider, DAEMON_SET_PATCH, "killed");
      absent.inputs = await absent.check(annotated("absent", {}));
      assert.equal((await recovered(absent)).state, undefined);
      const unknown = new Declared(on.provider, "kubernetes:example.com/v1:ThingPatch", "killed");
      unknown.inputs = { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "t" } };
      assert.equal((await recovered(unknown)).state, undefined);
    });
  });

  it("stays an open question while the cluster does not answer", async () => {
    const nowhere = on.server.kubeconfig().replace(on.server.url, "https://127.0.0.1:1");
    const op = new Recorder(CONFIG_MAP, "killed");
    const inputs = configMap({ name: "plain", namespace: "default" });
    const away = await connect(on.server, { kubeconfig: nowhere });
    assert.match(
      (await failureOf(away.recover!(op, inputs))).message,
      /cannot tell.*unreachable.*Run it again/,
    );
    const gone = await connect(on.server, { kubeconfig: nowhere, deleteUnreachable: "true" });
    assert.equal(await gone.recover!(op, inputs), undefined);
    const unknown = await connect(on.server, { kubeconfig: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
    assert.equal(await unknown.recover!(op, inputs), undefined);
  });
});
