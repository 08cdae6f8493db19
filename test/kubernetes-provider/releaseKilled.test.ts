import assert from "node:assert/strict";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import { stacks, type Stack } from "../rehearsal-engine/harness";
import { withHelm } from "../programs";
import { ApiServer } from "./apiServer";
import { Charts, rollOut } from "./charts";
import { killedRun } from "./killedRun";

describe("Kubernetes provider: a Helm release in a stack", function () {
  this.timeout(120_000);
  const stack = stacks();
  const charts = new Charts();
  let server: ApiServer;

  let ofHelm: () => string[];

  withHelm();
  before(async () => {
    ofHelm = charts.keepTemporaryFiles();
    server = await ApiServer.start();
  });
  after(async () => {
    charts.remove();
    await server?.stop();
  });

  const withKubernetes = () => ({ providers: [kubernetesProvider()] });
  const secrets = async (query: string) => {
    const list = await server.request("GET", "/api/v1/secrets", undefined, { labelSelector: query });
    return (list.items as any[]).map(({ metadata }) => metadata.labels.status as string);
  };

  function stackWith(name: string, args: object): Stack {
    const config = { kubeconfig: server.kubeconfig() };
    return stack().program(`
      const k8s = require("@pulumi/kubernetes");
      const provider = new k8s.Provider("cluster", ${JSON.stringify(config)});
      const release = new k8s.helm.v3.Release("${name}", ${JSON.stringify({ name, ...args })}, { provider });
      exports.status = release.status.status;
      exports.revision = release.status.revision;`);
  }

  it("preview touches nothing; up, up again, refresh, destroy", async () => {
    const one = stackWith("life", { chart: charts.plain("life"), values: { colour: "blue" } });
    const preview = await one.ok("preview", withKubernetes());
    assert.equal(preview.changes.create, 3);
    assert.deepEqual(await secrets("owner=helm,name=life"), []);
    assert.deepEqual((await one.ok("up", withKubernetes())).outputs, { status: "deployed", revision: 1 });
    assert.deepEqual((await one.ok("up", withKubernetes())).changes.same, 3);
    await one.ok("refresh", withKubernetes());
    assert.equal((await one.ok("preview", withKubernetes())).changes.same, 3);
    await one.ok("destroy", withKubernetes());
    assert.deepEqual(await secrets("owner=helm,name=life"), []);
  });

  it("killed in mid-install (kill -9): Helm ends in good order, the next up takes the release over and goes on", async () => {
    const one = stackWith("killed", { chart: charts.web("killed"), timeout: 60 });
    assert.deepEqual(await killedRun(one.folder, /"step-status"[^\n]*beginning wait for 2 resources/), []);
    assert.deepEqual(await secrets("owner=helm,name=killed"), ["failed"]);
    assert.deepEqual(ofHelm(), []);

    const again = one.run("up", withKubernetes());
    await rollOut(server, "killed");
    const { ok, changes, outputs } = await again;
    assert.equal(ok, true, one.text());
    assert.deepEqual([changes.create, changes.update, outputs], [0, 1, { status: "deployed", revision: 2 }]);
    assert.match(one.text(), /took over default\/killed, which an interrupted run had created/);
    await one.ok("destroy", withKubernetes());
    assert.deepEqual(await secrets("owner=helm,name=killed"), []);
  });
});
