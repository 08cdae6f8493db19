// A Calico of our own: its chart, its values, its namespace.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster } from "../../components";
import { installedChanges } from "../../components/layers/recordedLayers";
import { declare, host, layersOf, live } from "./declare";
import { isSecret, record, type RecordOptions } from "./record";

const cni = { mode: "CalicoCni", podCidr: "10.244.0.0/16" } as const;
const self = { mode: "SelfManaged" } as const;
const installed = ["namespace-found", "namespace", "endpoint-found", "endpoint", "operator"];

describe("a Calico that is installed", () => {
  it("installs the chart, pinned and without its own objects, the operator on the node's DNS", async () => {
    const release = (await declare(self)).named("net-operator");
    assert.equal(release.type, "kubernetes:helm.sh/v3:Release");
    const { compat: _compat, resourceNames: _names, ...inputs } = release.inputs;
    assert.deepEqual(inputs, {
      name: "calico",
      namespace: "tigera-operator",
      createNamespace: false,
      chart: "tigera-operator",
      version: "v3.32.2",
      repositoryOpts: { repo: "https://docs.tigera.io/calico/charts" },
      skipAwait: false,
      timeout: 1800,
      values: {
        installation: { enabled: false },
        apiServer: { enabled: false },
        goldmane: { enabled: false },
        whisker: { enabled: false },
        dnsPolicy: "Default",
        tigeraOperator: { env: [{ name: "CALICO_API_GROUP", value: "crd.projectcalico.org/v1" }] },
      },
    });
  });

  it("lays the user's values over its own, later ones too", async () => {
    const given = {
      resources: { limits: { cpu: "1" } },
      tigeraOperator: { registry: "mirror.example.net", env: [{ name: "HTTPS_PROXY", value: "p" }] },
    };
    for (const values of [
      given,
      pulumi.output(given),
      { ...given, resources: pulumi.output(given.resources) },
    ]) {
      const { inputs } = (await declare({ ...cni, calico: { values } })).named("net-operator");
      assert.deepEqual(inputs.values.resources, given.resources);
      assert.deepEqual(inputs.values.tigeraOperator, {
        registry: "mirror.example.net",
        env: [...given.tigeraOperator.env, { name: "CALICO_API_GROUP", value: "crd.projectcalico.org/v1" }],
      });
      assert.equal(inputs.values.dnsPolicy, "Default");
      assert.deepEqual(inputs.values.installation, { enabled: false });
    }
  });

  it("keeps values secret that are given as a secret, also through the component with the cluster", async () => {
    const values = { registry: { password: pulumi.secret("hush") } };
    for (const given of [values, pulumi.secret({ registry: { password: "hush" } })]) {
      const args = { ...self, calico: { values: given } };
      const own = (await declare(args)).named("net-operator").raw.values;
      const whole = (await record(() => new CalicoEbpfCluster("net", args))).named("net-operator").raw.values;
      for (const raw of [own, whole]) {
        assert.ok(
          isSecret(raw) || isSecret(raw.registry) || isSecret(raw.registry.password),
          JSON.stringify(raw),
        );
      }
    }
  });

  it("takes a version with and without v, and sets no value that an older chart lacks", async () => {
    for (const version of ["3.31.7", "v3.31.7"]) {
      const { inputs } = (await declare({ ...self, calico: { version } })).named("net-operator");
      assert.equal(inputs.version, "v3.31.7");
      assert.deepEqual(Object.keys(inputs.values).sort(), [
        "apiServer",
        "goldmane",
        "installation",
        "whisker",
      ]);
    }
  });

  it("takes a chart by path or reference, without a repository", async () => {
    const release = async (calico: object) =>
      (await declare({ ...self, calico })).named("net-operator").inputs;
    for (const chart of ["./charts/tigera-operator", "/srv/tigera-operator-v3.32.2.tgz", "operator.tgz"]) {
      const byPath = await release({ chart });
      assert.equal(byPath.chart, chart);
      assert.ok(!("repositoryOpts" in byPath) && !("version" in byPath), chart);
    }
    const byReference = await release({ chart: "oci://mirror.example.net/charts/tigera-operator" });
    assert.equal(byReference.version, "v3.32.2");
    assert.ok(!("repositoryOpts" in byReference));
    const elsewhere = await release({
      chart: "calico-operator",
      repository: "https://mirror.example.net/charts",
    });
    assert.deepEqual(elsewhere.repositoryOpts, { repo: "https://mirror.example.net/charts" });
  });

  it("labels the operator's namespace, once it has looked at it, and writes the endpoint into it", async () => {
    const recording = await declare(cni);
    const { metadata } = recording.named("net-namespace").inputs;
    assert.equal(recording.named("net-namespace").type, "kubernetes:core/v1:NamespacePatch");
    assert.equal(metadata.name, "tigera-operator");
    assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "privileged");
    assert.equal(metadata.annotations["aks-calico-ebpf/installed-as"], "CalicoCni");
    assert.equal(recording.named("net-namespace-found").inputs.metadata.labels, undefined);
    const { inputs } = recording.named("net-endpoint");
    assert.equal(inputs.metadata.namespace, "tigera-operator");
    assert.equal(inputs.data.KUBERNETES_SERVICE_HOST, host);
  });

  describe("where the operator's namespace is there", () => {
    const at = (second: number) => `2026-11-26T18:00:0${second}Z`;
    const look = { fieldsV1: { "f:metadata": { "f:annotations": { "f:aks-calico-ebpf/mode-wanted": {} } } } };
    const owner = (manager: string, second: number) => ({ manager, time: at(second), fieldsV1: {} });
    const namespace = (born: number, owners: object[], installedAs?: string) => {
      const managedFields = [{ ...look, manager: "pulumi-kubernetes-1a2b", time: at(5) }, ...owners];
      const annotations = installedAs && { "aks-calico-ebpf/installed-as": installedAs };
      const metadata = { creationTimestamp: at(born), managedFields, annotations };
      return live({}, { "net-namespace-found": { metadata } });
    };
    const theirs: [string, RecordOptions["state"], RegExp][] = [
      ["somebody made", namespace(1, [owner("helm", 1)]), /is somebody else's[\s\S]*existing: true/],
      ["somebody labelled since", namespace(1, [owner("kubectl-label", 9)]), /delete namespace .*--refresh/],
      [
        "has its Calico in another mode",
        namespace(1, [], "SelfManaged"),
        /installed by .* as SelfManaged[\s\S]*modes\.md/,
      ],
    ];
    for (const [title, state, says] of theirs) {
      it(`refuses one that ${title}, before anything is written`, async () => {
        await assert.rejects(declare(cni, { state }), (error: Error) => {
          assert.match(error.message, /an argument is refused\n {2}mode: is CalicoCni, and /);
          assert.match(error.message, says);
          return true;
        });
        await declare(cni, { state, preview: true });
      });
    }

    const ours: [string, RecordOptions["state"]][] = [
      ["it has just made itself", namespace(5, [])],
      ["a controller labels at once", namespace(5, [owner("rancher", 5)])],
      [
        "an earlier run has installed in, whoever labels it",
        namespace(1, [owner("kubectl", 2)], "CalicoCni"),
      ],
      ["a destroy has left empty", namespace(1, [owner("before-first-apply", 5)])],
    ];
    for (const [title, state] of ours) {
      it(`takes one that ${title}`, async () => {
        assert.deepEqual(layersOf(await declare(cni, { state })).slice(0, 5), installed);
      });
    }
  });
});

