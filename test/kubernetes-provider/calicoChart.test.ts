import assert from "node:assert/strict";
import type { ConfiguredProvider, Props } from "../../rehearsal/engine/provider";
import { withHelm } from "../programs";
import { ApiServer } from "./apiServer";
import { connect, Declared, eventually, failureOf } from "./harness";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const repositoryOpts = { repo: "https://docs.tigera.io/calico/charts" };
const namespace = "tigera-operator";
const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/tigera-operator`;
const crdPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe("Kubernetes provider: the stand-in for Calico's chart on a real API server", function () {
  this.timeout(60_000);
  let server: ApiServer;
  let provider: ConfiguredProvider;

  withHelm();
  beforeEach(async () => {
    server = await ApiServer.start();
    provider = await connect(server);
  });
  afterEach(() => server?.stop());

  const crds = async () =>
    ((await server.request("GET", crdPath)).items as any[]).map(({ metadata }) => metadata.name as string);
  const felixFields = async () => {
    const crd = await server.request("GET", `${crdPath}/felixconfigurations.crd.projectcalico.org`);
    return Object.keys(crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties);
  };
  /** No kubelet makes the operator ready here. */
  const operator = (version: string, values: Props = {}): Props => ({
    chart: "tigera-operator",
    version,
    repositoryOpts,
    name: "calico",
    namespace,
    createNamespace: true,
    skipAwait: true,
    values: { installation: { enabled: false }, apiServer: { enabled: false }, ...values },
  });

  it("v3.32: the operator bears the version, and the CRDs have its fields", async () => {
    const release = new Declared(provider, RELEASE, "operator");
    const args = operator("v3.32.2", { dnsPolicy: "Default", podAnnotations: { mine: "yes" } });
    const { outputs } = await release.create(args);
    assert.equal((outputs.status as Props).appVersion, "v3.32.2");
    assert.deepEqual((await server.request("GET", deployment)).spec.template.metadata.annotations, {
      mine: "yes",
      "aks-calico-ebpf.rehearsal/calico-version": "v3.32.2",
    });
    const names = await crds();
    assert.ok(
      names.includes("installations.operator.tigera.io") && names.includes("ippools.crd.projectcalico.org"),
    );
    assert.ok((await felixFields()).includes("bpfMaglevMaxServices"));
    const note =
      "the chart of Calico v3.28.5 stands in for v3.32.2; the chart of v3.28.5 does not know dnsPolicy";
    assert.deepEqual([release.op.statuses[0], release.op.statuses.at(-1)], [note, note]);
    assert.deepEqual((await release.diff(args)).changed, []);
  });

  it("what the chart cannot create is told with a way out", async () => {
    const args = operator("v3.32.2", { apiServer: { enabled: true } });
    const error = await failureOf(
      new Declared(provider, RELEASE, "early").create({ ...args, skipCrds: true }),
    );
    assert.match(
      error.message,
      /no matches for kind "APIServer".*\n {2}do: {2}the chart uses kinds whose definitions/s,
    );
  });

  it("v3.31: the operator's chart brings the CRDs, which stay when it goes", async () => {
    const release = new Declared(provider, RELEASE, "operator");
    await release.create(operator("v3.31.2"));
    const fields = await felixFields();
    assert.ok(fields.includes("bpfAttachType") && !fields.includes("bpfMaglevMaxServices"));
    const installation = await server.request("GET", `${crdPath}/installations.operator.tigera.io`);
    const network =
      installation.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.calicoNetwork;
    assert.ok(network.properties.linuxDataplane.enum.includes("Nftables"));

    const deleted = release.delete();
    await finishJob(`/apis/batch/v1/namespaces/${namespace}/jobs/tigera-operator-uninstall`);
    await deleted;
    await assert.rejects(server.request("GET", deployment), /not found/);
    assert.ok((await crds()).includes("ippools.crd.projectcalico.org"));
  });

  /** The chart's pre-delete hook, as the Job controller ends it. */
  async function finishJob(path: string): Promise<void> {
    await eventually(() => server.request("GET", path).then(Boolean, () => false), "the hook's Job");
    const now = new Date().toISOString();
    const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({ type, status: "True" }));
    const status = { startTime: now, completionTime: now, succeeded: 1, conditions };
    await server.request("PATCH", `${path}/status`, { status });
  }
});
