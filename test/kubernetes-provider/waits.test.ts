import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/engine/provider";
import { configMap, connect, daemonSet, Declared, eventually, failureOf, rolledOut, served } from "./harness";
import { annotated, daemonSets, says } from "./others";

const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
const PATCH = `${DAEMON_SET}Patch`;

describe("Kubernetes provider: waits", function () {
  this.timeout(90_000);
  const on = served();
  const { pathOf, setStatus, existing } = daemonSets(on);

  it("a wait that runs out: recorded with the object, and the next update waits again", async () => {
    await existing("late");
    const declared = new Declared(on.provider, PATCH, "late");
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
    const declared = new Declared(on.provider, PATCH, "node");
    const args = annotated("node", { "pulumi.com/waitFor": `jsonpath=${path}=api.example.com` });
    const created = declared.create(args);
    await says(declared, `${path} selected nothing`);
    const env = (value: string) => [{ name: "KUBERNETES_SERVICE_HOST", value }];
    const set = async (value: string, observedGeneration: number) => {
      const body = daemonSet("node") as any;
      body.spec.template.spec.containers[0].env = env(value);
      await on.server.applyAs("operator", pathOf("node"), body, true);
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
    const declared = new Declared(on.provider, PATCH, "gate");
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
    const skip = new Declared(on.provider, PATCH, "quick");
    await skip.create(
      annotated("quick", { "pulumi.com/skipAwait": "true" }, { nodeSelector: { none: "true" } }),
    );
    assert.deepEqual(skip.op.statuses, ["Skipping await logic"]);

    const bounded = new Declared(on.provider, PATCH, "bounded");
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

  it("pulumi.com/timeoutSeconds bounds the wait of every kind whose wait has no fixed limit, and a deletion", async () => {
    const metadata = (name: string, more: Props = {}): Props => ({
      name,
      namespace: "default",
      annotations: { "pulumi.com/timeoutSeconds": "1", "pulumi.com/deletionPropagationPolicy": "background" },
      ...more,
    });
    const { selector, template } = (daemonSet("slow") as any).spec;
    const job = { template: { spec: { ...template.spec, restartPolicy: "Never" } } };
    const backend = { service: { name: "slow", port: { number: 80 } } };
    const rules = [{ http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
    const kinds: [string, string, Props][] = [
      ["apps/v1", "DaemonSet", { selector, template }],
      ["apps/v1", "Deployment", { selector, template }],
      ["apps/v1", "StatefulSet", { selector, template, serviceName: "slow" }],
      ["batch/v1", "Job", job],
      ["v1", "Pod", template.spec],
      ["v1", "Service", { type: "LoadBalancer", selector: { app: "slow" }, ports: [{ port: 80 }] }],
      ["networking.k8s.io/v1", "Ingress", { rules }],
    ];
    const from = Date.now();
    const failures = kinds.map(async ([apiVersion, kind, spec]) => {
      const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
      const declared = new Declared(on.provider, type, "slow");
      const error = await failureOf(declared.create({ apiVersion, kind, metadata: metadata("slow"), spec }));
      assert.equal(error.name, "InitializationError", kind);
      assert.match(error.message, /timed out/, kind);
    });
    const held = new Declared(on.provider, "kubernetes:core/v1:ConfigMap", "held");
    await held.create(configMap(metadata("held", { finalizers: ["example.com/hold"] })));
    await Promise.all([...failures, failureOf(held.delete())]);
    assert.ok(Date.now() - from < 15_000);
  });

  it("tells of warning events about the object", async () => {
    await existing("noisy");
    const declared = new Declared(on.provider, PATCH, "noisy");
    const created = declared.create(
      annotated("noisy", { "pulumi.com/waitFor": "jsonpath={.metadata.labels.done}" }),
    );
    await says(declared, "{.metadata.labels.done} selected nothing");
    const { uid } = (await on.server.request("GET", pathOf("noisy"))).metadata;
    const event = (type: string, name: string) =>
      on.server.request("POST", "/api/v1/namespaces/default/events", {
        metadata: { name },
        involvedObject: { kind: "DaemonSet", name: "noisy", namespace: "default", uid },
        reason: "FailedCreate",
        message: `quota is used up (${type})`,
        type,
      });
    await event("Normal", "noisy.1");
    await event("Warning", "noisy.2");
    await says(declared, "FailedCreate: quota is used up (Warning)");
    await on.server.request("PATCH", pathOf("noisy"), { metadata: { labels: { done: "1" } } });
    await created;
    assert.ok(!declared.op.statuses.some((s) => s.includes("(Normal)")));
  });

  it("ends at once when the user gives up", async () => {
    await existing("left");
    const declared = new Declared(on.provider, PATCH, "left");
    const created = declared.create(annotated("left", { "pulumi.com/waitFor": "jsonpath={.spec.x}" }));
    await says(declared, "{.spec.x} selected nothing");
    const from = Date.now();
    declared.op.cancel();
    const error: any = await failureOf(created);
    assert.match(error.reasons[0], /context canceled$/);
    assert.equal(error.state.id, "default/left");
    assert.ok(Date.now() - from < 1000);
  });

  it("outlives an API server that dies in mid-wait; a change meanwhile fails with the address", async () => {
    await existing("patient");
    const declared = new Declared(on.provider, PATCH, "patient");
    const many = Array.from({ length: 8 }, (_, i) => new Declared(on.provider, PATCH, `patient-${i}`));
    const waitFor = { "pulumi.com/waitFor": "jsonpath={.metadata.labels.back}=yes" };
    const created = [declared, ...many].map((d) => d.create(annotated("patient", waitFor)));
    await Promise.all([declared, ...many].map((d) => says(d, "{.metadata.labels.back} selected nothing")));
    await on.server.crash();
    await eventually(
      () => declared.op.statuses.some((s) => /^cannot watch, trying again: .*connection refused$/.test(s)),
      "the outage",
    );
    const other = new Declared(on.provider, "kubernetes:core/v1:ConfigMap", "other");
    other.inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other", namespace: "default" } };
    const refused = await failureOf(on.provider.create(other.op, other.inputs));
    assert.match(
      refused.message,
      /was not successfully created.*Post "https:\/\/127\.0\.0\.1:\d+\/api.*: dial tcp 127\.0\.0\.1:\d+: connect: connection refused/,
    );
    await on.server.startApiServer();
    await on.server.request("PATCH", pathOf("patient"), { metadata: { labels: { back: "yes" } } });
    const states = await Promise.all(created);
    assert.equal(states.length, 9);
    assert.equal(declared.op.statuses.at(-1), "Found {.metadata.labels.back}=yes");
  });

  it("a time limit that passes while the server is away ends the wait", async () => {
    await existing("dark");
    const declared = new Declared(on.provider, PATCH, "dark");
    const created = declared.create(annotated("dark", { "pulumi.com/waitFor": "jsonpath={.spec.x}" }), 2);
    await says(declared, "{.spec.x} selected nothing");
    await on.server.crash();
    const error: any = await failureOf(created);
    assert.match(error.reasons[0], /timed out waiting for the condition$/);
    const unreachable = await connect(on.server);
    const late = await failureOf(unreachable.create(declared.op, declared.inputs));
    assert.match(
      late.message,
      /^configured Kubernetes cluster is unreachable: unable to load schema information from the API server: Get .*refused$/,
    );
    await on.server.startApiServer();
  });
});
