// What `status` says of each thing that can be wrong, and that it says nothing red of a cluster that is well.
import assert from "node:assert/strict";
import { judged } from "../../cli/status";
import type { Dataplane } from "../../cli/status/check";
import { Unknown } from "../../cli/status/reads";
import { node, pod, wellCluster } from "./wellCluster";

type Seen = ReturnType<typeof wellCluster>;

function verdicts(change: (seen: Seen) => void, expected: Dataplane = "Ebpf") {
  const seen = wellCluster();
  change(seen);
  return judged(seen, expected);
}
/** All rows that are not ok, as one text. */
const notOk = (change: (seen: Seen) => void, expected?: Dataplane) =>
  verdicts(change, expected)
    .filter(({ status }) => status !== "ok")
    .map(({ check, status, seen, advice }) => `${status} | ${check} | ${seen} -> ${advice}`)
    .join("\n");

/** Felix and kube-proxy side by side, as `kubeProxy: Keep` leaves them. */
function kept(seen: Seen) {
  seen.felix.spec.bpfKubeProxyIptablesCleanupEnabled = false;
  Object.assign(seen.kubeProxy.status, { desiredNumberScheduled: 3, numberReady: 3 });
  seen.kubeProxyPods = ["a", "b", "c"].map((name) => pod(name));
}
const onIptables = (seen: Seen) => {
  kept(seen);
  Object.assign(seen.felix, { spec: {}, metadata: { name: "default" } });
  seen.installation.spec.calicoNetwork.linuxDataplane = "Iptables";
};

