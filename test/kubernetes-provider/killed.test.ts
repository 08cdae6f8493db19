import assert from "node:assert/strict";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import type { KubeObject } from "../../rehearsal/engine/kubernetes/objects";
import { stacks, type Stack } from "../rehearsal-engine/harness";
import { withPrograms } from "../programs";
import { ApiServer } from "./apiServer";
import { daemonSet } from "./harness";
import { killedRun } from "./killedRun";

const daemonSetPath = "/apis/apps/v1/namespaces/default/daemonsets";
const configMapPath = "/api/v1/namespaces/default/configmaps";

/** A ConfigMap, and a patch that waits for a label which nobody has set yet. */
const resources = `
  const settings = new Kube("settings", "core/v1:ConfigMap", {
    apiVersion: "v1", kind: "ConfigMap", data: { colour: "red" },
    metadata: { name: "settings", annotations: { "pulumi.com/deletionPropagationPolicy": "background" } },
  });
  new Kube("proxy-off", "apps/v1:DaemonSetPatch", {
    apiVersion: "apps/v1", kind: "DaemonSet",
    metadata: { name: "proxy", annotations: { "pulumi.com/waitFor": "jsonpath={.metadata.labels.go}=on" } },
    spec: { template: { spec: { nodeSelector: { "example.com/none": "true" } } } },
  }, { dependsOn: settings });`;

describe("Kubernetes provider: an up that is killed in the middle (kill -9)", function () {
  this.timeout(120_000);
  const stack = stacks();
  let server: ApiServer;
  let untouched: KubeObject;

  withPrograms();
  before(async () => {
    server = await ApiServer.start();
  });
  after(() => server?.stop());
  beforeEach(async () => {
    untouched = await server.request("POST", daemonSetPath, daemonSet("proxy"), { fieldManager: "somebody" });
  });
  afterEach(async () => {
    await server.request("DELETE", `${daemonSetPath}/proxy`);
    await server.request("DELETE", `${configMapPath}/settings`).catch(() => {});
  });

  const live = () => server.request("GET", `${daemonSetPath}/proxy`);
  const managers = ({ metadata }: KubeObject): string[] => metadata.managedFields.map((e: any) => e.manager);
  const ours = (object: KubeObject) =>
    managers(object).filter((name) => name.startsWith("pulumi-kubernetes"));
  const withKubernetes = () => ({ providers: [kubernetesProvider()] });

  function kubernetesStack(program: string): Stack {
    const config = { kubeconfig: server.kubeconfig() };
    return stack().program(`
      const provider = new pulumi.ProviderResource("kubernetes", "cluster", ${JSON.stringify(config)});
      class Kube extends pulumi.CustomResource {
        constructor(name, type, args, opts) { super("kubernetes:" + type, name, args, { provider, ...opts }); }
      }
      ${program}`);
  }

  const killedWaiting = ({ folder }: Stack) => killedRun(folder, /"step-status"[^\n]*proxy-off/);

  it("is finished under one field manager by the next up, and destroyed without a trace", async () => {
    const one = kubernetesStack(resources);
    assert.deepEqual(await killedWaiting(one), []);
    const [first, ...more] = ours(await live());
    assert.match(first, /^pulumi-kubernetes-[0-9a-f]{8}$/);
    assert.deepEqual(more, []);
    const pending = one.state.pending_operations;
    assert.deepEqual(
      pending.map(({ type, resource }: any) => [type, resource.urn.split("::").at(-1)]),
      [["creating", "proxy-off"]],
    );

    await server.request("PATCH", `${daemonSetPath}/proxy`, { metadata: { labels: { go: "on" } } });
    const result = await one.ok("up", withKubernetes());
    assert.deepEqual([result.changes.create, result.changes.update, result.changes.same], [0, 1, 3]);
    assert.deepEqual(ours(await live()), [first]);
    assert.equal(one.resource("proxy-off").outputs.__fieldManager, first);
    assert.equal(one.state.pending_operations, undefined);

    await one.ok("destroy", withKubernetes());
    const after = await live();
    assert.deepEqual(ours(after), []);
    assert.deepEqual(after.spec, untouched.spec);
    assert.equal(after.metadata.annotations["pulumi.com/waitFor"], undefined);
    await assert.rejects(server.request("GET", `${configMapPath}/settings`), /not found/);
  });

  it("is undone by a destroy that follows at once", async () => {
    const one = kubernetesStack(resources);
    await killedWaiting(one);
    assert.equal(ours(await live()).length, 1);
    await one.ok("destroy", withKubernetes());
    const after = await live();
    assert.deepEqual(managers(after), managers(untouched));
    assert.deepEqual(after.spec, untouched.spec);
    assert.deepEqual(one.names, []);
  });

  it("takes its program with it, also one that would go on by itself, and what that started", async () => {
    const busy = `setInterval(() => {}, 1000); require("child_process").spawn("sleep", ["600"], { stdio: "ignore" });`;
    assert.deepEqual(await killedWaiting(kubernetesStack(busy + resources)), []);
  });
});
