// AKS takes its kube-proxy out of a living cluster with network plugin none; the program says so, and nothing else changes.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { localClusters } from "../../rehearsal/clusters";
import { withApi } from "../../rehearsal/controlPlane/api";
import { layout } from "../../rehearsal/controlPlane/kwok";
import { CommandLine } from "./commandLine";
import { eventually, ok, startTimeoutMs } from "./harness";

const kubeProxy = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy";
const yes = ["--yes", "--skip-preview"];

describe("kube-proxy that AKS removes from a living cluster", function () {
  this.timeout(300_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "gone", ...args]);
  after(() => line.end());

  const azureFile = () => path.join(line.stateRoot, "gone", "azure.json");
  const cluster = (azure: any) =>
    azure.resources.find(({ response }: any) => /managedClusters$/i.test(response.type));
  const read = () => JSON.parse(fs.readFileSync(azureFile(), "utf8"));

  const clusters = () =>
    localClusters({ workDir: path.join(line.stateRoot, "gone", "clusters"), progress: () => undefined });
  const folder = () => {
    const host = clusters();
    return layout(host.status(host.names()[0])!.folder);
  };
  const daemonSet = () => withApi(folder(), (api) => api.get(kubeProxy));

  /** `az aks update --kube-proxy-config` with `enabled`: in Azure's answer, and in the cluster. */
  async function configure(enabled: boolean): Promise<void> {
    const azure = read();
    for (const body of [cluster(azure).request, cluster(azure).response])
      body.properties.networkProfile.kubeProxyConfig = { enabled };
    fs.writeFileSync(azureFile(), JSON.stringify(azure));
    const [host, where] = [clusters(), folder()];
    const [name] = host.names();
    await host.killComponent(name, "daemon");
    const settings = JSON.parse(fs.readFileSync(where.settings, "utf8"));
    fs.writeFileSync(
      where.settings,
      JSON.stringify({ ...settings, spec: { ...settings.spec, kubeProxy: enabled } }),
    );
    if (!enabled) await withApi(where, (api) => api.delete(kubeProxy));
    await host.startComponent(name, "daemon");
  }

  /** Azure's id and Pulumi's type of the cluster. */
  async function identity() {
    const { deployment } = await line.state("gone");
    const { type, id } = deployment.resources.find(({ urn }: any) => urn.endsWith("-cluster"));
    return [type, id, cluster(read()).response.properties.fqdn];
  }

  before(async function () {
    this.timeout(startTimeoutMs);
    const settings = { mode: "CalicoCni", "network.podCidr": "10.244.0.0/16" };
    const words = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    ok(await rehearse("pulumi", "config", "set-all", "--path", ...words));
    ok(await rehearse("up", ...yes));
  });

  it("is refused as long as the program wants another type of cluster, with AKS's own command", async () => {
    const ended = await rehearse("preview", "-c", "kubeProxy=Absent");
    assert.notEqual(ended.code, 0, ended.text);
    assert.match(ended.text, /kubeProxy: is Absent, and the cluster .* was made with kube-proxy/);
    assert.match(
      ended.text,
      /Removed, after az aks update --kube-proxy-config FILE with \{"enabled": false\}/,
    );
  });

  it("is accepted when it is gone, on the same cluster, and a later PUT of the stable API leaves it so", async () => {
    const before = await identity();
    await configure(false);
    ok(await rehearse("up", ...yes, "-c", "kubeProxy=Removed"));
    assert.deepEqual(await identity(), before);
    ok(await rehearse("verify"));

    ok(await rehearse("pulumi", "config", "set", "--path", "tags.team", "net"));
    const tagged = await rehearse("up", ...yes);
    ok(tagged);
    assert.match(tagged.text, /~ .*ManagedCluster .*-cluster updated/);
    assert.ok((await line.names("gone")).includes("aks-kube-proxy-removed"));
    const { tags, properties } = cluster(read()).response;
    assert.equal(tags.team, "net");
    assert.deepEqual(properties.networkProfile.kubeProxyConfig, { enabled: false });
    assert.equal(await daemonSet(), undefined);
    assert.deepEqual(await identity(), before);
    ok(await rehearse("verify"));
  });

  it("comes back by AKS's command, and is switched off again as in any other cluster", async () => {
    const before = await identity();
    await configure(true);
    await eventually(async () => ((await daemonSet()) ? undefined : "there is no kube-proxy yet"));
    ok(await rehearse("up", ...yes, "-c", "kubeProxy=Disable"));
    assert.deepEqual(await identity(), before);
    assert.equal((await daemonSet())?.status.desiredNumberScheduled, 0);
    const { tags, properties } = cluster(read()).response;
    assert.deepEqual(tags, { team: "net" });
    assert.deepEqual(properties.networkProfile.kubeProxyConfig, { enabled: true });
    const forgotten = await rehearse("up", ...yes);
    ok(forgotten);
    assert.match(forgotten.text, /- .*DaemonSetPatch .*-kube-proxy-removed deleted .*\[retain\]/);
    assert.equal((await daemonSet())?.status.desiredNumberScheduled, 0);
    ok(await rehearse("verify"));
  });

  it("comes back with the component's end where it was said too early", async () => {
    for (const more of [[], ["--refresh"]])
      ok(await rehearse("up", ...yes, ...more, "-c", "kubeProxy=Removed"));
    assert.equal((await daemonSet())?.status.desiredNumberScheduled, 0);
    ok(await rehearse("pulumi", "destroy", "--yes", "--target", "**::aks-kube-proxy-removed"));
    await eventually(async () =>
      (await daemonSet())?.status.desiredNumberScheduled > 0 ? undefined : "kube-proxy is parked",
    );
  });

  it("is refused where it ran on the nodes when Pulumi saw it last", async () => {
    ok(await rehearse("up", ...yes, "-c", "kubeProxy=Keep"));
    const ended = await rehearse("up", ...yes, "-c", "kubeProxy=Removed");
    assert.notEqual(ended.code, 0, ended.text);
    assert.match(
      ended.text,
      /kubeProxy: is Removed, and kube-proxy ran on the nodes when Pulumi saw it last/,
    );
    assert.match(ended.text, /write: nothing else; run `pulumi up --refresh` when `kubectl .*` finds none/);
    assert.doesNotMatch(ended.text, /kubernetes:\S+ \S+ (created|updated|deleted)/);
  });
});
