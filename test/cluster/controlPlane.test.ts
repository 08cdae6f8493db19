import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import type { LocalClusters } from "../../rehearsal/clusters";
import { until } from "../../rehearsal/system/wait";
import { Bench, firstBuildMs, processes, quiet, spec, urls } from "./support";

/** Rejects where the port is taken. */
async function bindable(port: number): Promise<void> {
  const probe = net.createServer().listen(port, "127.0.0.1");
  await once(probe, "listening");
  probe.close();
}

/** True where somebody listens. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, host, () => socket.destroy());
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
  });

describe("cluster: control planes on this machine", function () {
  this.timeout(180_000);
  const pools = [
    { name: "system", count: 1, mode: "System" as const, taints: ["CriticalAddonsOnly=true:NoSchedule"] },
    { name: "apps", count: 2, mode: "User" as const, osSku: "AzureLinux", labels: { team: "a" } },
  ];
  const cluster = new Bench({ ...spec("first"), pools }, {});
  const { becomes, get, kill, start } = cluster;
  let bare: LocalClusters;

  before(async function () {
    this.timeout(firstBuildMs);
    bare = cluster.hostWith({ operator: false });
    await bare.create(spec("second", 1), quiet);
  });

  const statusOf = (name: string) => cluster.host.status(name)!;
  const pidsOf = (name: string) => statusOf(name).components.map(({ pid }) => pid!);

  it("runs two side by side, each of its own", () => {
    const [first, second] = [statusOf("first"), statusOf("second")];
    assert.ok(first.running && second.running);
    assert.notEqual(first.server, second.server);
    assert.equal(new Set([...pidsOf("first"), ...pidsOf("second")]).size, 12);
    assert.deepEqual(cluster.host.names().sort(), ["first", "second"]);
  });

  it("listens on 127.0.0.1 and nowhere else", async () => {
    const { options } = load(
      fs.readFileSync(path.join(statusOf("first").folder, "kwokctl.yaml"), "utf8"),
    ) as any;
    const ports = Object.keys(options).filter((name) => name.endsWith("Port"));
    assert.equal(ports.length, 6);
    const others = Object.values(os.networkInterfaces()).flatMap((all) =>
      all!.filter((one) => !one.internal),
    );
    for (const port of ports.map((name) => options[name] as number)) {
      assert.ok(await answers("127.0.0.1", port), String(port));
      for (const { address } of others) assert.ok(!(await answers(address, port)), `${address} ${port}`);
    }
  });

  it("makes nodes as AKS names, labels and taints them, with the kernel of their image", async () => {
    const nodes = await cluster.api.list("/api/v1/nodes");
    const [apps, , system] = nodes.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    assert.deepEqual(
      nodes.map(({ metadata }) => metadata.name),
      ["aks-apps-12345678-vmss000000", "aks-apps-12345678-vmss000001", "aks-system-12345678-vmss000000"],
    );
    const labels = apps.metadata.labels!;
    assert.equal(labels["kubernetes.azure.com/agentpool"], "apps");
    assert.equal(labels["kubernetes.azure.com/mode"], "user");
    assert.equal(labels.team, "a");
    assert.match(apps.status.nodeInfo.kernelVersion, /^6\.6\./);
    assert.match(system.status.nodeInfo.kernelVersion, /^6\.8\./);
    assert.deepEqual(
      system.spec.taints.filter((one: any) => !one.key.startsWith("node.kubernetes.io/")),
      [{ key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" }],
    );
  });

  it("rescales and removes a pool, and calico-node follows", async () => {
    for (const [count, nodes] of [
      [3, 4],
      [0, 1],
      [2, 3],
    ]) {
      await cluster.host.setPool("first", { ...pools[1], count });
      await becomes(
        urls.calicoNode,
        ({ status }) => status.desiredNumberScheduled === nodes && status.numberAvailable === nodes,
      );
    }
  });

  it("hands out a kubeconfig that needs no file beside it", async () => {
    const text = await cluster.host.kubeconfig("first");
    const [{ cluster: handedOut }] = (load(text) as any).clusters;
    assert.match(handedOut.server, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(handedOut.server, statusOf("first").server);
    assert.ok(handedOut["certificate-authority-data"]);
    const file = path.join(cluster.workDir, "kubeconfig.yaml");
    fs.writeFileSync(file, text, { mode: 0o600 });
    const settings = fs.readFileSync(path.join(statusOf("first").folder, "settings.json"), "utf8");
    const whoami = ["--kubeconfig", file, "auth", "whoami", "-o", "name"];
    assert.ok(execFileSync(JSON.parse(settings).kubectl, whoami, { cwd: os.tmpdir() }));
  });

  it("puts back what the platform's manifest says, and keeps a key that it never had", async () => {
    const before = await get(urls.kubeProxy);
    assert.equal(before.metadata.labels!["addonmanager.kubernetes.io/mode"], "Reconcile");
    const nodeSelector = { "example.com/none": "true" };
    const containers = [{ name: "kube-proxy", image: "example.com/other" }];
    await cluster.api.patch(urls.kubeProxy, {
      metadata: { annotations: { "example.com/foreign": "stays" } },
      spec: { template: { spec: { nodeSelector, containers } } },
    });
    const imageOf = (set: typeof before) => set.spec.template.spec.containers[0].image;
    const after = await becomes(
      urls.kubeProxy,
      (one) => imageOf(one) === imageOf(before) && one.status.observedGeneration === one.metadata.generation,
    );
    assert.deepEqual(after.spec.template.spec.nodeSelector, nodeSelector);
    assert.equal(after.metadata.annotations!["example.com/foreign"], "stays");
    await becomes(urls.kubeProxy, (one) => one.status.desiredNumberScheduled === 0);
  });

  it("finds a running cluster again, and touches nothing", async () => {
    const before = pidsOf("first");
    await cluster.hostWith({}).create(cluster.first, quiet);
    assert.deepEqual(pidsOf("first"), before);
  });

  it("brings a killed API server back with its data, on its port, which is free meanwhile", async () => {
    await cluster.api.create("/api/v1/namespaces/default/configmaps", { metadata: { name: "kept" } });
    const { server } = statusOf("first");
    // A process that is dying is a zombie before the last of its threads lets go of its sockets: not every time.
    for (let round = 0; round < 3; round++) {
      await kill("kube-apiserver");
      await bindable(Number(new URL(server).port));
      assert.equal(await cluster.api.ready(), false);
      assert.equal(statusOf("first").running, false);
      await start("kube-apiserver");
    }
    assert.equal(statusOf("first").server, server);
    await get("/api/v1/namespaces/default/configmaps/kept");
  });

  it("starts again what has died, with the data kept", async () => {
    for (const part of ["daemon", "kwok-controller", "etcd", "kube-apiserver"] as const) await kill(part);
    await cluster.host.create(cluster.first, quiet);
    assert.ok(statusOf("first").running);
    await get("/api/v1/namespaces/default/configmaps/kept");
  });

  it("leaves Calico's own parts to a real operator where the stand-in is off", async () => {
    const other = cluster.apiOf("second");
    const installation = (await other.get(urls.installation))!;
    assert.equal(installation.metadata.generation, 1, "as the platform put it, nobody defaulted it");
    assert.equal(installation.spec.calicoNetwork.linuxDataplane, undefined);
    assert.ok(await other.get(urls.operator));
    for (const url of [urls.calicoNode, urls.tigera, urls.felix])
      assert.equal(await other.get(url), undefined, url);
  });

  it("says which log to look at when a component cannot start", async () => {
    const { server, components } = statusOf("second");
    await bare.killComponent("second", "kube-apiserver");
    const squatter = net.createServer().listen(Number(new URL(server).port), "127.0.0.1");
    try {
      await assert.rejects(bare.startComponent("second", "kube-apiserver"), ({ message }: Error) => {
        assert.match(message, /kube-apiserver ended while it started[^]*address already in use/);
        return message.includes(components.find(({ name }) => name === "kube-apiserver")!.log);
      });
    } finally {
      squatter.close();
    }
  });

  it("refuses to act on a cluster that is not there", async () => {
    await assert.rejects(cluster.host.kubeconfig("nobody"), /there is no cluster nobody in/);
    assert.equal(cluster.host.status("nobody"), undefined);
    await cluster.host.delete("nobody");
  });

  it("ends the daemon by itself when the cluster's folder vanishes", async () => {
    const { folder } = statusOf("second");
    fs.renameSync(folder, `${folder}.away`);
    try {
      const ended = async () => processes(`daemon.ts ${folder}/`).length === 0 || undefined;
      await until("the daemon to end", ended, { seconds: 15 });
    } finally {
      fs.renameSync(`${folder}.away`, folder);
    }
  });

  it("leaves no process and no folder after delete", async () => {
    const { folder } = statusOf("first");
    assert.notEqual(processes(`${folder}/`).length, 0);
    await cluster.host.delete("first");
    assert.deepEqual(processes(`${folder}/`), []);
    assert.equal(fs.existsSync(folder), false);
    assert.notEqual(processes(`${statusOf("second").folder}/`).length, 0, "the other one is left alone");
  });
});
