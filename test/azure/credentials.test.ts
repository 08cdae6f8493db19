import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import yaml from "js-yaml";
import { getToken, loginModes, writeKubeloginShim } from "../../rehearsal/azure/kubelogin";
import { kubeconfig, removeFolders, withCluster, world, type World } from "./fixtures";

const args = { resourceGroupName: "rg", resourceName: "aks" };
const token = (name: string) => `azure-native:containerservice:${name}`;
const signal = new AbortController().signal;
const entra = (all: any) => Object.assign(all, { aadProfile: { managed: true }, disableLocalAccounts: true });

async function userConfig(made: World, name = "listManagedClusterUserCredentials"): Promise<any> {
  const result = await made.azure.invoke(token(name), args, signal);
  const [{ name: kind, value }] = result.kubeconfigs as { name: string; value: string }[];
  return { kind, ...(yaml.load(Buffer.from(value, "base64").toString()) as object) };
}

describe("azure: credentials", () => {
  after(removeFolders);

  it("are the control plane's own, in AKS's shape", async () => {
    const config = await userConfig(await withCluster());
    assert.equal(config.kind, "Config");
    assert.equal(config["current-context"], "aks");
    assert.deepEqual(config.clusters[0].cluster, {
      server: "https://127.0.0.1:6443",
      "certificate-authority-data": "Q0E=",
    });
    assert.deepEqual(config.users, [
      {
        name: "clusterUser_rg_aks",
        user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" },
      },
    ]);
  });
  it("of the administrator bear another name", async () => {
    const config = await userConfig(await withCluster(), "listManagedClusterAdminCredentials");
    assert.equal(config["current-context"], "aks-admin");
  });
  it("run kubelogin where Entra signs people in", async () => {
    const config = await userConfig(await withCluster(entra));
    const { exec } = config.users[0].user;
    assert.equal(exec.command, "kubelogin");
    assert.deepEqual(exec.args.slice(0, 5), [
      "get-token",
      "--environment",
      "AzurePublicCloud",
      "--server-id",
      "6dae42f8-4368-4678-94ff-3960e28e3630",
    ]);
    assert.ok(!JSON.stringify(config).includes("client-key"));
  });
  it("stand in the file line by line as AKS writes them", async () => {
    const result = await (
      await withCluster(entra)
    ).azure.invoke(token("listManagedClusterUserCredentials"), args, signal);
    const text = Buffer.from((result.kubeconfigs as { value: string }[])[0].value, "base64").toString();
    assert.match(text, /^ +- --login\n +- devicecode$/m);
    assert.match(text, /^ +- --server-id\n +- 6dae42f8-4368-4678-94ff-3960e28e3630$/m);
  });
  it("of the administrator are not given where local accounts are off", async () => {
    await assert.rejects(
      userConfig(await withCluster(entra), "listManagedClusterAdminCredentials"),
      /Code="BadRequest" Message="Getting static credential is not allowed because/,
    );
  });
  it("are refused for what is not there", async () => {
    await assert.rejects(userConfig(await world()), /Status=404 Code="ResourceGroupNotFound"/);
  });

  it("of whoever is signed in", async () => {
    const made = await world({ tenantId: "11111111-1111-4111-8111-111111111111" });
    const result = await made.azure.invoke("azure-native:authorization:getClientConfig", {}, signal);
    assert.equal(result.tenantId, "11111111-1111-4111-8111-111111111111");
    assert.deepEqual(Object.keys(result).sort(), ["clientId", "objectId", "subscriptionId", "tenantId"]);
  });
  it("`get` reads what Azure holds; other functions are refused by name", async () => {
    const made = await withCluster();
    const result = await made.azure.invoke(token("getManagedCluster"), args, signal);
    assert.match(String(result.fqdn), /azmk8s\.io$/);
    await assert.rejects(
      made.azure.invoke("azure-native:storage:listStorageAccountKeys", {}, signal),
      /function azure-native:storage/,
    );
    await assert.rejects(
      made.azure.invoke("azure-native:authorization:getClientToken", {}, signal),
      /getClientToken/,
    );
  });

  describe("kubelogin", () => {
    const login = (mode: string) => ["get-token", "--server-id", "s", "--tenant-id", "t", "--login", mode];
    let folder: string;
    let file: string;
    before(async () => {
      folder = path.dirname((await world()).store);
      file = path.join(folder, "kube config's.yaml");
      fs.writeFileSync(file, kubeconfig);
    });

    it("answers every login mode with the rehearsal's certificate", () => {
      for (const mode of loginModes) {
        const { kind, status } = JSON.parse(getToken(login(mode), { aks: file }, {}));
        assert.equal(kind, "ExecCredential");
        assert.deepEqual(status, { clientCertificateData: "CERT", clientKeyData: "KEY" });
      }
    });
    it("refuses what kubelogin refuses", () => {
      assert.throws(
        () => getToken(login("password"), { aks: file }, {}),
        /'password' is not a supported login method/,
      );
      assert.throws(
        () => getToken(login("spn"), { aks: file }, { AAD_LOGIN_METHOD: "x" }),
        /'x' is not a supported/,
      );
      assert.throws(() => getToken(["convert-kubeconfig"], { aks: file }, {}), /`get-token` alone/);
      assert.throws(() => getToken([...login("spn"), "--nonsense"], { aks: file }, {}), /--nonsense/);
    });
    it("knows which of several clusters is meant", () => {
      const two = { aks: file, other: file };
      assert.throws(() => getToken(login("spn"), two, {}), /none of the rehearsal's clusters: aks, other/);
      assert.ok(getToken(login("spn"), two, { REHEARSAL_CLUSTER: "other" }));
    });
    it("is a program on PATH, which the Kubernetes client runs by itself", async () => {
      const program = writeKubeloginShim(path.join(folder, "bin"), { aks: file });
      const answer = execFileSync(program, login("azurecli"), { encoding: "utf8" });
      assert.equal(JSON.parse(answer).status.clientKeyData, "KEY");
      const wrong = spawnSync(program, login("password"), { encoding: "utf8" });
      assert.equal(wrong.status, 1);
      assert.match(wrong.stderr, /^Error: 'password' is not a supported login method/);
      const config = await userConfig(await withCluster(entra));
      config.users[0].user.exec.command = program;
      const client = new KubeConfig();
      client.loadFromString(yaml.dump(config));
      const options: any = {};
      await client.applyToHTTPSOptions(options);
      assert.equal(options.cert, "CERT");
    });
  });
});
