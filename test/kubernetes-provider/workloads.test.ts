import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/engine/provider";
import { daemonSet, Declared, eventually, failureOf, rolledOut, served } from "./harness";
import { annotated, daemonSets, says } from "./others";

const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
const PATCH = `${DAEMON_SET}Patch`;

describe("Kubernetes provider: the waits that kinds have of their own", function () {
  this.timeout(90_000);
  const on = served();
  const { pathOf, setStatus, existing } = daemonSets(on);

  it("a DaemonSet: until every node runs the new template", async () => {
    const declared = new Declared(on.provider, DAEMON_SET, "roll");
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
    const declared = new Declared(on.provider, PATCH, "proxy");
    const force = { "pulumi.com/patchForce": "true" };
    const created = declared.create(annotated("proxy", force, { nodeSelector: { none: "true" } }));
    await says(declared, "DaemonSet generation is 2, but latest observed generation is 1");
    await setStatus("proxy", rolledOut(2, 0));
    await created;
    assert.equal(declared.op.statuses.at(-1), "All replicas scheduled as expected. Replicas: 0");
    await declared.delete();
    const after = await on.server.request("GET", pathOf("proxy"));
    assert.equal(after.spec.template.spec.nodeSelector, undefined);
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
    const declared = new Declared(on.provider, "kubernetes:apps/v1:Deployment", "web");
    const failed: any = await failureOf(declared.create(deployment, 1));
    assert.match(failed.reasons[0], /'web' timed out waiting to be Ready$/);
    assert.equal(failed.reasons[1], "Minimum number of live Pods was not attained");
    declared.state = failed.state;

    const updated = declared.update(deployment);
    const path = "/apis/apps/v1/namespaces/default/deployments/web";
    const applied = async () => {
      const entries: Props[] = (await on.server.request("GET", path)).metadata.managedFields;
      return entries.some((entry) => entry.operation === "Apply");
    };
    await eventually(applied, "the apply of the update");
    const annotations = { "deployment.kubernetes.io/revision": "1" };
    // For a Deployment, unlike other kinds, a new annotation makes a new generation.
    const { uid, generation } = (await on.server.request("PATCH", path, { metadata: { annotations } }))
      .metadata;
    const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid };
    await on.server.request("POST", "/apis/apps/v1/namespaces/default/replicasets", {
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
    await on.server.request("PATCH", `${path}/status`, status("False"));
    await says(declared, "[MinimumReplicasUnavailable] too few");
    await says(declared, "Waiting for app ReplicaSet to be available (0/1 Pods available)");
    await on.server.request("PATCH", "/apis/apps/v1/namespaces/default/replicasets/web-1/status", {
      status: { replicas: 1, readyReplicas: 1 },
    });
    await on.server.request("PATCH", `${path}/status`, status("True"));
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
    await new Declared(on.provider, "kubernetes:core/v1:Service", "plain").create(service("plain", {}));
    const balancer = new Declared(on.provider, "kubernetes:core/v1:Service", "lb");
    const created = balancer.create(service("lb", { type: "LoadBalancer" }));
    await says(balancer, "[1/3] Finding Pods to direct traffic to");
    await on.server.request("PATCH", "/api/v1/namespaces/default/services/lb/status", {
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
    });
    await created;
  });
});
