// Runs a piece of program against Pulumi's mock monitor and hands back every registration with its options, which
// `pulumi.runtime.setMocks` hides. The runtime is global to the process: one recording at a time.
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

const settings = require("@pulumi/pulumi/runtime/settings") as {
  setMockOptions(monitor: unknown, project: string, stack: string, preview: boolean): void;
  waitForRPCs(): Promise<void>;
};

/** One resource as the program registered it. */
interface Registration {
  urn: string;
  type: string;
  name: string;
  /** Inputs, secrets unwrapped. */
  inputs: any;
  /** Inputs as they went over the wire. */
  raw: any;
  parent: string;
  /** Names of the resources that it depends on. */
  dependsOn: string[];
  deletedWith: string;
  protect: boolean;
  retainOnDelete: boolean;
  provider: string;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  importId: string;
  timeouts: { create: string; update: string; delete: string } | undefined;
}

export interface Recording {
  resources: Registration[];
  /** Outputs that components registered, by URN. */
  outputs: Map<string, any>;
  invokes: { token: string; inputs: any }[];
  result: any;
  /** The one resource of that name, or of that name and type. */
  named(name: string, type?: string): Registration;
}

export interface RecordOptions {
  preview?: boolean;
  /** What the mock provider adds to a resource's inputs. */
  state?: (type: string, name: string, inputs: any) => Record<string, any>;
  kubeconfig?: string;
  /** The cluster that Azure has already: AKS's body in azure-native's words, or the error of asking for it. */
  live?: Record<string, any> | Error;
  subscriptionId?: string;
}

/** A kubeconfig as AKS hands it out for a cluster with Entra. */
export const entraKubeconfig = `apiVersion: v1
users:
- name: clusterUser_g_c
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
      - --environment
      - AzurePublicCloud
      - --server-id
      - 6dae42f8-4368-4678-94ff-3960e28e3630
      - --client-id
      - 80faf920-1908-4b52-b5ef-a8e7bedfc67a
      - --tenant-id
      - 11111111-1111-1111-1111-111111111111
      - --login
      - devicecode
      command: kubelogin
      env: null
`;

const secretKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export function isSecret(value: any): boolean {
  return value?.[secretKey] === secretSignature;
}

function unwrap(value: any): any {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unwrap(member)]));
}

const nameOf = (urn: string) => urn.split("::").pop()!;

class RecordingMonitor extends MockMonitor {
  readonly requests: RegisterResourceRequest[] = [];
  readonly outputs = new Map<string, any>();

  override async registerResource(req: RegisterResourceRequest, callback: any): Promise<void> {
    this.requests.push(req);
    return super.registerResource(req, callback);
  }

  override registerResourceOutputs(req: any, callback: any): void {
    this.outputs.set(req.getUrn(), req.getOutputs()?.toJavaScript());
    super.registerResourceOutputs(req, callback);
  }

  urnOf(req: RegisterResourceRequest): string {
    return (this as any).newUrn(req.getParent(), req.getType(), req.getName());
  }
}

/** What Azure says of a cluster of these inputs, by azure-native's names. */
function reported({ identity, addonProfiles, networkProfile }: any): Record<string, any> {
  const { azureKeyvaultSecretsProvider: vault } = addonProfiles ?? {};
  return {
    fqdn: "aks-1a2b.hcp.westeurope.azmk8s.io",
    privateFQDN: "aks-1a2b.privatelink.westeurope.azmk8s.io",
    oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer.example/" },
    identityProfile: { kubeletidentity: { objectId: "kubelet" } },
    addonProfiles: vault?.enabled
      ? { azureKeyvaultSecretsProvider: { identity: { objectId: "vault" } } }
      : {},
    networkProfile:
      networkProfile?.outboundType === "loadBalancer"
        ? { ...networkProfile, loadBalancerProfile: { effectiveOutboundIPs: [{ id: "/id/of/ip" }] } }
        : networkProfile,
    identity:
      identity?.type === "UserAssigned"
        ? { userAssignedIdentities: { [identity.userAssignedIdentities[0]]: { principalId: "user" } } }
        : { principalId: "system" },
  };
}

