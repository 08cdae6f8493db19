// The pack as the engine runs it: its own process, its own copy of the SDK, the analyzer gRPC service.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { UNKNOWN } from "../../rehearsal/plugin/provider";
import {
  type AnalyzedResource,
  type PolicyPackProcess,
  type StackResource,
  startPolicyPack,
} from "../../rehearsal/policy/analyzer";
import { policies } from "../../policy/policies";
import { secret, withKey } from "./hygiene/wire";
import { packFolder } from "./judge";

const resource = (
  type: string,
  name: string,
  properties: AnalyzedResource["properties"],
): AnalyzedResource => ({
  urn: `urn:pulumi:dev::aks-calico-ebpf::${type}::${name}`,
  type,
  name,
  properties,
});
const cluster = resource("azure-native:containerservice/v20250901:ManagedCluster", "aks", {
  enableRBAC: true,
  fqdn: UNKNOWN,
  identity: { type: "SystemAssigned" },
  networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", networkPolicy: "calico" },
  autoUpgradeProfile: { upgradeChannel: "patch" },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 3 }],
});
const withoutRbac = { ...cluster, properties: { ...cluster.properties, enableRBAC: false } };
/** A configuration that leaves some policies on. */
const only = (...names: string[]) => ({
  all: "disabled",
  ...Object.fromEntries(names.map((name) => [name, "mandatory"])),
});
const theSwitch = only("ebpf-switch-present");
const provider: StackResource = {
  ...resource("pulumi:providers:kubernetes", "k8s", {
    kubeconfig: secret("a secret"),
  }),
  dependencies: [cluster.urn],
};
const felixType = "kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch";
const felix = (spec: AnalyzedResource["properties"]) =>
  resource(felixType, "felix", { metadata: { name: "default" }, spec });
const installation = (linuxDataplane: string): StackResource => ({
  ...resource("kubernetes:operator.tigera.io/v1:InstallationPatch", "switch", {
    metadata: { name: "default" },
    spec: { calicoNetwork: { linuxDataplane } },
  }),
  provider,
});

