import assert from "node:assert/strict";
import { endpointPresent } from "../../../policy/policies/dataplane/endpointPresent";
import { type Declared, judgeStack, unknown } from "../judge";
import {
  asYaml,
  cluster,
  endpoint,
  genericCluster,
  installation,
  object,
  pinned,
  provider,
} from "./programs";

const fqdn = "aks.hcp.azmk8s.io";
const on = (first = cluster({ fqdn })) => [first, provider(), installation()];
const judge = (...declared: Declared[]) => judgeStack(endpointPresent, declared);
const isPrivate = { apiServerAccessProfile: { enablePrivateCluster: true } };

describe("policy ebpf-endpoint-present", () => {
  it("accepts the cluster's FQDN, the private one on a private cluster", async () => {
    assert.deepEqual(await judge(...on(), endpoint(fqdn)), []);
    assert.deepEqual(await judge(...on(cluster({ fqdn }, pinned)), endpoint(fqdn.toUpperCase())), []);
    assert.deepEqual(await judge(...on(genericCluster({ fqdn })), asYaml(endpoint(fqdn))), []);
    const hidden = cluster({ ...isPrivate, fqdn: "", privateFQDN: "p.privatelink" });
    assert.deepEqual(await judge(...on(hidden), endpoint("p.privatelink")), []);
    assert.deepEqual(await judge(provider([]), installation(), endpoint("10.1.2.3")), [], "another stack's");
  });

  it("accepts it in the values of the operator's release", async () => {
    const values = { kubernetesServiceEndpoint: { host: fqdn, port: 443 }, installation: { enabled: false } };
    const release = object("helm.sh/v3:Release", "operator", { chart: "tigera-operator", values });
    assert.deepEqual(await judge(...on(), release), []);
    const other = { ...values, kubernetesServiceEndpoint: { host: "elsewhere" } };
    const wrong = { ...release, props: { chart: "tigera-operator", values: other } };
    assert.match(
      (await judge(...on(), wrong))[0].message,
      /^values\.kubernetesServiceEndpoint\.host is elsewhere/,
    );
  });

  it("refuses a switch without an endpoint", async () => {
    const elsewhere = endpoint(fqdn);
    elsewhere.props = {
      ...elsewhere.props,
      metadata: { name: "kubernetes-services-endpoint", namespace: "default" },
    };
    for (const declared of [
      on(),
      on(cluster({ fqdn }, pinned)),
      [...on(), elsewhere],
      [provider([]), installation()],
    ]) {
      const [violation, ...more] = await judge(...declared);
      assert.equal(violation.resource, "switch");
      assert.match(
        violation.message,
        /^switch switches .* nothing in the stack tells calico-node where the API/,
      );
      assert.match(
        violation.message,
        /Declare a ConfigMap `kubernetes-services-endpoint` in namespace `tigera-operator`/,
      );
      assert.deepEqual(more, []);
    }
  });

  it("refuses another cluster's host, the Service, and none", async () => {
    const wrong: [unknown, RegExp][] = [
      [
        "old.hcp.azmk8s.io",
        /^data\.KUBERNETES_SERVICE_HOST is old\.hcp\.azmk8s\.io, and cluster aks answers as aks\.hcp/,
      ],
      [
        "kubernetes.default.svc",
        /HOST is kubernetes\.default\.svc, the Service that kube-proxy leads to: calico-node would/,
      ],
      [
        undefined,
        /^data\.KUBERNETES_SERVICE_HOST is missing: .* Write `KUBERNETES_SERVICE_HOST: cluster\.fqdn`/,
      ],
    ];
    for (const [host, message] of wrong) {
      const more: Partial<Declared> = { props: { ...endpoint(host).props } };
      if (host === undefined) more.props = { ...more.props, data: {} };
      const [violation, ...others] = await judge(...on(), endpoint(host, more));
      assert.equal(violation.resource, "endpoint");
      assert.match(violation.message, message);
      assert.deepEqual(others, []);
    }
    const hidden = cluster({ ...isPrivate, fqdn: "", privateFQDN: "p.privatelink" });
    assert.equal((await judge(...on(hidden), endpoint(fqdn))).length, 1);
  });

  it("stays silent where a preview does not know, and where nothing switches to eBPF", async () => {
    const data = object("core/v1:ConfigMap", "endpoint", { ...endpoint().props, data: unknown });
    for (const declared of [endpoint(unknown), data]) assert.deepEqual(await judge(...on(), declared), []);
    for (const first of [
      cluster({ fqdn: unknown }),
      cluster({ fqdn, privateFQDN: unknown }),
      cluster(),
      genericCluster(),
      cluster({ apiServerAccessProfile: unknown }),
    ]) {
      assert.deepEqual(await judge(...on(first), endpoint("anything")), []);
    }
    for (const value of ["Iptables", unknown]) {
      assert.deepEqual(await judge(cluster(), provider(), installation(value)), []);
    }
    assert.deepEqual(await judge(...on(), { type: "kubernetes:yaml/v2:ConfigFile", name: "manifest" }), []);
  });
});