/** Live objects as the providers return them, in so far as the components read them. */
function liveState(type: string, name: string, inputs: any): Record<string, any> {
  switch (type) {
    case "random:index/randomString:RandomString":
      return { ...inputs, result: "x7k2p9" };
    case "pulumi:index:Stash":
      return { ...inputs, output: inputs.input };
    case "azure-native:resources:ResourceGroup":
      return { ...inputs, name: inputs.resourceGroupName, location: inputs.location ?? "westeurope" };
    case "azure-native:containerservice:ManagedCluster":
      return {
        ...inputs,
        name: inputs.resourceName,
        ...reported(inputs),
      };
    case "azure-native:resources:Resource": {
      const { identity, ...properties } = reported({ identity: inputs.identity, ...inputs.properties });
      return {
        ...inputs,
        name: inputs.resourceName,
        identity,
        properties: { ...inputs.properties, ...properties },
      };
    }
    case "azure-native:managedidentity:UserAssignedIdentity":
      return { ...inputs, name: inputs.resourceName, principalId: "33333333-3333-3333-3333-333333333333" };
    case "kubernetes:operator.tigera.io/v1:InstallationPatch":
      return {
        ...inputs,
        // AKS holds its own; whose another Installation is, a test says with `state`.
        metadata: {
          ...inputs.metadata,
          generation: 7,
          labels: { "addonmanager.kubernetes.io/mode": "Reconcile" },
        },
        status: { calicoVersion: "v3.31.2" },
      };
    case "kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch":
      return { ...inputs, spec: { ...inputs.spec, bpfEnabled: true } };
    default:
      return { ...inputs, name };
  }
}

/** Azure's answer to who asks for the cluster; the error as azure-native words it. */
function liveCluster(live: RecordOptions["live"]): Record<string, any> {
  if (live !== undefined && !(live instanceof Error)) return live;
  const error = live ?? new Error('Status=404 Code="ResourceNotFound" Message="The Resource was not found."');
  // The monitor's clients read gRPC's `details`.
  throw Object.assign(error, { details: error.message });
}

/** What stands in for the providers. */
function mocks(options: RecordOptions, invokes: Recording["invokes"]): pulumi.runtime.Mocks {
  return {
    newResource: ({ type, name, inputs }) => {
      const plain = unwrap(inputs);
      return { id: `/id/of/${name}`, state: (options.state ?? liveState)(type, name, plain) };
    },
    call: ({ token, inputs }) => {
      invokes.push({ token, inputs });
      if (token === "azure-native:containerservice:getManagedCluster") return liveCluster(options.live);
      if (token === "azure-native:resources:getResourceGroup") return { location: "norwayeast" };
      if (token === "azure-native:authorization:getClientConfig")
        return { subscriptionId: options.subscriptionId ?? "s" };
      const config = options.kubeconfig ?? (inputs.format === "exec" ? entraKubeconfig : "apiVersion: v1\n");
      return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(config).toString("base64") }] };
    },
  };
}

export async function record(program: () => any, options: RecordOptions = {}): Promise<Recording> {
  const invokes: Recording["invokes"] = [];
  const monitor = new RecordingMonitor(mocks(options, invokes));
  // Features (secrets, deletedWith and so on) as setMocks turns them on, then our monitor in its place.
  await pulumi.runtime.setMocks(monitor.mocks, "project", "stack", options.preview);
  const store = require("@pulumi/pulumi/runtime/state").getStore();
  const features = Object.fromEntries(Object.entries(store).filter(([key]) => key.startsWith("supports")));
  settings.setMockOptions(monitor, "project", "stack", options.preview ?? false);
  Object.assign(store, features);

  // What a program rejects with in an apply has nobody to catch it; in the language runner it ends the program.
  const rejections: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => rejections.push(reason));
  let result: any;
  try {
    result = await program();
    await settings.waitForRPCs();
    await new Promise((resolve) => setImmediate(resolve));
    await settings.waitForRPCs();
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
  if (rejections.length > 0) throw rejections[0];

  const resources = monitor.requests.map((req): Registration => {
    const raw = req.getObject()?.toJavaScript() ?? {};
    const timeouts = req.getCustomtimeouts();
    return {
      urn: monitor.urnOf(req),
      type: req.getType(),
      name: req.getName(),
      inputs: unwrap(raw),
      raw,
      parent: nameOf(req.getParent()),
      dependsOn: [...new Set(req.getDependenciesList().map(nameOf))].sort(),
      deletedWith: req.getDeletedwith() === "" ? "" : nameOf(req.getDeletedwith()),
      protect: req.getProtect() ?? false,
      retainOnDelete: req.getRetainondelete() ?? false,
      provider: req.getProvider().split("::")[3] ?? "",
      ignoreChanges: req.getIgnorechangesList(),
      replaceOnChanges: req.getReplaceonchangesList(),
      importId: req.getImportid(),
      timeouts: timeouts && {
        create: timeouts.getCreate(),
        update: timeouts.getUpdate(),
        delete: timeouts.getDelete(),
      },
    };
  });
  return {
    resources,
    outputs: monitor.outputs,
    invokes,
    result,
    named(name, type) {
      const found = resources.filter((r) => r.name === name && (type === undefined || r.type === type));
      if (found.length !== 1) {
        const all = resources.map((r) => `${r.type} ${r.name}`).join("\n  ");
        throw new Error(`${found.length} resources are named ${name}; there are\n  ${all}`);
      }
      return found[0];
    },
  };
}

/** The value of an output, inside a recording. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** A body with one property. */
export const body = (path: string, value: unknown): any =>
  path.split(".").reduceRight((inner, member) => ({ [member]: inner }), value as any);