describe("status of a cluster", () => {
  it("that is well: every row is ok", () => {
    assert.equal(
      notOk(() => undefined),
      "",
    );
    assert.equal(notOk(kept), "");
    assert.equal(notOk(onIptables, "Iptables"), "");
    const withoutKubeProxy = (seen: Seen) => (seen.kubeProxy = undefined);
    assert.equal(notOk(withoutKubeProxy), "");
    // Of kube-proxy only an evicted pod is left, and of the proof an old pod that ends.
    const leftovers = (seen: Seen) => {
      seen.kubeProxyPods = [{ ...pod("a"), status: { phase: "Failed" } }];
      seen.witnessPods.push({ ...pod("a"), metadata: { name: "old", deletionTimestamp: "now" }, status: {} });
    };
    assert.equal(notOk(leftovers), "");
  });

  for (const [wrong, change, row, expected] of [
    ["no Calico", (seen) => (seen.installation = undefined), /^failed \| bpfEnabled .* no Installation/],
    [
      "iptables is on",
      onIptables,
      /failed \| bpfEnabled is true \| .*linuxDataplane Iptables.*eBPF is not asked for/,
    ],
    [
      "bpfEnabled written by hand",
      (seen) => delete seen.felix.metadata.annotations,
      /failed \| bpfEnabled is true \| .*record none.*written by hand/,
    ],
    [
      "the operator has not turned it",
      (seen) => (seen.felix.spec.bpfEnabled = false),
      /failed \| bpfEnabled is true \| linuxDataplane BPF \(by pulumi\), bpfEnabled false.*operator/,
    ],
    ["no endpoint", (seen) => (seen.endpoint = undefined), /^failed \| endpoint.*no ConfigMap/],
    [
      "another endpoint in calico-node",
      (seen) => (seen.endpoint.data.KUBERNETES_SERVICE_HOST = "other"),
      /^failed \| endpoint in calico-node \| stays.* expected other/,
    ],
    [
      "an endpoint that only CoreDNS knows",
      (seen) => (seen.calicoNode.spec.template.spec.dnsPolicy = "ClusterFirstWithHostNet"),
      /^warning \| endpoint.*CoreDNS/,
    ],
    ["no operator", (seen) => (seen.operator = undefined), /^failed \| operator.*no Deployment/],
    [
      "an operator that does not run",
      (seen) => (seen.operator.status = {}),
      /^failed \| operator is healthy.*does not run/,
    ],
    [
      "a legacy operator",
      (seen) => (seen.operator.spec.template.spec.containers[0].image = "tigera/operator:v1.32.3"),
      /^failed \| operator is healthy.*v1\.32\.3.*before 1\.34/,
    ],
    [
      "a dead operator, whose conditions are old",
      (seen) => (seen.installation.metadata.generation = 5),
      /^failed \| operator is healthy \| .*of an older Installation/,
    ],
    [
      "a degraded operator, in its own words",
      (seen) =>
        Object.assign(seen.tigeraStatus.status.conditions[2], { status: "True", message: "own words" }),
      /^failed \| operator is healthy \| .*Degraded=True.*-> own words/,
    ],
    [
      "a roll-out under way",
      (seen) => (seen.calicoNode.status.updatedNumberScheduled = 2),
      /^failed \| calico-node is rolled out \| 2 of 3 updated/,
    ],
    [
      "a roll-out that a dead node holds up, and which one",
      (seen) => {
        seen.calicoNode.status.numberReady = 2;
        seen.nodes[1].status.conditions[0].status = "Unknown";
        seen.nodes.push(node("w", "10.0.20348", "windows"));
        seen.nodes[3].status.conditions = [];
      },
      /^failed \| calico-node is rolled out \| 3 of 3 updated, 2 ready, on 4 nodes; not ready: b -> repair or delete/,
    ],
    [
      "a roll-out that has not begun",
      (seen) => (seen.calicoNode.metadata.generation = 2),
      /^failed \| calico-node is rolled out/,
    ],
    [
      "kube-proxy is back, and who wrote it",
      (seen) => {
        Object.assign(seen.kubeProxy.status, { desiredNumberScheduled: 3, numberReady: 3 });
        seen.kubeProxyPods = [pod("a")];
        seen.kubeProxy.metadata.managedFields = [
          {
            manager: "kube-addon-manager",
            time: "2026-11-27T11:30:00Z",
            fieldsV1: { "f:spec": { "f:template": { "f:spec": {} } } },
          },
        ];
      },
      /^failed \| kube-proxy is out of the way \| runs: 1 pods, 3 wanted; last written by kube-addon-manager/,
    ],
    [
      "kube-proxy's last pod is ending",
      (seen) => (seen.kubeProxyPods = [pod("a")]),
      /^failed \| kube-proxy is out of the way \| 1 pods are left/,
    ],
    [
      "kube-proxy is kept, and not ready everywhere",
      (seen) => {
        kept(seen);
        seen.kubeProxy.status.numberReady = 2;
      },
      /^failed \| kube-proxy is out of the way \| runs beside eBPF: 2 of 3 ready/,
    ],
    [
      "both on one port",
      (seen) => {
        kept(seen);
        seen.kubeProxy.spec.template.spec.containers[0].command = [
          "kube-proxy",
          "--healthz-bind-address=0.0.0.0:10258",
        ];
      },
      /^failed \| health ports are apart \| .*both to listen on 10258/,
    ],
    [
      "the proof asks another port",
      (seen) => (seen.felix.spec.bpfKubeProxyHealthzPort = 10300),
      /^failed \| health ports are apart \| Felix answers on 10300, and the proof asks 10258/,
    ],
    [
      "a node that fell back",
      (seen) => (seen.witnessPods[1].status.conditions[0].status = "False"),
      /^failed \| every node proves eBPF \| Felix answers on 2 of 3 nodes, not on b \(Felix does not answer\)/,
    ],
    [
      "a node that nobody asks",
      (seen) => seen.witnessPods.pop(),
      /^failed \| every node proves eBPF \| .*not on c \(no pod asks it\)/,
    ],
    [
      "a node that is not ready",
      (seen) => (seen.nodes[0].status.conditions[0].status = "Unknown"),
      /^failed \| every node proves eBPF \| .*not on a \(the node is not ready\)/,
    ],
    [
      "a node whose answer may be kube-proxy's",
      (seen) => {
        delete seen.felix.spec.bpfKubeProxyHealthzPort;
        seen.witness.spec.template.spec.containers[0].readinessProbe.httpGet.port = 10256;
        seen.kubeProxyPods = [pod("b")];
      },
      /failed \| every node proves eBPF \| .*2 of 3 nodes, not on b \(kube-proxy answers there\)/,
    ],
    [
      "nobody asks the nodes",
      (seen) => {
        seen.witness = undefined;
        seen.witnessPods = [];
      },
      /^unknown \| every node proves eBPF \| .*--probe/,
    ],
    [
      "a Calico that answers nowhere",
      (seen) => (seen.calicoNode.spec.template.spec.containers[0].image = "calico/node:v3.29.1"),
      /^warning \| every node proves eBPF \| .*3\.29\.1 answers on no port/,
    ],
    [
      "an old kernel",
      (seen) => seen.nodes.push(node("d", "5.4.0-1100-azure")) && seen.witnessPods.push(pod("d")),
      /^failed \| kernels can run eBPF \| 1 of 4 are too old: d \(5\.4\.0-1100-azure\)/,
    ],
    [
      "a Windows node",
      (seen) => seen.nodes.push(node("w", "10.0.20348", "windows")),
      /^warning \| Windows nodes \| w -> /,
    ],
    [
      "two releases",
      (seen) => (seen.calicoPods[2] = pod("c", "calico/node:v3.30.1")),
      /^warning \| Calico's versions agree \| node 3\.31\.2 and 3\.30\.1/,
    ],
    [
      "WireGuard with packets that are too large",
      (seen) => Object.assign(seen.felix.spec, { wireguardEnabled: true, wireguardMTU: 1420 }),
      /^warning \| WireGuard's MTU \| 1420 -> .*1340/,
    ],
    [
      "load balancers that ask kube-proxy's sidecar",
      (seen) => {
        seen.services = [
          { metadata: { name: "s" }, spec: { type: "LoadBalancer", externalTrafficPolicy: "Local" } },
        ];
        seen.kubeProxy.spec.template.spec.containers.push({
          name: "health-probe-proxy",
          args: ["--port=10356"],
        });
      },
      /^warning \| load balancers' probes \| 1 load balancers, 1 with externalTrafficPolicy Local; .*-> .*unproven/,
    ],
    [
      "kube-proxy is not back yet",
      (seen) => {
        onIptables(seen);
        seen.kubeProxy.status.numberReady = 1;
      },
      /failed \| kube-proxy runs everywhere \| 1 of 3 ready/,
      "Iptables",
    ],
    ["eBPF is on where iptables is meant", () => undefined, /failed \| bpfEnabled is false/, "Iptables"],
  ] as [string, (seen: Seen) => unknown, RegExp, Dataplane?][])
    it(`finds, and names: ${wrong}`, () => assert.match(notOk(change, expected), row));

  it("counts as proven by a probe what has no pod, and not what does not answer", () => {
    const probed = (b: boolean | Unknown) => (seen: Seen) => {
      seen.witness = undefined;
      seen.witnessPods = [];
      seen.probed = new Map<string, boolean | Unknown>([
        ["a", true],
        ["b", b],
        ["c", true],
      ]);
    };
    assert.equal(notOk(probed(true)), "");
    assert.match(notOk(probed(false)), /^failed \| every node .*not on b \(Felix does not answer\)/);
    const unread = new Unknown("forbidden");
    assert.match(
      notOk(probed(unread)),
      /^unknown \| every node .*on 2 of 3 nodes, not on b \(forbidden\) -> .*status --role --probe/,
    );
    const and = (...changes: ((seen: Seen) => unknown)[]) =>
      notOk((seen) => changes.forEach((change) => change(seen)));
    const fellBack = (seen: Seen) => seen.probed.set("c", false);
    assert.match(
      and(probed(unread), fellBack),
      /^failed \| .*not on b \(forbidden\), c \(Felix does not answer\)/,
    );
    const witnessed = (seen: Seen) => (seen.witnessPods = [pod("b")]);
    assert.equal(and(probed(unread), witnessed), "");
    const notReady = (seen: Seen) => (seen.witnessPods[0].status.conditions[0].status = "False");
    assert.match(and(probed(unread), witnessed, notReady), /^failed \| .*not on b \(Felix does not answer\)/);
  });

  it("what may not be read is unknown in every row that needs it, and never ok", () => {
    const keys = Object.keys(wellCluster()).filter((key) => !["at", "kubernetes", "probed"].includes(key));
    for (const key of keys as (keyof Seen)[])
      assert.match(
        notOk((seen) => (seen[key] = new Unknown("forbidden"))),
        /unknown \| .* \| forbidden -> .*--role/,
        key,
      );
  });

  it("counts pods from before the switch, but not those of the host's network", () => {
    const rows = verdicts((seen) => {
      seen.podTable.rows = [
        { cells: ["old", "3h5m", "10.244.0.2", "a"] },
        { cells: ["new", "12m", "10.244.0.3", "a"] },
        { cells: ["of the host", "9d", "10.224.0.97", "a"] },
      ];
    });
    assert.match(rows.find(({ check }) => check === "pods from before the switch")!.seen, /^1: /);
  });
});
