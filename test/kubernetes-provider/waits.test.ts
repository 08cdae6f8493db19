import assert from "node:assert/strict";
import type { ConfiguredProvider, Props } from "../../rehearsal/engine/provider";
import { ApiServer } from "./apiServer";
import { connect, daemonSet, Declared, eventually, failureOf, rolledOut } from "./harness";

const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
const PATCH = `${DAEMON_SET}Patch`;

describe("Kubernetes provider: waits", function () {
  this.timeout(90_000);
  let server: ApiServer;
  let provider: ConfiguredProvider;

  before(async () => {
    server = await ApiServer.start();
    provider = await connect(server);
  });
  after(() => server?.stop());

  const pathOf = (name: string) => `/apis/apps/v1/namespaces/default/daemonsets/${name}`;
  const setStatus = (name: string, status: Props) =>
    server.request("PATCH", `${pathOf(name)}/status`, status);
  /** A DaemonSet that somebody else made and rolled out. */
  const existing = async (name: string, count = 2) => {
    await server.request("POST", "/apis/apps/v1/namespaces/default/daemonsets", daemonSet(name));
    await setStatus(name, rolledOut(1, count));
  };
  const annotated = (name: string, annotations: Props, podSpec?: Props): Props => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: "default", annotations },
    ...(podSpec && { spec: { template: { spec: podSpec } } }),
  });
  const says = (declared: Declared, text: string) =>
    eventually(() => declared.op.statuses.includes(text), `status "${text}", said ${declared.op.statuses}`);

  it("a DaemonSet: until every node runs the new template", async () => {
    const declared = new Declared(provider, DAEMON_SET, "roll");
    const created = declared.create(daemonSet("roll"));
    await says(declared, "DaemonSet status.observedGeneration not found");
    const { status } = rolledOut(1, 2) as { status: Props };
    await setStatus("roll", { status: { ...status, updatedNumberScheduled: 1 } });
    await says(declared, "Updated: 1/2");
    await setStatus("roll", { status: { ...status, numberAvailable: 1 } });
    await says(declared, "Available: 1/2");
    await setStatus("roll", { status });
    const { outputs } = await created;
    assert.equal((outputs.status as Props).numberReady, 2);
    assert.equal(declared.op.statuses.at(-1), "All replicas scheduled as expected. Replicas: 2");
  });

  it("a DaemonSetPatch that takes all nodes away: done at zero replicas of its own generation", async () => {
    await existing("proxy");
    const declared = new Declared(provider, PATCH, "proxy");
    const force = { "pulumi.com/patchForce": "true" };
    const created = declared.create(annotated("proxy", force, { nodeSelector: { none: "true" } }));
    await says(declared, "DaemonSet generation is 2, but latest observed generation is 1");
    await setStatus("proxy", rolledOut(2, 0));
    await created;
    assert.equal(declared.op.statuses.at(-1), "All replicas scheduled as expected. Replicas: 0");
    await declared.delete();
    const after = await server.request("GET", pathOf("proxy"));
    assert.equal(after.spec.template.spec.nodeSelector, undefined);
  });

  it("a wait that runs out: recorded with the object, and the next update waits again", async () => {
    await existing("late");
    const declared = new Declared(provider, PATCH, "late");
    const args = annotated("late", {}, { nodeSelector: { none: "true" } });
    const error: any = await failureOf(declared.create(args, 1));
    assert.equal(error.name, "InitializationError");
    assert.deepEqual(error.reasons, [
      `resource "${declared.op.urn}" was successfully created, but the Kubernetes API server reported that it failed ` +
        "to fully initialize or become live: timed out waiting for the condition",
    ]);
    assert.equal(error.state.id, "default/late");
    declared.state = error.state;

    const again: any = await failureOf(declared.update(args, 1));
    assert.deepEqual(again.reasons, [
      'the Kubernetes API server reported that "default/late" failed to fully initialize or become live: ' +
        "timed out waiting for the condition",
    ]);
    await setStatus("late", rolledOut(2, 0));
    assert.equal((await declared.update(args)).outputs.__fieldManager, error.state.outputs.__fieldManager);
  });

  it("pulumi.com/waitFor: a path with filters, in place of the kind's own wait", async () => {
    await existing("node");
    const path =
      '{.spec.template.spec.containers[?(@.name=="main")].env[?(@.name=="KUBERNETES_SERVICE_HOST")].value}';
    const declared = new Declared(provider, PATCH, "node");
    const args = annotated("node", { "pulumi.com/waitFor": `jsonpath=${path}=api.example.com` });
    const created = declared.create(args);
    await says(declared, `${path} selected nothing`);
    const env = (value: string) => [{ name: "KUBERNETES_SERVICE_HOST", value }];
    const set = async (value: string, observedGeneration: number) => {
      const body = daemonSet("node") as any;
      body.spec.template.spec.containers[0].env = env(value);
      await server.applyAs("operator", pathOf("node"), body, true);
      await setStatus("node", rolledOut(observedGeneration, 2));
    };
    await set("10.0.0.1", 2);
    await says(declared, `Waiting for ${path}=api.example.com (found "10.0.0.1")`);
    // The default awaiter would not be content with these; the user's condition is what counts.
    await set("api.example.com", 3);
    await created;
    assert.equal(declared.op.statuses.at(-1), `Found ${path}=api.example.com`);
  });

  it("pulumi.com/waitFor: all of an array, conditions with their generation", async () => {
    await existing("gate");
    const waitFor = JSON.stringify([
      "condition=Available",
      "condition=Degraded=False",
      "jsonpath={.status.desiredNumberScheduled}=3",
    ]);
    const declared = new Declared(provider, PATCH, "gate");
    const created = declared.create(annotated("gate", { "pulumi.com/waitFor": waitFor }));
    await says(declared, "Has no .status.conditions");
    const conditions = (available: string, degraded: string) => [
      { type: "Available", status: available },
      { type: "Degraded", status: degraded },
    ];
    const { status } = rolledOut(1, 2) as { status: Props };
    await setStatus("gate", { status: { ...status, conditions: conditions("False", "False") } });
    await says(declared, "Resource has condition Available=False (want True)");
    await setStatus("gate", { status: { ...status, conditions: conditions("True", "True") } });
    await says(declared, "Resource has condition Degraded=True (want False)");
    await setStatus("gate", { status: { ...status, conditions: conditions("True", "False") } });
    await says(declared, 'Waiting for {.status.desiredNumberScheduled}=3 (found "2")');
    await setStatus("gate", { status: { ...status, desiredNumberScheduled: 3 } });
    await created;
  });

  it("pulumi.com/skipAwait, timeoutSeconds, and a timeout of the operation before the annotation's", async () => {
    await existing("quick");
    const skip = new Declared(provider, PATCH, "quick");
    await skip.create(
      annotated("quick", { "pulumi.com/skipAwait": "true" }, { nodeSelector: { none: "true" } }),
    );
    assert.deepEqual(skip.op.statuses, ["Skipping await logic"]);

    const bounded = new Declared(provider, PATCH, "bounded");
    const waitFor = (seconds: string) =>
      annotated("quick", {
        "pulumi.com/waitFor": "jsonpath={.spec.x}",
        "pulumi.com/timeoutSeconds": seconds,
      });
    const from = Date.now();
    await failureOf(bounded.create(waitFor("1")));
    await failureOf(bounded.create({ ...waitFor("600") }, 1));
    assert.ok(Date.now() - from < 10_000);
  });

  it("tells of warning events about the object", async () => {
    await existing("noisy");
    const declared = new Declared(provider, PATCH, "noisy");
    const created = declared.create(
      annotated("noisy", { "pulumi.com/waitFor": "jsonpath={.metadata.labels.done}" }),
    );
    await says(declared, "{.metadata.labels.done} selected nothing");
    const { uid } = (await server.request("GET", pathOf("noisy"))).metadata;
    const event = (type: string, name: string) =>
      server.request("POST", "/api/v1/namespaces/default/events", {
        metadata: { name },
        involvedObject: { kind: "DaemonSet", name: "noisy", namespace: "default", uid },
        reason: "FailedCreate",
        message: `quota is used up (${type})`,
        type,
      });
    await event("Normal", "noisy.1");
    await event("Warning", "noisy.2");
    await says(declared, "FailedCreate: quota is used up (Warning)");
    await server.request("PATCH", pathOf("noisy"), { metadata: { labels: { done: "1" } } });
    await created;
    assert.ok(!declared.op.statuses.some((s) => s.includes("(Normal)")));
  });

  it("ends at once when the user gives up", async () => {
    await existing("left");
    const declared = new Declared(provider, PATCH, "left");
    const created = declared.create(annotated("left", { "pulumi.com/waitFor": "jsonpath={.spec.x}" }));
    await says(declared, "{.spec.x} selected nothing");
    const from = Date.now();
    declared.op.cancel();
    const error: any = await failureOf(created);
    assert.match(error.reasons[0], /context canceled$/);
    assert.equal(error.state.id, "default/left");
    assert.ok(Date.now() - from < 1000);
  });

  it("a Deployment: the controller's word, then the new ReplicaSet; what is wrong with its pods", async () => {
    const metadata = { name: "web", namespace: "default" };
    const { spec } = daemonSet("web") as { spec: Props };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { ...spec, replicas: 1 },
    };
    const declared = new Declared(provider, "kubernetes:apps/v1:Deployment", "web");
    const failed: any = await failureOf(declared.create(deployment, 1));
    assert.match(failed.reasons[0], /'web' timed out waiting to be Ready$/);
    assert.equal(failed.reasons[1], "Minimum number of live Pods was not attained");
    declared.state = failed.state;

    const updated = declared.update(deployment);
    const path = "/apis/apps/v1/namespaces/default/deployments/web";
    const applied = async () => {
      const entries: Props[] = (await server.request("GET", path)).metadata.managedFields;
      return entries.some((entry) => entry.operation === "Apply");
    };
    await eventually(applied, "the apply of the update");
    const annotations = { "deployment.kubernetes.io/revision": "1" };
    // For a Deployment, unlike other kinds, a new annotation makes a new generation.
    const { uid, generation } = (await server.request("PATCH", path, { metadata: { annotations } })).metadata;
    const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid };
    await server.request("POST", "/apis/apps/v1/namespaces/default/replicasets", {
      metadata: { name: "web-1", annotations, labels: { app: "web" }, ownerReferences: [owner] },
      spec: { ...spec, replicas: 1 },
    });
    const conditions = (available: string) => [
      { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message: "m" },
      { type: "Available", status: available, reason: "MinimumReplicasUnavailable", message: "too few" },
    ];
    const status = (available: string) => ({
      status: { observedGeneration: generation, conditions: conditions(available) },
    });
    await server.request("PATCH", `${path}/status`, status("False"));
    await says(declared, "[MinimumReplicasUnavailable] too few");
    await says(declared, "Waiting for app ReplicaSet to be available (0/1 Pods available)");
    await server.request("PATCH", "/apis/apps/v1/namespaces/default/replicasets/web-1/status", {
      status: { replicas: 1, readyReplicas: 1 },
    });
    await server.request("PATCH", `${path}/status`, status("True"));
    await updated;
    assert.equal(declared.op.statuses.at(-1), "Deployment initialization complete");
  });

  it("a Service without pods to select is ready at once, a load balancer with its address", async () => {
    const service = (name: string, spec: Props) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { ports: [{ port: 80 }], ...spec },
    });
    await new Declared(provider, "kubernetes:core/v1:Service", "plain").create(service("plain", {}));
    const balancer = new Declared(provider, "kubernetes:core/v1:Service", "lb");
    const created = balancer.create(service("lb", { type: "LoadBalancer" }));
    await says(balancer, "[1/3] Finding Pods to direct traffic to");
    await server.request("PATCH", "/api/v1/namespaces/default/services/lb/status", {
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
    });
    await created;
  });

  it("outlives an API server that dies in mid-wait; a change meanwhile fails with the address", async () => {
    await existing("patient");
    const declared = new Declared(provider, PATCH, "patient");
    const many = Array.from({ length: 8 }, (_, i) => new Declared(provider, PATCH, `patient-${i}`));
    const waitFor = { "pulumi.com/waitFor": "jsonpath={.metadata.labels.back}=yes" };
    const created = [declared, ...many].map((d) => d.create(annotated("patient", waitFor)));
    await Promise.all([declared, ...many].map((d) => says(d, "{.metadata.labels.back} selected nothing")));
    await server.crash();
    await eventually(
      () => declared.op.statuses.some((s) => /^cannot watch, trying again: .*connection refused$/.test(s)),
      "the outage",
    );
    const other = new Declared(provider, "kubernetes:core/v1:ConfigMap", "other");
    other.inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other", namespace: "default" } };
    const refused = await failureOf(provider.create(other.op, other.inputs));
    assert.match(
      refused.message,
      /was not successfully created.*Post "https:\/\/127\.0\.0\.1:\d+\/api.*: dial tcp 127\.0\.0\.1:\d+: connect: connection refused/,
    );
    await server.startApiServer();
    await server.request("PATCH", pathOf("patient"), { metadata: { labels: { back: "yes" } } });
    const states = await Promise.all(created);
    assert.equal(states.length, 9);
    assert.equal(declared.op.statuses.at(-1), "Found {.metadata.labels.back}=yes");
  });

  it("a time limit that passes while the server is away ends the wait", async () => {
    await existing("dark");
    const declared = new Declared(provider, PATCH, "dark");
    const created = declared.create(annotated("dark", { "pulumi.com/waitFor": "jsonpath={.spec.x}" }), 2);
    await says(declared, "{.spec.x} selected nothing");
    await server.crash();
    const error: any = await failureOf(created);
    assert.match(error.reasons[0], /timed out waiting for the condition$/);
    const unreachable = await connect(server);
    const late = await failureOf(unreachable.create(declared.op, declared.inputs));
    assert.match(
      late.message,
      /^configured Kubernetes cluster is unreachable: unable to load schema information from the API server: Get .*refused$/,
    );
    await server.startApiServer();
  });
});
