// examples/source-ip by the commands of its README: a cluster's stack, and an application's that refers to it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { load } from "js-yaml";
import { localClusters } from "../../rehearsal/clusters";
import { PodNetwork } from "../cli/podNetwork";
import { temporaryFolder } from "../cluster/support";
import { CommandLine } from "./commandLine";
import { ok, root, startTimeoutMs } from "./harness";

const example = "examples/source-ip";
const readme = fs.readFileSync(path.join(root, example, "README.md"), "utf8");

/** Without what each run names anew. */
const lasting = (screen: string) => screen.replace(/\b10(\.\d+){3}\b|\baks-\w{6}$/gm, "...");

describe(example, function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  const [makeCluster, makeApp, destroyApp, endApp, endCluster] = [
    ...readme.replace(/ *\\\n */g, " ").matchAll(/^npm run rehearse(?: --)?([^#\n]*)/gm),
  ].map(([, args]) => args.trim().split(/\s+/).filter(Boolean));
  const change = (setting: string) => [...makeApp, "-c", setting];
  const folder = temporaryFolder();
  const kubeconfig = path.join(folder, "kubeconfig.yaml");
  let config: k8s.KubeConfig;

  before(async () => {
    ok(await line.run(makeCluster));
    const output = ["stack", "output", "kubeconfig", "--show-secrets"];
    const { stdout } = await line.run(["pulumi", ...output]);
    fs.writeFileSync(kubeconfig, stdout);
    config = new k8s.KubeConfig();
    config.loadFromFile(kubeconfig);
  });
  after(async () => {
    await line.end();
    fs.rmSync(folder, { recursive: true });
  });

  const namespaces = async () => {
    const { items } = await config.makeApiClient(k8s.CoreV1Api).listNamespace();
    return items.map(({ metadata }) => metadata!.name!).filter((name) => name.startsWith("source-ip"));
  };

  for (const wrong of ["", "203.0.113.7", "203.0.113.0/33"])
    it(`refuses "${wrong}" as a range, in plain words, and makes nothing`, async () => {
      const refused = await line.run(change(`clientRange=${wrong}`));
      assert.equal(refused.code, 1, refused.text);
      assert.ok(
        refused.text.includes(`clientRange "${wrong}" is not a range of IPv4 addresses; write`),
        refused.text,
      );
      assert.doesNotMatch(refused.text, /\n\s+at /, "a stack trace");
      assert.deepEqual(await namespaces(), []);
    });

  it("up: a server behind a load balancer, which one range of clients may ask", async () => {
    const made = await line.run(makeApp);
    ok(made);
    const outputs = /namespace: "(.*)"\n +url +: "http:\/\/(.*)\/clientip"/;
    const [, namespace, address] = outputs.exec(made.text)!;
    const service = await config.makeApiClient(k8s.CoreV1Api).listNamespacedService({ namespace });
    const [{ spec, status }] = service.items;
    assert.equal(spec!.type, "LoadBalancer");
    assert.equal(spec!.externalTrafficPolicy, "Cluster");
    assert.equal(status!.loadBalancer!.ingress![0].ip, address);
    const policies: any = await config.makeApiClient(k8s.CustomObjectsApi).listNamespacedCustomObject({
      group: "crd.projectcalico.org",
      version: "v1",
      plural: "networkpolicies",
      namespace,
    });
    const [policy] = policies.items;
    assert.deepEqual(policy.spec.types, ["Ingress"]);
    assert.deepEqual(policy.spec.ingress, [
      {
        action: "Allow",
        protocol: "TCP",
        source: { nets: ["203.0.113.0/24", "168.63.129.16/32"] },
        destination: { ports: [8080] },
      },
    ]);
    // It is that of the pods which the Service leads to.
    const { items } = await config.makeApiClient(k8s.AppsV1Api).listNamespacedDeployment({ namespace });
    const [[key, value]] = Object.entries(spec!.selector!);
    assert.equal(policy.spec.selector, `${key} == '${value}'`);
    assert.equal(items[0].spec!.template.metadata!.labels![key], value);
    assert.equal(items[0].status!.readyReplicas, 2);
  });

  it("the kubeconfig stays a secret on its way", async () => {
    const exported = await line.state("app");
    const provider = exported.deployment.resources.find(
      ({ type }: any) => type === "pulumi:providers:kubernetes",
    );
    assert.equal(
      provider.inputs.kubeconfig["4dabf18193072939515e22adb298388d"],
      "1b47061264138c4ac30d75fd1eb44270",
    );
    const { users } = load(fs.readFileSync(kubeconfig, "utf8")) as any;
    const key = users[0].user["client-key-data"];
    assert.ok(key.length > 200);
    assert.ok(!JSON.stringify(exported).includes(key.slice(40, 120)));
  });

  it("a second up changes nothing; another range changes the policy alone", async () => {
    const second = await line.run(makeApp);
    ok(second);
    assert.match(second.text, /Resources:\n +\d+ unchanged\n/);
    const other = await line.run(change("clientRange=198.51.100.0/24"));
    ok(other);
    assert.match(other.text, /Resources:\n +~ 1 updated\n/);
    assert.match(other.text, /NetworkPolicy clients updated/);
  });

  it("other credentials of the cluster's change the provider alone", async () => {
    ok(await line.run(["--fault", "kubeconfig-rotated", "up", "--yes", "--skip-preview"]));
    const rotated = await line.run(makeApp);
    ok(rotated);
    // That the policy goes back to the README's range is the other one.
    assert.match(rotated.text, /Resources:\n +~ 2 updated\n +4 unchanged\n/);
  });

  it("connectivity: through a load balancer the server sees the client's address", async () => {
    const host = localClusters({
      workDir: path.join(line.stateRoot, "dev", "clusters"),
      progress: () => undefined,
    });
    const [name] = host.names();
    const network = new PodNetwork({
      workDir: folder,
      host,
      first: { name },
      kill: (part) => host.killComponent(name, part),
      start: (part) => host.startComponent(name, part),
    });
    try {
      await network.start(kubeconfig);
      const options = ["--load-balancer", "--port", String(network.port), "--my-address", "127.0.0.1"];
      const main = ["--import", "tsx", "cli/main.ts", "--kubeconfig", kubeconfig];
      const ended = await line.program(process.execPath, [...main, "connectivity", ...options]);
      ok(ended);
      assert.match(ended.stdout, /^ok +source IP preserved, LoadBalancer +the server saw 127\.0\.0\.1$/m);
      const [, screen] = /^```text\n(Connectivity .*?)^```$/ms.exec(readme)!;
      assert.equal(lasting(ended.stdout), lasting(screen), ended.text);
    } finally {
      network.end();
    }
  });

  it("destroy takes the application away and leaves the cluster well", async () => {
    ok(await line.run(destroyApp));
    assert.deepEqual(await line.names("app"), []);
    assert.deepEqual(await namespaces(), []);
    ok(await line.run(["verify"]));
    ok(await line.run(endApp));
    ok(await line.run(endCluster));
  });
});
