// The API server's way to the nodes: what its node proxy finds there, and kubelet's part, which is kwok's.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { until } from "../../rehearsal/system/wait";
import { Bench, spec, urls } from "./support";

describe("cluster: the API server's way to the nodes", function () {
  this.timeout(180_000);
  const cluster = new Bench(spec("reached", 2), { statusLagSeconds: 0.3 });
  const { patch, settled, setDataplane, setFaults, kill, start } = cluster;
  const [first, second] = [0, 1].map((index) => `aks-system-12345678-vmss00000${index}`);
  const nodes = "/api/v1/nodes";
  const pods = "/api/v1/namespaces/kube-system/pods";

  const ask = (node: string, port: number, what = "healthz"): Promise<any> =>
    cluster.api.get(`${nodes}/${node}:${port}/proxy/${what}`);
  const refuses = (asked: Promise<unknown>) =>
    assert.rejects(asked, ({ code, message }: any) => {
      assert.match(message, /503 connection refused/);
      return code === 503;
    });
  const answers = (node: string, port: number) =>
    until(`an answer of ${node}`, () => ask(node, port).catch(() => undefined), { seconds: 60 });

  it("before the switch kube-proxy answers at its own port, and nobody at Felix's", async () => {
    const { lastUpdated, currentTime, nodeEligible } = await ask(first, 10256);
    assert.equal(nodeEligible, true);
    for (const time of [lastUpdated, currentTime])
      assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
    for (const node of [first, second]) await refuses(ask(node, 10258));
  });

  it("kube-proxy-on-felix-port: kube-proxy answers where Felix is to, and not at its own", async () => {
    await setFaults("kube-proxy-on-felix-port");
    for (const node of [first, second]) await answers(node, 10258);
    await refuses(ask(first, 10256));
    await setFaults();
    for (const node of [first, second]) await answers(node, 10256);
    await refuses(ask(first, 10258));
  });

  it("on eBPF Felix answers, but not on the node where it falls back; the daemon was killed meanwhile", async () => {
    await setFaults("felix-falls-back");
    await patch(urls.felix, { spec: { bpfKubeProxyHealthzPort: 10258 } });
    await setDataplane("BPF");
    await settled();
    assert.equal((await answers(second, 10258)).nodeEligible, true);
    await refuses(ask(first, 10258));
    await setFaults();
    await answers(first, 10258);
    assert.equal(await ask(first, 10258, "metrics"), undefined, "404");
  });

  it("on a node that is about to go kube-proxy gives 503, and Felix does not", async () => {
    const taint = { key: "ToBeDeletedByClusterAutoscaler", value: "1", effect: "NoSchedule" };
    await patch(`${nodes}/${second}`, { spec: { taints: [taint] } });
    const goes = () =>
      ask(second, 10256).then(
        () => undefined,
        ({ message }: Error) => /: 503 .*"nodeEligible":false/.test(message) || undefined,
      );
    await until("503", goes, { seconds: 30 });
    for (const [node, port] of [
      [second, 10258],
      [first, 10256],
    ] as const)
      assert.equal((await ask(node, port)).nodeEligible, true);
  });

  it("leads to kwok at kubelet's port, for logs and commands, and nowhere else", async () => {
    const [pod] = (await cluster.api.list(pods)).filter(({ metadata }) =>
      metadata.name.startsWith("coredns"),
    );
    const kubelet = `${nodes}/${pod.spec.nodeName}/proxy`;
    assert.equal(await cluster.api.get(`${kubelet}/healthz`), "ok");
    await assert.rejects(cluster.api.get(`${pods}/${pod.metadata.name}/log`), /no logs found/);
    await refuses(ask(first, 22));
    await refuses(cluster.api.get(`${pods}/${pod.metadata.name}:8080/proxy/health`));
  });

  it("the API server starts without the daemon, which finds its place again after kill -9", async () => {
    const { folder } = cluster.host.status("reached")!;
    const socket = path.join(folder, "clusters/control-plane/egress.sock");
    await kill("daemon");
    await kill("kube-apiserver");
    await start("kube-apiserver");
    assert.ok(fs.existsSync(socket), "the daemon had no time to remove it");
    await assert.rejects(ask(first, 10258), /connect: connection refused/);
    await start("daemon");
    await answers(first, 10258);
    await cluster.host.delete("reached");
    assert.equal(fs.existsSync(socket), false);
  });
});
