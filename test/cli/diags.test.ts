// `diags` on a cluster of the rehearsal: what is in the archive, what is not, and with which rights.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { layout } from "../../rehearsal/controlPlane/kwok";
import { withApi } from "../../rehearsal/controlPlane/api";
import { urls } from "../cluster/support";
import { host, StayingCluster, startTimeoutMs } from "../rehearsal/harness";
import { accountWith, changed, cli } from "./command";
import { unpack } from "./unpack";

const secret = "hunter2T0pS3cr3t";
/** Without the padding, so that it is found in the midst of something. */
const base64 = (text: string) => Buffer.from(text).toString("base64").replace(/=+$/, "");
const certificate = `-----BEGIN CERTIFICATE-----\n${base64(secret.repeat(5))}\n-----END CERTIFICATE-----\n`;
const jwt = `${base64('{"alg":"RS256"}')}.${base64(secret)}.c2lnbmF0dXJl`;
/** As they would stand in a text. */
const planted = [secret, base64(secret), base64(secret.repeat(5)), base64(certificate).slice(40, 80)];

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const uid = "6f3e1c9a-52b1-4f0e-9d61-0d2f7a1b3c4d";

const leaky = {
  metadata: {
    name: "leaky",
    namespace: "calico-system",
    annotations: { "example.com/api-key": secret, "example.com/uid": uid, "example.com/ca": certificate },
  },
  spec: {
    containers: [
      {
        name: "leaky",
        image: `registry.corp/leaky@${digest}`,
        args: [
          "--token",
          secret,
          `--connection-string=AccountName=a;AccountKey=${secret}`,
          `--header=${jwt}`,
        ],
        env: [
          { name: "DB_PASSWORD", value: secret },
          { name: "UPSTREAM", value: `https://bob:${secret}@registry.corp/x?sig=${secret}&se=2026` },
        ],
      },
    ],
  },
};

