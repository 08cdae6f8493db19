// Programs that have nothing of this repository in them, rehearsed from folders outside of it: one in TypeScript that
// makes a cluster, and one in YAML that works on the first one's.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { nameOf } from "../pulumi";
import { CommandLine } from "./commandLine";
import { ok, root, startTimeoutMs } from "./harness";

const yes = ["--yes", "--skip-preview"];
const otherSubscription = "/subscriptions/11111111-1111-1111-1111-111111111111/";

describe("a foreign program", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "foreign-"));
  let kubeconfig: string;

  before(() => {
    for (const name of ["shop", "stall"])
      fs.cpSync(path.join(__dirname, "programs/foreign", name), path.join(scratch, name), {
        recursive: true,
      });
    const shared = path.join(__dirname, "programs/foreign/shared");
    for (const name of ["shop", "stall"]) fs.cpSync(shared, path.join(scratch, name), { recursive: true });
    fs.symlinkSync(path.join(root, "node_modules"), path.join(scratch, "shop/node_modules"));
  });
  after(async () => {
    await line.end();
    fs.rmSync(scratch, { recursive: true, force: true });
  });

  const rehearse = (name: string, ...args: string[]) =>
    line.run(["-C", path.join(scratch, name), "--stack", name, ...args]);
  const resources = async (stack: string): Promise<any[]> =>
    (await line.state(stack)).deployment.resources ?? [];

  async function readKubeconfig(): Promise<void> {
    const output = await rehearse("shop", "pulumi", "stack", "output", "kubeconfig", "--show-secrets");
    kubeconfig = path.join(scratch, "kubeconfig.yaml");
    fs.writeFileSync(kubeconfig, output.stdout);
  }

  async function deployment(namespace: string, name: string) {
    const config = new k8s.KubeConfig();
    config.loadFromFile(kubeconfig);
    return config.makeApiClient(k8s.AppsV1Api).readNamespacedDeployment({ namespace, name });
  }

  /** Up, nothing to do, one value changed. */
  async function story(stack: string, namespace: string, ...config: string[]) {
    const first = await rehearse(stack, "up", ...yes, ...config);
    ok(first);
    assert.match(first.text, /= +kubernetes:core\/v1:Namespace public imported/);
    assert.match(first.text, /status +: "deployed"/);
    assert.match(first.text, /name +: "\w+(-\w+)+"/);
    const elsewhere = (await resources(stack)).filter(({ id = "" }) => id.startsWith(otherSubscription));
    assert.ok(elsewhere.length > 0, "resources in the other subscription");
    if (stack === "shop") await readKubeconfig();
    for (const name of ["back", "front"]) await deployment(namespace, name);

    const second = await rehearse(stack, "up", ...yes);
    ok(second);
    assert.match(second.text, /Resources:\n +\d+ unchanged\n/);

    const changed = await rehearse(stack, "up", ...yes, "-c", "replicas=3");
    ok(changed);
    assert.match(changed.text, /helm\.sh\/v3:Release front updated .*\[diff: ~values\]/);
    assert.match(changed.text, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
    assert.equal((await deployment(namespace, "front")).spec!.replicas, 3);
  }

  async function destroyed(stack: string) {
    ok(await rehearse(stack, "destroy", ...yes));
    assert.deepEqual(await resources(stack), []);
  }

  it("in TypeScript: up, unchanged, a changed value", () => story("shop", "team"));

  it("pulumi import takes a resource of the cluster in and shows its declaration", async () => {
    const provider = (await resources("shop")).find(
      ({ type, urn }) => type === "pulumi:providers:kubernetes" && nameOf(urn) === "shop",
    );
    const imported = await rehearse(
      "shop",
      ...["pulumi", "import", "kubernetes:core/v1:ConfigMap", "roots", "kube-system/kube-root-ca.crt"],
      ...["--provider", `shop=${provider.urn}`, "--yes"],
    );
    ok(imported);
    assert.match(imported.text, /const roots = new kubernetes\.core\.v1\.ConfigMap\("roots", \{/);
    assert.match(imported.text, /protect: true,\n +provider: shop,/);
    const { urn } = (await resources("shop")).find((one) => nameOf(one.urn) === "roots");
    ok(await rehearse("shop", "pulumi", "state", "delete", urn, "--force", "--yes"));
  });

  it("in YAML, on the same cluster: up, unchanged, a changed value, destroy", async () => {
    await story("stall", "stall", "-c", `kubeconfig=${kubeconfig}`);
    await destroyed("stall");
  });

  it("destroy leaves nothing, but what it had only taken in", async () => {
    const config = new k8s.KubeConfig();
    config.loadFromFile(kubeconfig);
    await config.makeApiClient(k8s.CoreV1Api).readNamespace({ name: "kube-public" });
    await destroyed("shop");
    assert.deepEqual(line.processes(), []);
  });
});