describe("a Calico that this component has installed, by the state", () => {
  const of = (type: string, cidr?: string) => ({
    spec: { cni: { type }, calicoNetwork: { ipPools: [{ cidr }] } },
  });
  const cases: [object | undefined, object, unknown, RegExp | undefined][] = [
    [of("AzureVNET"), { mode: "SelfManaged" }, undefined, /calico\.existing: is true.*mode: SelfManaged/],
    [of("Calico"), { mode: "AzureManaged" }, undefined, /mode: is AzureManaged.*mode: CalicoCni/],
    [of("Calico", "10.1.0.0/16"), { install: {} }, "10.2.0.0/16", /podCidr: is 10\.2.*10\.1\.0\.0\/16;/],
    [of("Calico", "10.1.0.0/16"), { install: {} }, "10.1.0.0/16", undefined],
    [undefined, { mode: "SelfManaged" }, undefined, undefined],
  ];
  for (const [installation, plan, podCidr, says] of cases)
    it(`is ${says ?? "left to an update"} for ${JSON.stringify(plan)}`, () => {
      const [finding] = installedChanges(installation, plan as any, podCidr);
      if (says === undefined) assert.equal(finding, undefined);
      else assert.match(`${finding.path}: ${finding.wrong} ${finding.write}`, says);
    });
});
