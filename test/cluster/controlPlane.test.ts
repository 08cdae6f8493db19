import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import type { LocalClusters } from "../../rehearsal/clusters";
import type { Api } from "../../rehearsal/controlPlane/api";
import { until } from "../../rehearsal/system/wait";
import { becomes, Bench, firstBuildMs, processes, quiet, spec, urls } from "./support";

/** Addresses on which these processes listen, as the kernel tells; Linux only. */
function listeners(pids: number[]): string[] {
  const inodes = new Set<string>();
  for (const pid of pids) {
    for (const handle of fs.readdirSync(`/proc/${pid}/fd`)) {
      try {
        const link = /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${pid}/fd/${handle}`));
        if (link) inodes.add(link[1]);
      } catch {
        // Closed meanwhile.
      }
    }
  }
  return ["tcp", "tcp6"].flatMap((table) =>
    fs
      .readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      // proc(5): field 3 is the state, 0A = listening; field 9 the inode.
      .filter((fields) => fields[3] === "0A" && inodes.has(fields[9]))
      .map((fields) => fields[1].split(":")[0]),
  );
}

/** Rejects where the port is taken. */
const bindable = (port: number) =>
  new Promise<void>((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });

describe("cluster: control planes on this machine", function () {
  this.timeout(60_000);
  const bench = new Bench();
  const pools = [
    { name: "system", count: 1, mode: "System" as const, taints: ["CriticalAddonsOnly=true:NoSchedule"] },
    { name: "apps", count: 2, mode: "User" as const, osSku: "AzureLinux", labels: { team: "a" } },
  ];
  let host: LocalClusters;
  let bare: LocalClusters;
  let api: Api;

  before(async function () {
    this.timeout(firstBuildMs);
    host = bench.host({ addonSeconds: 1 });
    bare = bench.host({ operator: false });
    await Promise.all([
      host.create({ ...spec("first"), pools }, quiet),
      bare.create(spec("second", 1), quiet),
    ]);
    api = bench.api(host, "first");
  });
  after(() => bench.cleanUp());

  const pidsOf = (name: string) => host.status(name)!.components.map(({ pid }) => pid!);

  it("runs two side by side, each of its own", () => {
    const [first, second] = [host.status("first")!, host.status("second")!];
    assert.ok(first.running && second.running);
    assert.notEqual(first.server, second.server);
    assert.equal(new Set([...pidsOf("first"), ...pidsOf("second")]).size, 12);
    assert.deepEqual(host.names().sort(), ["first", "second"]);
  });

  it("listens on 127.0.0.1 and nowhere else", function () {
    if (process.platform !== "linux") this.skip();
    const found = listeners([...pidsOf("first"), ...pidsOf("second")]);
    // etcd has two, the API server, controller manager, scheduler and kwok one each; twice.
    assert.equal(found.length, 12);
    assert.deepEqual([...new Set(found)], ["0100007F"]);
  });

  it("makes nodes as AKS names, labels and taints them, with the kernel of their image", async () => {
    const nodes = await api.list("/api/v1/nodes");
    const names = nodes.map(({ metadata }) => metadata.name).sort();
    assert.deepEqual(names, [
      "aks-apps-12345678-vmss000000",
      "aks-apps-12345678-vmss000001",
      "aks-system-12345678-vmss000000",
    ]);
    const [apps] = nodes.filter(({ metadata }) => metadata.name === names[0]);
    assert.equal(apps.metadata.labels!["kubernetes.azure.com/agentpool"], "apps");
    assert.equal(apps.metadata.labels!["kubernetes.azure.com/mode"], "user");
    assert.equal(apps.metadata.labels!.team, "a");
    assert.match(apps.status.nodeInfo.kernelVersion, /^6\.6\./);
    const [system] = nodes.filter(({ metadata }) => metadata.name === names[2]);
    assert.match(system.status.nodeInfo.kernelVersion, /^6\.8\./);
    assert.deepEqual(
      system.spec.taints.filter((one: any) => !one.key.startsWith("node.kubernetes.io/")),
      [{ key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" }],
    );
  });

  it("rescales and removes a pool, and calico-node follows", async () => {
    const calicoNodes = (count: number) =>
      becomes(api, urls.calicoNode, `${count} calico-nodes`, (one) => one.status.numberAvailable === count);
    await host.setPool("first", { ...pools[1], count: 3 });
    await calicoNodes(4);
    await host.setPool("first", { ...pools[1], count: 0 });
    await becomes(api, urls.calicoNode, "1 calico-node", (one) => one.status.desiredNumberScheduled === 1);
    await host.setPool("first", pools[1]);
    await calicoNodes(3);
  });

  it("hands out a kubeconfig that needs no file beside it", async () => {
    const config = load(await host.kubeconfig("first")) as any;
    const [{ cluster }] = config.clusters;
    assert.match(cluster.server, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(cluster.server, host.status("first")!.server);
    assert.ok(cluster["certificate-authority-data"]);
    const file = path.join(bench.workDir, "kubeconfig.yaml");
    fs.writeFileSync(file, await host.kubeconfig("first"), { mode: 0o600 });
    const kubectl = JSON.parse(
      fs.readFileSync(path.join(host.status("first")!.folder, "settings.json"), "utf8"),
    ).kubectl;
    const answer = execFileSync(kubectl, ["--kubeconfig", file, "auth", "whoami", "-o", "name"], {
      cwd: os.tmpdir(),
    });
    assert.ok(answer);
  });

  it("puts back what the platform's manifest says, and keeps a key that it never had", async () => {
    const before = (await api.get(urls.kubeProxy))!;
    assert.equal(before.metadata.labels!["addonmanager.kubernetes.io/mode"], "Reconcile");
    await api.patch(urls.kubeProxy, "strategic", {
      metadata: { annotations: { "example.com/foreign": "stays" } },
      spec: {
        template: {
          spec: {
            nodeSelector: { "example.com/none": "true" },
            containers: [{ name: "kube-proxy", image: "example.com/other" }],
          },
        },
      },
    });
    const after = await becomes(
      api,
      urls.kubeProxy,
      "the platform's image",
      (one) =>
        one.spec.template.spec.containers[0].image === before.spec.template.spec.containers[0].image &&
        one.status.observedGeneration === one.metadata.generation,
    );
    assert.deepEqual(after.spec.template.spec.nodeSelector, { "example.com/none": "true" });
    assert.equal(after.metadata.annotations!["example.com/foreign"], "stays");
    await becomes(api, urls.kubeProxy, "no kube-proxy", (one) => one.status.desiredNumberScheduled === 0);
  });

  it("finds a running cluster again, and touches nothing", async () => {
    const before = pidsOf("first");
    await bench.host({ addonSeconds: 1 }).create({ ...spec("first"), pools }, quiet);
    assert.deepEqual(pidsOf("first"), before);
  });

  it("brings a killed API server back with its data, on its port", async () => {
    await api.create("/api/v1/namespaces/default/configmaps", {
      metadata: { name: "kept" },
      data: { a: "b" },
    });
    const { server } = host.status("first")!;
    await host.killComponent("first", "kube-apiserver");
    assert.equal(await api.ready(), false);
    assert.equal(host.status("first")!.running, false);
    await host.startComponent("first", "kube-apiserver");
    assert.equal(host.status("first")!.server, server);
    const kept = await api.get("/api/v1/namespaces/default/configmaps/kept");
    assert.deepEqual(kept!.data, { a: "b" });
  });

  it("has a killed API server's port free when it says that it is gone", async () => {
    const port = Number(new URL(host.status("first")!.server).port);
    // A process that is dying is a zombie before the last of its threads lets go of its sockets: not every time.
    for (let round = 0; round < 5; round++) {
      await host.killComponent("first", "kube-apiserver");
      await bindable(port);
      await host.startComponent("first", "kube-apiserver");
    }
  });

  it("starts again what has died, with the data kept", async () => {
    for (const part of ["daemon", "kwok-controller", "etcd", "kube-apiserver"] as const) {
      await host.killComponent("first", part);
    }
    await host.create({ ...spec("first"), pools }, quiet);
    assert.ok(host.status("first")!.running);
    assert.ok(await api.get("/api/v1/namespaces/default/configmaps/kept"));
  });

  it("leaves Calico's own parts to a real operator where the stand-in is off", async () => {
    const other = bench.api(bare, "second");
    const installation = (await other.get(urls.installation))!;
    assert.equal(installation.metadata.generation, 1, "as the platform put it, nobody defaulted it");
    assert.equal(installation.spec.calicoNetwork.linuxDataplane, undefined);
    assert.ok(await other.get("/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator"));
    for (const url of [urls.calicoNode, urls.tigera, urls.felix])
      assert.equal(await other.get(url), undefined, url);
  });

  it("says which log to look at when a component cannot start", async () => {
    const { folder, server } = bare.status("second")!;
    await bare.killComponent("second", "kube-apiserver");
    const squatter = net.createServer().listen(Number(new URL(server).port), "127.0.0.1");
    try {
      await assert.rejects(bare.startComponent("second", "kube-apiserver"), (error: Error) => {
        assert.match(error.message, /kube-apiserver ended while it started/);
        assert.match(error.message, /address already in use/);
        assert.ok(error.message.includes(path.join(folder, "clusters", "control-plane", "logs")));
        return true;
      });
    } finally {
      squatter.close();
    }
  });

  it("refuses to act on a cluster that is not there", async () => {
    await assert.rejects(host.kubeconfig("nobody"), /there is no cluster nobody in/);
    assert.equal(host.status("nobody"), undefined);
    await host.delete("nobody");
  });

  it("ends the daemon by itself when the cluster's folder vanishes", async () => {
    const { folder } = bare.status("second")!;
    fs.renameSync(folder, `${folder}.away`);
    try {
      await until(
        "the daemon to end",
        async () => (processes(`daemon.ts ${folder}/`).length === 0 ? true : undefined),
        { seconds: 15 },
      );
    } finally {
      fs.renameSync(`${folder}.away`, folder);
    }
  });

  it("leaves no process and no folder after delete", async () => {
    const { folder } = host.status("first")!;
    assert.notEqual(processes(`${folder}/`).length, 0);
    await host.delete("first");
    assert.deepEqual(processes(`${folder}/`), []);
    assert.equal(fs.existsSync(folder), false);
    assert.notEqual(processes(`${bare.status("second")!.folder}/`).length, 0, "the other one is left alone");
  });
});