describe("aks-calico-ebpf diags", function () {
  this.timeout(120_000);
  let cluster: StayingCluster;
  const fileOf = (name: string) => path.join(cluster.folder, `${name}.tar.gz`);
  const run = async (name: string, kubeconfig = cluster.kubeconfigFile, ...args: string[]) => {
    const ran = await cli(kubeconfig, "diags", "-o", fileOf(name), ...args);
    return { ...ran, entries: ran.code === 0 ? await unpack(fileOf(name)) : new Map<string, string>() };
  };

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start();
    await withApi(layout(cluster.clusters.status("stays")!.folder), async (api) => {
      await api.create("/api/v1/namespaces/calico-system/pods", leaky);
      await api.patch(urls.installation, {
        metadata: {
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
              spec: { password: secret },
            }),
          },
        },
      });
      const [node] = await api.list("/api/v1/nodes");
      await api.patch(`/api/v1/nodes/${node.metadata.name}`, {
        metadata: { annotations: { "example.com/join-command": `kubeadm join --token ${secret}`, uid } },
      });
      await api.create("/api/v1/namespaces/tigera-operator/configmaps", {
        metadata: { name: "kubernetes-services-endpoint" },
        data: {
          KUBERNETES_SERVICE_HOST: host,
          kubeconfig: `users:\n- user:\n    client-key-data: ${base64(secret)}\n    token: ${secret}\n`,
          "ca.crt": certificate,
        },
      });
      await api.create("/api/v1/namespaces/calico-system/events", {
        metadata: { name: "leaky.1" },
        involvedObject: { kind: "Pod", name: "leaky", namespace: "calico-system" },
        reason: "Failed",
        message: `unauthorized: Authorization: Bearer ${jwt}`,
      });
      await api.create("/apis/crd.projectcalico.org/v1/ippools", {
        apiVersion: "crd.projectcalico.org/v1",
        kind: "IPPool",
        metadata: { name: "pods" },
        spec: { cidr: "10.244.0.0/16" },
      });
      await api.create("/api/v1/namespaces/calico-system/secrets", {
        metadata: { name: "typha-certs" },
        stringData: { "tls.key": secret },
      });
    });
  });
  after(() => cluster?.end());

  it("has what support asks for", async () => {
    const { code, stdout, stderr, entries } = await run("all");
    assert.equal(code, 0, stderr);
    const object = (name: string): any => load(entries.get(name)!);
    const [installation] = object("cluster/installations.operator.tigera.io.yaml").items;
    assert.equal(installation.kind, "Installation");
    assert.ok(installation.metadata.managedFields.length > 0);
    const names = (file: string) => object(file).items.map(({ metadata }: any) => metadata.name);
    assert.ok(names("cluster/tigerastatuses.operator.tigera.io.yaml").includes("calico"));
    assert.deepEqual(names("cluster/felixconfigurations.crd.projectcalico.org.yaml"), ["default"]);
    assert.deepEqual(names("cluster/ippools.crd.projectcalico.org.yaml"), ["pods"]);
    assert.equal(names("cluster/nodes.yaml").length, 3);
    assert.equal(
      names("calico-system/pods.yaml").filter((name: string) => /calico-node/.test(name)).length,
      3,
    );
    assert.ok(names("calico-system/events.yaml").length > 1);
    assert.equal(object("kube-system/daemonsets-kube-proxy.yaml").metadata.name, "kube-proxy");
    assert.equal(object("tigera-operator/deployments-tigera-operator.yaml").kind, "Deployment");
    const { kubernetes, kubelets, images } = object("versions.yaml");
    assert.deepEqual(kubelets, { [kubernetes.gitVersion]: 3 });
    assert.equal(images["mcr.microsoft.com/oss/v2/tigera/operator:v1.40.2"], 1);
    assert.match(entries.get("status.txt")!, /^Calico eBPF on stays\n/);
    assert.equal(JSON.parse(entries.get("status.json")!).context, "stays");
    assert.match(
      stdout,
      /^\/.*all\.tar\.gz \(\d+ KiB\)\n  status, versions, objects and events \(\d+ files\); /,
    );
  });

  it("has nothing that is secret, and everything else", async () => {
    const { entries } = await run("secrets");
    for (const [name, text] of entries)
      for (const one of planted) assert.ok(!text.includes(one), `${one} is in ${name}`);
    const pods = entries.get("calico-system/pods.yaml")!;
    for (const one of [digest, uid, "registry.corp", "--connection-string=", "&se=2026", "DB_PASSWORD"])
      assert.ok(pods.includes(one), one);
    assert.ok(entries.get("tigera-operator/configmaps-kubernetes-services-endpoint.yaml")!.includes(host));
    assert.ok(entries.get("cluster/nodes.yaml")!.includes("kubeadm join --token <redacted>"));
  });

  it("has all with the rights that it prints, and asks for no Secret", async () => {
    const { stdout } = await cli(cluster.kubeconfigFile, "diags", "--role");
    assert.doesNotMatch(stdout, /secrets/);
    const { entries } = await run("role", await accountWith(cluster.kubeconfigFile, "helper", stdout));
    assert.doesNotMatch(entries.get("unread.txt")!, /forbidden/);
    assert.doesNotMatch(entries.get("status.txt")!, /forbidden/);
  });

  it("names what it may not read", async () => {
    const rights = `
kind: ClusterRole
apiVersion: rbac.authorization.k8s.io/v1
metadata: { name: few }
rules: [{ apiGroups: [""], resources: [nodes], verbs: [list] }]
`;
    const ran = await run("few", await accountWith(cluster.kubeconfigFile, "few", rights));
    assert.equal(ran.code, 0, ran.stderr);
    assert.ok(ran.entries.has("cluster/nodes.yaml"));
    const unread = ran.entries.get("unread.txt")!;
    assert.match(unread, /^could not be read:\n/);
    for (const one of ["cluster/installations", "calico-system/pods", "kube-system/daemonsets-kube-proxy"])
      assert.match(unread, new RegExp(`^  ${one}.*\\.yaml: .* is forbidden: User .*few`, "m"));
    assert.match(ran.stdout, /not read \(unread.txt says why\): .* and \d+ more\n/);
    assert.match(ran.stdout, /`aks-calico-ebpf diags --role`/);
  });

  it("ends with 3 and writes nothing where the cluster cannot be reached", async () => {
    const nobody = changed(cluster.kubeconfigFile, "nobody.yaml", (config) => {
      config.clusters[0].cluster.server = "https://127.0.0.1:1";
    });
    const { code, stderr } = await run("nobody", nobody);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /^error: https:\/\/127.0.0.1:1 does not answer/);
    assert.equal(fs.existsSync(fileOf("nobody")), false);
  });
});
