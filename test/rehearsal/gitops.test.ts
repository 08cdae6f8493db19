// What examples/gitops says, done as the Pulumi Kubernetes Operator's agent does it (agent/pkg/server/server.go of v2.9.0):
// the settings all at once, as JSON, and `pulumi up --refresh`, at a commit and at each resync.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as yaml from "js-yaml";
import { nameOf } from "../pulumi";
import { kubectlEnv } from "../kubectl";
import { readPage } from "../unit/pages";
import { CommandLine } from "./commandLine";
import { eventually, ok, startTimeoutMs } from "./harness";

const [, , stack] = yaml.loadAll(readPage("examples/gitops/stack.yaml")) as any[];
const { config, refresh, repoDir = "." } = stack.spec;

describe("examples/gitops", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());
  const rehearse = (...args: string[]) => line.run(["-C", repoDir, "--stack", "prod", ...args]);

  /** An update of the operator's, with the settings that the commit has. */
  async function update(settings: object) {
    const values = Object.entries(settings).map(([key, value]) => {
      const json = JSON.stringify(value);
      return [key, typeof value === "string" ? { value } : { value: json, objectValue: value }];
    });
    ok(await rehearse("pulumi", "config", "set-all", "--json", JSON.stringify(Object.fromEntries(values))));
    const ended = await rehearse("up", "--yes", "--skip-preview", ...(refresh ? ["--refresh"] : []));
    ok(ended);
    return ended.text;
  }
  const resources = async (): Promise<any[]> => (await line.state("prod")).deployment.resources;

  it("a commit: the cluster that the Stack asks for, on eBPF", async () => {
    await update(config);
    ok(await rehearse("verify"));
    const cluster = (await resources()).find(({ urn }) => nameOf(urn) === "aks-cluster");
    assert.equal(cluster.protect, true);
    const [{ minCount, maxCount }] = cluster.inputs.agentPoolProfiles;
    const { min, max } = config["aks-calico-ebpf:systemPool"].autoscaling;
    assert.deepEqual([minCount, maxCount], [min, max]);
    assert.match(await update(config), /Resources:\n +\d+ unchanged\n/);
  });

  it("a resync puts back what somebody changed by hand", async () => {
    const output = await rehearse("pulumi", "stack", "output", "kubeconfig", "--show-secrets");
    const kubeconfig = path.join(line.stateRoot, "prod", "kubeconfig");
    fs.writeFileSync(kubeconfig, output.stdout);
    const env = await kubectlEnv(kubeconfig);
    const iptables = '{"spec":{"calicoNetwork":{"linuxDataplane":"Iptables"}}}';
    execFileSync("kubectl", ["patch", "installation", "default", "--type=merge", "-p", iptables], { env });
    assert.match(await update(config), /InstallationPatch aks-dataplane-switch updated/);
    // The layers behind it are as they were, so no wait of theirs begins anew, and the operator still rolls.
    await eventually(async () => {
      const verify = await rehearse("verify");
      return verify.code === 0 ? undefined : verify.text;
    }, 60);
  });

  it("a commit with one word changed is the way back", async () => {
    await update({ ...config, "aks-calico-ebpf:dataplane": "Iptables" });
    ok(await rehearse("verify"));
    assert.ok((await resources()).some(({ urn }) => nameOf(urn) === "aks-iptables-rolled-out"));
  });
});
