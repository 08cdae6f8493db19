import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Props, State } from "../../rehearsal/engine/provider";
import { withHelm } from "../programs";
import { Charts, rollOut } from "./charts";
import { connect, Declared, eventually, failureOf, served } from "./harness";

const RELEASE = "kubernetes:helm.sh/v3:Release";

describe("Kubernetes provider: Helm releases on a real API server", function () {
  this.timeout(60_000);
  const charts = new Charts();
  const on = served();

  let ofHelm: () => string[];

  withHelm();
  before(() => {
    ofHelm = charts.keepTemporaryFiles();
  });
  after(() => charts.remove());

  const settings = (name: string, namespace = "default") =>
    on.server.request("GET", `/api/v1/namespaces/${namespace}/configmaps/${name}-settings`);
  const declared = (name: string) => new Declared(on.provider, RELEASE, name);
  const statusOf = ({ outputs }: State) => outputs.status as Props;
  const revisions = async (name: string, namespace = "default") => {
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const list = await on.server.request("GET", path, undefined, {
      labelSelector: `owner=helm,name=${name}`,
    });
    return (list.items as any[])
      .map(({ metadata }) => `${metadata.labels.version} ${metadata.labels.status}`)
      .sort();
  };

  it("installs, finds no difference, upgrades, sees what others did, and uninstalls", async () => {
    const chart = charts.plain("life");
    const release = declared("life");
    const args: Props = {
      chart,
      name: "life",
      namespace: "homes",
      createNamespace: true,
      values: { colour: "blue" },
    };
    const created = await release.create(args);
    assert.equal(created.id, "homes/life");
    assert.deepEqual(created.outputs.status, {
      appVersion: "9",
      chart: "life",
      name: "life",
      namespace: "homes",
      revision: 1,
      status: "deployed",
      version: "1.2.3",
    });
    assert.deepEqual(created.outputs.resourceNames, { "ConfigMap/v1": ["life-settings"] });
    assert.equal(created.outputs.version, "1.2.3");
    assert.equal(created.outputs.atomic, false);
    assert.equal((await settings("life", "homes")).data.colour, "blue");
    assert.deepEqual(await release.diff(args), { changed: [], replace: [], deleteBeforeReplace: false });

    const green = { ...args, values: { colour: "green" } };
    assert.deepEqual((await release.diff(green)).changed, ["values.colour"]);
    const updated = await release.update(green);
    assert.equal(statusOf(updated).revision, 2);
    assert.equal((await settings("life", "homes")).data.colour, "green");
    assert.deepEqual(await revisions("life", "homes"), ["1 superseded", "2 deployed"]);

    charts.plain("life", "2.0.0");
    assert.deepEqual((await release.diff(green)).changed, ["version"]);
    await release.update(green);
    const { op, inputs, state } = release;
    const read = await on.provider.read(op, state.id, inputs, { ...state.outputs, version: "0", status: {} });
    assert.equal(read?.outputs.version, "2.0.0");
    assert.equal(statusOf(read!).revision, 3);

    await release.delete();
    await assert.rejects(settings("life", "homes"), /not found/);
    assert.deepEqual(await revisions("life", "homes"), []);
    assert.equal(await on.provider.read(op, state.id, inputs, state.outputs), undefined);
    assert.match((await failureOf(release.delete())).message, /release: not found\n {2}do: {2}.*run refresh/);
  });

  it("sees the values of somebody else's upgrade after a refresh", async () => {
    const args: Props = { chart: charts.plain("drift"), name: "drift", values: { colour: "blue" } };
    const mine = declared("drift");
    await mine.create(args);
    const others = declared("drift");
    Object.assign(others, { inputs: mine.inputs, state: mine.state });
    await others.update({ ...args, values: { colour: "pink" } });
    assert.deepEqual((await mine.diff(args)).changed, []);
    mine.state = (await on.provider.read(mine.op, mine.state.id, mine.inputs, mine.state.outputs))!;
    assert.deepEqual((await mine.diff(args)).changed, ["values.colour"]);
  });

  it("names what has no name, keeps the name, and replaces on name and namespace only", async () => {
    const chart = charts.plain("auto");
    const release = declared("auto");
    await release.create({ chart });
    assert.match(release.state.id, /^default\/auto-[0-9a-f]{8}$/);
    assert.deepEqual((await release.diff({ chart })).changed, []);
    const moved = await release.diff({
      chart,
      name: "other",
      namespace: "else",
      timeout: 10,
      description: "x",
    });
    assert.deepEqual(moved.changed.sort(), ["description", "name", "namespace", "timeout"]);
    assert.deepEqual(moved.replace.sort(), ["name", "namespace"]);
    assert.equal(moved.deleteBeforeReplace, false);
  });

  it("waits until the chart's objects are ready, and says for what", async () => {
    const release = declared("ready");
    const created = release.create({ chart: charts.web("ready"), name: "ready" });
    await eventually(
      () => release.op.statuses.some((s) => /beginning wait for 2 resources/.test(s)),
      "a wait",
    );
    assert.deepEqual(await revisions("ready"), ["1 pending-install"]);
    await rollOut(on.server, "ready");
    assert.equal(statusOf(await created).status, "deployed");
    assert.deepEqual((await created).outputs.resourceNames, {
      "ConfigMap/v1": ["ready-settings"],
      "Deployment.apps/apps/v1": ["default/ready"],
    });

    const skipping = declared("skipping");
    await skipping.create({ chart: charts.web("skipping"), name: "skipping", skipAwait: true });
    assert.ok(!skipping.op.statuses.some((s) => /beginning wait/.test(s)));
  });

  it("a wait that runs out: recorded as failed with what to do, and the next update goes on", async () => {
    const args: Props = { chart: charts.web("late"), name: "late", timeout: 1 };
    const release = declared("late");
    const error: any = await failureOf(release.create(args));
    assert.equal(error.name, "InitializationError");
    assert.match(
      error.reasons[0],
      /^Helm release "default\/late" was created, but failed to initialize completely\. Use Helm CLI to investigate: failed to become available within allocated timeout\. Error: Helm Release default\/late: context deadline exceeded\n {2}do: {2}not everything of the chart was ready within 1 s/,
    );
    assert.match(release.op.logs[0], /^warning: Helm release "late" was created but has a failed status/);
    assert.equal(statusOf(error.state).status, "failed");
    release.state = error.state;

    const again: any = await failureOf(release.update(args));
    assert.match(again.reasons[0], /^Helm release "default\/late" failed to initialize completely/);
    release.state = again.state;
    await rollOut(on.server, "late");
    assert.equal(statusOf(await release.update({ ...args, timeout: 60 })).status, "deployed");
  });

  it("atomic: a failed install leaves nothing, so that nothing is recorded", async () => {
    const release = declared("atomic");
    const args: Props = { chart: charts.web("atomic"), name: "atomic", atomic: true, timeout: 1 };
    const error = await failureOf(release.create(args));
    assert.equal(error.name, "Error");
    assert.match(error.message, /release atomic failed, and has been uninstalled due to atomic being set/);
    assert.deepEqual(await revisions("atomic"), []);
    await assert.rejects(settings("atomic"), /not found/);
  });

  it("refuses a name in use, and does not take the other release for its own", async () => {
    const args: Props = { chart: charts.plain("taken"), name: "taken" };
    await declared("taken").create(args);
    const error = await failureOf(declared("second").create(args));
    assert.equal(error.name, "Error");
    assert.match(
      error.message,
      /^cannot re-use a name that is still in use\n {2}do: {2}release default\/taken is there/,
    );
    const other = declared("second");
    assert.equal(await on.provider.recover!(other.op, await other.check(args)), undefined);
  });

  it("Ctrl-C: Helm marks its release as failed, and the next update goes on", async () => {
    const args: Props = { chart: charts.web("stopped"), name: "stopped" };
    const release = declared("stopped");
    const created = release.create(args);
    await eventually(() => release.op.statuses.some((s) => /beginning wait/.test(s)), "a wait");
    const [folder, ...more] = ofHelm();
    assert.deepEqual(more, []);
    const modeOf = (file: string) => (fs.statSync(file).mode & 0o777).toString(8);
    assert.equal(modeOf(folder), "700");
    assert.equal(modeOf(path.join(folder, "kubeconfig")), "600");
    assert.equal(modeOf(path.join(folder, "values.yaml")), "600");
    release.op.cancel();
    const error: any = await failureOf(created);
    assert.match(
      error.reasons[0],
      /context canceled\n {2}do: {2}it was interrupted; the next up upgrades the release/,
    );
    assert.deepEqual(await revisions("stopped"), ["1 failed"]);
    assert.deepEqual(ofHelm(), []);
    release.state = error.state;
    const updated = release.update(args);
    await rollOut(on.server, "stopped");
    assert.equal(statusOf(await updated).revision, 2);
  });

  it("a release that a killed Helm left pending: fails in Helm's words, with the way out, and can be deleted", async () => {
    const args: Props = { chart: charts.plain("pending"), name: "pending" };
    const release = declared("pending");
    await release.create(args);
    const path = "/api/v1/namespaces/default/secrets/sh.helm.release.v1.pending.v1";
    const { gzipSync, gunzipSync } = await import("node:zlib");
    const secret = await on.server.request("GET", path);
    const inner = Buffer.from(secret.data.release, "base64").toString();
    const stored = JSON.parse(gunzipSync(Buffer.from(inner, "base64")).toString());
    stored.info.status = "pending-install";
    const data = gzipSync(JSON.stringify(stored)).toString("base64");
    await on.server.request("PATCH", path, {
      metadata: { labels: { status: "pending-install" } },
      data: { release: Buffer.from(data).toString("base64") },
    });
    const found = await on.provider.recover!(release.op, release.inputs);
    assert.equal(statusOf(found!).status, "pending-install");
    const error = await failureOf(release.update(args));
    assert.equal(error.name, "Error");
    assert.match(
      error.message,
      /^another operation \(install\/upgrade\/rollback\) is in progress\n {2}do: .*or destroy/,
    );
    await release.delete();
    assert.deepEqual(await revisions("pending"), []);
  });

  it("lint, history and values: what the inputs ask of Helm", async () => {
    const broken = charts.plain("broken", "1.0.0");
    const release = declared("broken");
    await release.create({ chart: broken, name: "broken" });
    charts.plain("broken", "1.0.1", { "bad.yaml": "{{ .Values.colour | nosuch }}" });
    const error = await failureOf(release.update({ chart: broken, name: "broken", lint: true }));
    assert.match(
      error.message,
      /^malformed chart or values: \n\t\[ERROR\] templates\/: .*"nosuch" not defined/,
    );
    assert.deepEqual(await revisions("broken"), ["1 deployed"]);

    const chart = charts.plain("kept");
    const kept = declared("kept");
    const reusing: Props = { chart, name: "kept", values: { nested: { a: 5 } }, reuseValues: true };
    await kept.create({ chart, name: "kept", values: { colour: "blue" } });
    await kept.update(reusing);
    assert.equal((await settings("kept")).data.colour, "blue");
    assert.deepEqual((await kept.diff(reusing)).changed, []);
    // Helm prunes before it adds, and spares what is deployed.
    await kept.update({ chart, name: "kept", values: { colour: "" }, resetValues: true, maxHistory: 1 });
    assert.equal((await settings("kept")).data.colour, "");
    assert.deepEqual(await revisions("kept"), ["2 superseded", "3 deployed"]);
  });

  it("a cluster that does not answer: previews go on, changes fail with the reason", async () => {
    const args: Props = { chart: charts.plain("away"), name: "away" };
    const release = declared("away");
    await release.create(args);
    const away = await connect(on.server, {
      kubeconfig: on.server.kubeconfig().replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"),
    });
    const there = new Declared(away, RELEASE, "away");
    Object.assign(there, { inputs: release.inputs, state: release.state });
    assert.deepEqual((await there.diff(args)).changed, []);
    for (const [verb, work] of [
      ["create", () => away.create(there.op, there.inputs)],
      ["update", () => there.update(args)],
      ["delete", () => there.delete()],
    ] as const) {
      const { message } = await failureOf(work());
      assert.match(
        message,
        new RegExp(`^can't ${verb} Helm Release with unreachable cluster: .*connection refused`),
      );
    }
    const { id, outputs } = there.state;
    assert.match(
      (await failureOf(away.read(there.op, id, there.inputs, outputs))).message,
      /unreachable cluster/,
    );
  });
});
