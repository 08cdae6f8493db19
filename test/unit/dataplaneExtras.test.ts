// What comes after the switch: restarts, metrics, a default-deny policy. And how long everything may wait.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { waitSeconds } from "../../components/validate/dataplane";
import { declare } from "./declare";

const workloads = [
  { kind: "Deployment", namespace: "shop", name: "front.end" },
  { kind: "DaemonSet", namespace: "logs", name: "agent" },
  { kind: "StatefulSet", namespace: "shop", name: "db" },
] as const;

describe("what comes after the switch", () => {
  it("restarts each workload when all else is done, anew with each change of the data plane", async () => {
    for (const [dataplane, word, last] of [
      ["Ebpf", "BPF", "net-kube-proxy-still-off"],
      ["Iptables", "Iptables", "net-proof"],
    ] as const) {
      const recording = await declare({ dataplane, restartWorkloads: [...workloads] });
      for (const { kind, namespace, name } of workloads) {
        const restart = recording.named(`net-restart-${kind.toLowerCase()}-${namespace}-${name}`);
        assert.equal(restart.type, `kubernetes:apps/v1:${kind}Patch`);
        assert.deepEqual(restart.dependsOn, [last]);
        const { annotations, ...metadata } = restart.inputs.metadata;
        assert.deepEqual(metadata, { name, namespace });
        assert.deepEqual(restart.inputs.spec, {
          template: { metadata: { annotations: { "aks-calico-ebpf/restarted-for": word } } },
        });
        assert.equal(annotations["pulumi.com/timeoutSeconds"], "1800");
      }
    }
  });

  it("switches Felix's metrics on and gives Prometheus a Service", async () => {
    for (const [metrics, port] of [
      [{}, 9091],
      [{ port: pulumi.output(9191) }, 9191],
    ] as const) {
      const recording = await declare({ felixMetrics: metrics });
      const { spec } = recording.named("net-felix").inputs;
      assert.equal(spec.prometheusMetricsEnabled, true);
      assert.equal(spec.prometheusMetricsPort, port);
      const service = recording.named("net-felix-metrics");
      assert.equal(service.type, "kubernetes:core/v1:Service");
      assert.equal(service.inputs.metadata.name, "felix-metrics-svc");
      assert.equal(service.inputs.metadata.namespace, "calico-system");
      assert.deepEqual(service.inputs.spec, {
        clusterIP: "None",
        selector: { "k8s-app": "calico-node" },
        ports: [{ name: "metrics", port, targetPort: port }],
      });
      assert.ok(service.dependsOn.includes("net-kube-proxy-still-off"));
    }
    const without = await declare({});
    assert.ok(!("prometheusMetricsEnabled" in without.named("net-felix").inputs.spec));
    assert.ok(!without.resources.some((r) => r.name === "net-felix-metrics"));
  });

  it("denies all but DNS outside the platform's namespaces, when the data plane is rolled out", async () => {
    const recording = await declare({
      defaultDeny: { excludedNamespaces: ["monitoring", pulumi.output("kube-system")] },
    });
    const policy = recording.named("net-default-deny");
    assert.equal(policy.type, "kubernetes:crd.projectcalico.org/v1:GlobalNetworkPolicy");
    assert.equal(policy.inputs.metadata.name, "default.default-deny");
    assert.deepEqual(policy.dependsOn, ["net-endpoint-in-calico-node", "net-kube-proxy-still-off"]);
    const { namespaceSelector, ...spec } = policy.inputs.spec;
    const destination = {
      namespaceSelector: 'projectcalico.org/name == "kube-system"',
      selector: 'k8s-app == "kube-dns"',
      ports: [53],
    };
    assert.deepEqual(spec, {
      types: ["Ingress", "Egress"],
      egress: [
        { action: "Allow", protocol: "UDP", destination },
        { action: "Allow", protocol: "TCP", destination },
      ],
    });
    const [, names] = /^has\(projectcalico\.org\/name\) && projectcalico\.org\/name not in \{(.*)\}$/.exec(
      namespaceSelector,
    )!;
    const excluded: string[] = JSON.parse(`[${names}]`);
    for (const name of ["kube-system", "calico-system", "tigera-operator", "gatekeeper-system", "monitoring"])
      assert.equal(excluded.filter((one) => one === name).length, 1, name);
    assert.ok(!(await declare({})).resources.some((r) => r.name === "net-default-deny"));
  });
});

describe("how long the layers wait", () => {
  const minutes = (maxNodes?: number, maxUnavailable?: number | string) =>
    Number(waitSeconds(undefined, maxNodes, maxUnavailable)) / 60;

  it("grows with the nodes in coarse steps, and shrinks with those that roll at once", () => {
    assert.deepEqual(
      [undefined, 1, 40, 41, 100, 101, 1000].map((nodes) => minutes(nodes)),
      [30, 30, 30, 60, 60, 120, 960],
    );
    assert.deepEqual(
      [1, 2, 10, 100, "1%", "10%", "100%"].map((atOnce) => minutes(1000, atOnce)),
      [960, 480, 60, 30, 60, 30, 30],
    );
    // A share of few nodes is at least one of them.
    assert.equal(minutes(3, "1%"), 30);
  });

  it("is enough for any cluster, and never shorter for more nodes or fewer at once", () => {
    const nodes = fc.integer({ min: 1, max: 5000 });
    const atOnce = fc.oneof(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
    );
    fc.assert(
      fc.property(nodes, nodes, atOnce, (some, more, together) => {
        const share = typeof together === "number" ? together : Math.ceil((some * parseInt(together)) / 100);
        assert.ok(minutes(some, together) >= 10 + Math.ceil(some / share) / 2);
        if (typeof together === "number") {
          assert.ok(minutes(some + more, together) >= minutes(some, together));
          assert.ok(minutes(some, together) >= minutes(some, together + 1));
        }
      }),
    );
  });

  it("is the user's where it is given, fractions too", () => {
    assert.equal(waitSeconds(0.1, 1000, undefined), "6");
    assert.equal(waitSeconds(90, undefined, "5%"), "5400");
  });

  it("is on every layer that waits, in every mode, the chart's too", async () => {
    const waiting = {
      AzureManaged: ["calico-found", "endpoint-in-calico-node"],
      SelfManaged: ["installation", "namespace"],
      CalicoCni: ["installation", "namespace"],
    };
    const always = ["kube-proxy", "felix", "ebpf-rolled-out", "kube-proxy-still-off"];
    for (const mode of ["AzureManaged", "SelfManaged", "CalicoCni"] as const) {
      for (const maxNodes of [1000, pulumi.output(1000)]) {
        const podCidr = mode === "CalicoCni" ? "10.244.0.0/16" : undefined;
        const recording = await declare({ mode, podCidr, maxNodes });
        for (const name of [...always, ...waiting[mode]]) {
          const { annotations } = recording.named(`net-${name}`).inputs.metadata;
          assert.equal(annotations["pulumi.com/timeoutSeconds"], "57600", `${mode} ${name}`);
        }
        if (mode !== "AzureManaged") assert.equal(recording.named("net-operator").inputs.timeout, 57600);
      }
    }
  });
});