describe("policy pack, run as the engine runs it", function () {
  this.timeout(180_000);
  let pack: PolicyPackProcess;
  const printed: string[] = [];

  before(async () => {
    pack = await startPolicyPack(packFolder, {
      stack: { project: "aks-calico-ebpf", stack: "dev", preview: true, tags: { team: "platform" } },
      output: (stream, line) => printed.push(`${stream}: ${line}`),
    });
  });
  beforeEach(() => pack.configure({}));
  after(() => pack.stop());

  it("tells who it is and what each policy is", () => {
    assert.equal(pack.info.name, "aks-calico-ebpf");
    const own = JSON.parse(fs.readFileSync(path.join(packFolder, "package.json"), "utf8"));
    assert.equal(pack.info.version, own.version);
    const wanted = policies as any[];
    assert.deepEqual(
      pack.info.policies.map(({ name, enforcementLevel, severity, tags, url }) => [
        ...[name, enforcementLevel, severity, tags, url],
      ]),
      wanted.map(({ name, enforcementLevel, severity, tags, url }) => [
        ...[name, enforcementLevel, severity, tags, url],
      ]),
    );
    const kinds = new Set(pack.info.policies.map(({ kind }) => kind));
    assert.deepEqual(kinds, new Set(["resource", "stack"]));
    assert.deepEqual(printed, [], "a pack's own output would stand in the middle of the user's");
  });

  it("judges a resource before it is made", async () => {
    const [diagnostic, ...more] = await pack.analyze(withoutRbac);
    assert.deepEqual(more, []);
    assert.equal(diagnostic.policy, "aks-rbac-enabled");
    assert.equal(diagnostic.level, "mandatory");
    assert.equal(diagnostic.severity, "high");
    assert.equal(diagnostic.urn, cluster.urn);
    assert.match(diagnostic.message, /enableRBAC is false\./);
    assert.equal(
      (await pack.analyze(felix({ bpfEnabled: true })))[0].policy,
      "ebpf-no-hand-written-bpf-enabled",
    );
  });

  it("says nothing of good resources and of what a preview does not know", async () => {
    for (const good of [
      cluster,
      { ...cluster, properties: { ...cluster.properties, enableRBAC: UNKNOWN } },
      {
        ...cluster,
        properties: { ...cluster.properties, agentPoolProfiles: UNKNOWN, autoUpgradeProfile: UNKNOWN },
      },
      felix({ bpfLogLevel: "Off" }),
      felix({ bpfEnabled: UNKNOWN }),
      resource(felixType, "felix", { metadata: UNKNOWN, spec: UNKNOWN }),
    ]) {
      assert.deepEqual(await pack.analyze(good), [], JSON.stringify(good.properties));
    }
  });

  it("sees through secrets", async () => {
    const hidden = secret({ bpfEnabled: true });
    assert.equal((await pack.analyze(felix(hidden))).length, 1);
  });

  it("judges the stack at the end", async () => {
    await pack.configure(theSwitch);
    assert.deepEqual(await pack.analyzeStack([cluster, provider, installation("BPF")]), []);
    assert.deepEqual(await pack.analyzeStack([cluster, provider, installation(UNKNOWN)]), []);
    const [missing] = await pack.analyzeStack([cluster, provider]);
    assert.equal(missing.policy, "ebpf-switch-present");
    assert.equal(missing.urn, cluster.urn);
    assert.equal(missing.level, "mandatory");
    const off = installation("Iptables");
    const [other] = await pack.analyzeStack([cluster, provider, off]);
    assert.equal(other.urn, off.urn);
    assert.match(other.message, /says linuxDataplane: Iptables, .* on cluster aks/);
  });

  it("gets what tells the clusters of a stack apart: provider, dependencies, parent", async () => {
    await pack.configure(theSwitch);
    const other = resource(cluster.type, "other", cluster.properties);
    const found = await pack.analyzeStack([cluster, other, provider, installation("BPF")]);
    assert.deepEqual(
      found.map(({ urn }) => urn),
      [other.urn],
    );
    const { dependencies, ...independent } = provider;
    const viaProperty = { ...independent, propertyDependencies: { kubeconfig: dependencies!, context: [] } };
    assert.deepEqual(await pack.analyzeStack([cluster, other, viaProperty, installation("BPF")]), found);
    const chart = resource("kubernetes:helm.sh/v4:Chart", "calico", {});
    const child = { ...resource("kubernetes:core/v1:ConfigMap", "child", {}), parent: chart.urn };
    assert.deepEqual(await pack.analyzeStack([cluster, chart]), []);
    assert.equal((await pack.analyzeStack([cluster, chart, child])).length, 1);
  });

  it("does not take what the operator wrote for what the program writes", async () => {
    await pack.configure(only("ebpf-switch-present", "ebpf-no-hand-written-bpf-enabled"));
    const annotations = { "pulumi.com/waitFor": "jsonpath={.spec.bpfEnabled}=true" };
    const metadata = { name: "default", annotations };
    const parked = { template: { spec: { nodeSelector: { "aks-calico-ebpf/no-node": "true" } } } };
    const layers = [
      resource("kubernetes:core/v1:ConfigMap", "dataplane-endpoint", {
        data: { KUBERNETES_SERVICE_PORT: "443" },
      }),
      resource("kubernetes:apps/v1:DaemonSetPatch", "dataplane-kube-proxy-off", {
        metadata: { name: "kube-proxy", namespace: "kube-system" },
        spec: parked,
      }),
      installation("BPF"),
      resource(felixType, "dataplane-felix", { metadata, spec: { bpfExternalServiceMode: "Tunnel" } }),
      resource("kubernetes:operator.tigera.io/v1:InstallationPatch", "dataplane-switch-acknowledged", {
        metadata,
      }),
      resource("kubernetes:operator.tigera.io/v1:TigeraStatusPatch", "dataplane-ebpf-rolled-out", {
        metadata,
      }),
    ].map((layer) => ({ ...layer, provider }));
    for (const layer of [cluster, provider, ...layers]) {
      assert.deepEqual(await pack.analyze(layer), [], layer.name);
    }
    // The outputs of a patch are the live object: with what the operator and the platform wrote.
    const live = layers.map((layer) =>
      layer.type === felixType ? { ...layer, properties: { metadata, spec: { bpfEnabled: true } } } : layer,
    );
    assert.deepEqual(await pack.analyzeStack([cluster, provider, ...live]), []);
  });

  it("takes levels from the configuration", async () => {
    const bad = withoutRbac;
    await pack.configure({ "aks-rbac-enabled": "advisory" });
    assert.equal((await pack.analyze(bad))[0].level, "advisory");
    assert.equal(
      (await pack.analyze(felix({ bpfEnabled: true })))[0].level,
      "mandatory",
      "the others keep theirs",
    );
    await pack.configure({ all: "disabled", "aks-rbac-enabled": { enforcementLevel: "mandatory" } });
    assert.equal((await pack.analyze(bad))[0].level, "mandatory");
    assert.deepEqual(await pack.analyze(felix({ bpfEnabled: true })), []);
    assert.deepEqual(await pack.analyzeStack([cluster]), []);
    await assert.rejects(pack.configure({ "aks-rbac": "advisory" }), /has no policy "aks-rbac"/);
  });

  it("hands knobs to the policies that have them", async () => {
    assert.deepEqual(await pack.analyze(cluster), []);
    await pack.configure({
      "aks-min-nodes": { minimum: 5 },
      "aks-allowed-regions": { regions: ["westeurope"] },
    });
    const elsewhere = { ...cluster, properties: { ...cluster.properties, location: "eastus" } };
    assert.deepEqual(
      (await pack.analyze(elsewhere)).map(({ policy, level }) => [policy, level]),
      [
        ["aks-min-nodes", "mandatory"],
        ["aks-allowed-regions", "mandatory"],
      ],
    );
  });

  it("knows which values are secret, although the SDK hides it from policies", async () => {
    const output = (value: unknown) =>
      resource("pulumi:pulumi:Stack", "aks-calico-ebpf-dev", { kubeconfig: value as any });
    const hygiene = "hygiene-kubeconfig-secret";
    assert.deepEqual(
      (await pack.analyzeStack([output(withKey)])).map(({ policy, urn }) => [policy, urn]),
      [[hygiene, output("").urn]],
    );
    assert.deepEqual(await pack.analyzeStack([output(secret(withKey))]), []);
    assert.deepEqual(await pack.analyzeStack([output(secret(UNKNOWN)), output(UNKNOWN)]), []);
    const settings = (host: unknown) =>
      resource("kubernetes:core/v1:ConfigMap", "settings", { data: { host } as any });
    assert.deepEqual(await pack.analyze(settings("10.0.0.1")), []);
    const [violation] = await pack.analyze(settings(secret("10.0.0.1")));
    assert.equal(violation.policy, "hygiene-no-secret-in-configmap");
    assert.match(violation.message, /data\.host is a secret of the program/);
  });

  it("writes the right value itself at level remediate, and nothing else", async () => {
    const { autoUpgradeProfile: _, ...rest } = cluster.properties as any;
    const bare = { ...cluster, properties: { ...rest, dnsPrefix: secret("aks") as any } };
    assert.deepEqual(await pack.remediate(bare), [], "by default nothing is written");
    await pack.configure({ all: "remediate" });
    const written = await pack.remediate(bare);
    const last = (written[written.length - 1] as any).properties;
    assert.deepEqual(last.autoUpgradeProfile, { upgradeChannel: "patch" });
    assert.deepEqual(last.dnsPrefix, secret("aks"), "a secret stays one");
    assert.equal(last.fqdn, UNKNOWN, "what is not known stays so");
    assert.ok(written.some(({ policy }) => policy === "aks-auto-upgrade"));
    await pack.configure({ ...only("aks-auto-upgrade"), "aks-auto-upgrade": "remediate" });
    assert.deepEqual(await pack.analyze({ ...bare, properties: last }), []);
    assert.deepEqual(await pack.remediate({ ...bare, properties: last }), []);
  });

  it("judges a stack whose message is larger than gRPC's own limit", async () => {
    await pack.configure(theSwitch);
    const padding = "x".repeat(1024 * 1024);
    const many = Array.from({ length: 6 }, (_, i) => resource("my:own:Thing", `thing-${i}`, { padding }));
    assert.equal((await pack.analyzeStack([cluster, ...many])).length, 1);
  });

  it("is gone after stop", async () => {
    const second = await startPolicyPack(packFolder);
    process.kill(second.pid, 0);
    await second.stop();
    await second.stop();
    assert.throws(() => process.kill(second.pid, 0), { code: "ESRCH" });
    await assert.rejects(
      second.analyze(cluster),
      /the policy pack in .* failed: its process ended \(SIGTERM\)/,
    );
  });

  it("says that the pack died, and not that a connection broke", async () => {
    const second = await startPolicyPack(packFolder);
    process.kill(second.pid, "SIGKILL");
    await assert.rejects(
      second.analyze(cluster),
      /the policy pack in .* failed: its process ended \(SIGKILL\)/,
    );
    await second.stop();
  });
});
