// A stand-in Azure over a fake of what runs the clusters, and a cluster that it accepts.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ClusterHost } from "../../rehearsal/clusters";
import { azureProvider } from "../../rehearsal/azure/provider";
import type { ConfiguredProvider, Operation, Props, State } from "../../rehearsal/plugin/provider";

/** Edits inputs in place. */
export type Change = (inputs: any) => void;

export const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: kwok-x, cluster: { server: "https://127.0.0.1:6443", certificate-authority-data: Q0E= } }]
users: [{ name: admin, user: { client-certificate-data: Q0VSVA==, client-key-data: S0VZ } }]
contexts: [{ name: kwok-x, context: { cluster: kwok-x, user: admin } }]
current-context: kwok-x
`;

/** Writes down what it is asked to do. */
class FakeClusters implements ClusterHost {
  readonly calls: [string, unknown][] = [];
  fail?: Error;
  /** Never gets a cluster ready. */
  hang = false;
  hung = false;
  async create(...[spec]: Parameters<ClusterHost["create"]>): Promise<void> {
    if (this.fail) throw this.fail;
    if (this.hang) {
      this.hung = true;
      await new Promise(() => undefined);
    }
    this.calls.push(["create", spec]);
  }
  async setPool(name: string, pool: unknown): Promise<void> {
    this.calls.push(["setPool", { cluster: name, ...(pool as object) }]);
  }
  async kubeconfig(): Promise<string> {
    return kubeconfig;
  }
  async delete(name: string): Promise<void> {
    this.calls.push(["delete", name]);
  }
}

export interface World {
  azure: ConfiguredProvider;
  clusters: FakeClusters;
  store: string;
  logs: string[];
  op(type: string, name: string): Operation;
  /** check and create, as the engine does. @throws Error with all failures of the check. */
  up(type: string, name: string, inputs: Props): Promise<State & { inputs: Props }>;
  /** Refuses it with these words. */
  refused(type: string, inputs: Props, words: RegExp): Promise<void>;
  /** Everything the check has against the inputs: "path: reason". */
  failures(type: string, inputs: Props): Promise<string[]>;
}

const folders: string[] = [];
export function removeFolders(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

export async function world(config: Props = { location: "westeurope" }, file?: string): Promise<World> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azure-"));
  folders.push(folder);
  const store = file ?? path.join(folder, "azure.json");
  const clusters = new FakeClusters();
  const azure = await azureProvider({ clusters, store }).configure(config);
  const logs: string[] = [];
  const op = (type: string, name: string): Operation => ({
    urn: `urn:pulumi:dev::test::azure-native:${type}::${name}`,
    type: `azure-native:${type}`,
    name,
    signal: new AbortController().signal,
    status: () => undefined,
    log: (severity, message) => logs.push(`${severity}: ${message}`),
  });
  const failures = async (type: string, inputs: Props) =>
    (await azure.check(op(type, "x"), undefined, inputs)).failures.map(
      (one) => `${one.property}: ${one.reason}`,
    );
  const up = async (type: string, name: string, inputs: Props) => {
    const checked = await azure.check(op(type, name), undefined, inputs);
    if (checked.failures.length > 0) throw new Error(checked.failures.map((one) => one.reason).join("\n"));
    return { inputs: checked.inputs, ...(await azure.create(op(type, name), checked.inputs)) };
  };
  const refused = (type: string, inputs: Props, words: RegExp) =>
    assert.rejects(up(type, "x", inputs), words);
  return { azure, clusters, store, logs, op, up, refused, failures };
}

/** Makes inputs anew, with a change. */
export const inputsOf =
  (inputs: object) =>
  (change?: Change): Props => {
    const own: any = structuredClone(inputs);
    change?.(own);
    return own;
  };

/** Inputs of a cluster as `@pulumi/azure-native` sends them, with its own defaults. */
export const clusterInputs = inputsOf({
  resourceGroupName: "rg",
  resourceName: "aks",
  dnsPrefix: "aks",
  kubernetesVersion: "1.35",
  enableRBAC: true,
  identity: { type: "SystemAssigned" },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  networkProfile: {
    networkPlugin: "azure",
    networkPolicy: "calico",
    loadBalancerSku: "standard",
    outboundType: "loadBalancer",
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.0.0.0/16",
    dnsServiceIP: "10.0.0.10",
  },
  agentPoolProfiles: [
    {
      name: "system",
      mode: "System",
      count: 2,
      vmSize: "Standard_D2s_v5",
      osSKU: "Ubuntu",
      type: "VirtualMachineScaleSets",
    },
  ],
  tags: { env: "test" },
});

export const poolInputs = inputsOf({
  resourceGroupName: "rg",
  resourceName: "aks",
  agentPoolName: "user",
  mode: "User",
  count: 3,
  vmSize: "Standard_D4s_v5",
});

/** A cluster without kube-proxy, as azure-native's generic resource sends it. */
export const genericInputs = inputsOf({
  resourceGroupName: "rg",
  resourceName: "aks",
  resourceProviderNamespace: "Microsoft.ContainerService",
  parentResourcePath: "",
  resourceType: "managedClusters",
  apiVersion: "2026-03-02-preview",
  identity: { type: "SystemAssigned" },
  properties: {
    dnsPrefix: "aks",
    networkProfile: {
      networkPlugin: "none",
      podCidr: "10.240.0.0/16",
      kubeProxyConfig: { enabled: false },
    },
    autoScalerProfile: { "scan-interval": "20s" },
    agentPoolProfiles: [
      { name: "system", mode: "System", count: 2, vmSize: "Standard_D4ds_v5", osSKU: "Ubuntu" },
    ],
  },
});

/** A resource group. */
export async function withGroup(): Promise<World> {
  const made = await world();
  await made.up("resources:ResourceGroup", "rg", { resourceGroupName: "rg" });
  return made;
}

/** A resource group and a cluster in it. */
export async function withCluster(change?: Change, config?: Props): Promise<World> {
  const made = await world(config);
  await made.up("resources:ResourceGroup", "rg", { resourceGroupName: "rg" });
  await made.up("containerservice:ManagedCluster", "aks", clusterInputs(change));
  return made;
}
