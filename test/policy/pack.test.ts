// What the pack says of itself: clusters that it does not read, and a policy SDK that it was not written for.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { notSeen } from "../../policy/policies/pack";
import { isSecret } from "../../policy/secrets";
import { asPolicySees, packFolder } from "./judge";
import { stacks } from "./stacks";

const template = (type: string) => ({ resources: [{ type, name: "aks", properties: {} }] });
const deployment = (template: unknown) => [
  { type: "azure-native:resources:Deployment", name: "it", props: { properties: { template } } },
];
const declared = (type: string) => [{ type, name: "it" }];
stacks(notSeen, "names each way to declare a cluster that it does not read", {
  right: [
    declared("azure-native:containerservice:ManagedCluster"),
    // What azure-native called its versions before 3.
    declared("azure-native:containerservice/v20210501:ManagedCluster"),
    declared("azure:network/virtualNetwork:VirtualNetwork"),
    deployment(template("Microsoft.Network/virtualNetworks")),
  ],
  wrong: [
    [
      declared("azure:containerservice/kubernetesCluster:KubernetesCluster"),
      "it",
      "the classic Azure provider",
    ],
    [declared("azure:containerservice/kubernetesClusterNodePool:KubernetesClusterNodePool"), "it", "classic"],
    [
      declared("azure-nextgen:containerservice/latest:ManagedCluster"),
      "it",
      "the predecessor of azure-native",
    ],
    [deployment(template("Microsoft.ContainerService/managedClusters")), "it", "a template"],
    [deployment(JSON.stringify(template("Microsoft.ContainerService/managedClusters"))), "it", "a template"],
  ],
});

describe("policy/secrets.ts", () => {
  const refused =
    /policy\/secrets\.ts cannot tell secrets from plain text: .*Run `npm ci` in the pack's folder/;

  it("has the SDK pinned to the version that is installed", () => {
    const { dependencies } = require(path.join(packFolder, "package.json"));
    const { version } = require(path.join(packFolder, "node_modules/@pulumi/policy/package.json"));
    assert.equal(`v${dependencies["@pulumi/policy"]}`, version);
  });

  it("refuses an SDK that has no such function any more", () => {
    const script = `delete require("@pulumi/policy/deserialize").deserializeProperties; require("./secrets")`;
    const args = ["--require", require.resolve("tsx/cjs"), "-e", script];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: packFolder, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, refused);
  });

  it("refuses properties that the SDK has read in another way", () => {
    assert.throws(() => isSecret(asPolicySees({ password: "hunter2" }), ["password"]), refused);
  });
});
