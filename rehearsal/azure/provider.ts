// A stand-in for Azure behind the package `azure-native`: it takes Pulumi's inputs, makes the request that Azure would
// get, checks it with the official SDK and with AKS's own rules, keeps what was created in a file, and has the clusters
// run on this machine. Nothing of Azure is simulated beyond its answers.
import type { ClusterHost } from "../controlPlane/cluster";
import {
  UNKNOWN,
  type Checked,
  type CheckFailure,
  type ConfiguredProvider,
  type Json,
} from "../plugin/provider";
import { type Operation, type Props, type Provider, type State } from "../plugin/provider";
import { ArmError, describe, notFound } from "./arm";
import { toArm, toOutputs } from "./body";
import { catalogue } from "./catalogue";
import { diffInputs } from "./diff";
import { featuresNeeded, readVersion } from "./generic";
import { invoke } from "./invokes";
import { plannedOutputs } from "./planned";
import { inVersion, takePreviews } from "./previews";
import { Azure, type Account } from "./resources";
import { checkResource } from "./rules";
import { Store, type Stored } from "./store";
import { autoName, madeType, typeOf, type ResourceType } from "./types";
import { hasUnknown, text } from "./values";

export interface AzureOptions {
  readonly clusters: ClusterHost;
  /** A JSON file that survives the runs: what "Azure" holds. */
  readonly store: string;
}

const none = "00000000-0000-0000-0000-000000000000";
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The provider of package `azure-native`. */
export function azureProvider(options: AzureOptions): Provider {
  let store: Store | undefined;
  return {
    pkg: "azure-native",
    types: catalogue.map(({ token }) => `azure-native:${token}`),
    functions: [
      "azure-native:authorization:getClientConfig",
      "azure-native:containerservice:listManagedClusterUserCredentials",
      "azure-native:containerservice:listManagedClusterAdminCredentials",
    ],
    // azure-native marks none for these types; the kubeconfig comes from a function, and the program wraps it.
    secretOutputs: () => [],
    async configure(inputs) {
      // One store for all configurations: they are views of one Azure.
      store ??= new Store(options.store);
      return new AzureNative(new Azure(store, options.clusters, account(inputs)));
    },
  };
}

/** Nobody signs in: `useOidc`, `clientId`, `clientSecret` and the like are taken and not used. */
function account(inputs: Props): Account {
  for (const name of ["subscriptionId", "tenantId"])
    if (typeof inputs[name] === "string" && inputs[name] !== UNKNOWN && !uuid.test(inputs[name]))
      throw new Error(
        `azure-native:${name} is "${inputs[name]}", which is no UUID. Write one, or leave it out.`,
      );
  return {
    subscriptionId: text(inputs, "subscriptionId") ?? none,
    tenantId: text(inputs, "tenantId") ?? none,
    location: text(inputs, "location"),
    environment: text(inputs, "environment") ?? "public",
  };
}

/** What azure-native itself asks for: the names in the id, and the generic resource's API version. */
const required = (type: ResourceType): string[] => [...type.names, ...(type.generic ? ["apiVersion"] : [])];
/** A cluster stands in nothing, and its parent's path is the empty text. */
const mayBeEmpty = new Set(["parentResourcePath"]);

class AzureNative implements ConfiguredProvider {
  constructor(private readonly azure: Azure) {}

  async check(op: Operation, olds: Props | undefined, news: Props): Promise<Checked> {
    const type = typeOf(op.type);
    const inputs: Props = { ...news };
    const failures: CheckFailure[] = [];
    const own = type.names.at(-1)!;
    if (inputs[own] === undefined || inputs[own] === null) {
      const old = olds?.[own];
      inputs[own] = old ?? autoName(type, op.name);
      if (old === undefined ? type.autoName !== "copy" : olds?.__createBeforeDelete === true)
        inputs.__createBeforeDelete = true;
    }
    if (type.located && (inputs.location === undefined || inputs.location === null)) {
      const location = this.#location(type, olds, inputs);
      if (location !== undefined) inputs.location = location;
    }
    inputs.azureApiVersion ??= type.apiVersion;
    // The texts of a missing property: pulumi-azure-native, provider.go `Check` and `validateType`.
    for (const name of required(type))
      if (
        inputs[name] === undefined ||
        inputs[name] === null ||
        (inputs[name] === "" && !mayBeEmpty.has(name))
      )
        failures.push({
          property: name,
          reason: `missing required property '${name}'. Set it on the resource.`,
        });
    // The generic resource does not ask for one; what it stands for does.
    const noLocation = type.located && !type.generic && inputs.location === undefined;
    if (noLocation)
      failures.push({
        property: "location",
        reason:
          "missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.",
      });
    for (const problem of checkResource(type, inputs, toArm(type, inputs)))
      if (!(noLocation && problem.target === "location"))
        failures.push({ property: problem.target, reason: describe(problem) });
    return { inputs, failures };
  }

  /** pulumi-azure-native, provider.go `getDefaultLocation`: as before, as configured, as the resource group. */
  #location(type: ResourceType, olds: Props | undefined, inputs: Props): Json | undefined {
    if (olds?.location !== undefined) return olds.location;
    if (this.azure.account.location !== undefined) return this.azure.account.location;
    if (type.model === "ResourceGroup") return undefined;
    const group = inputs.resourceGroupName;
    if (group === UNKNOWN) return UNKNOWN;
    const id = `/subscriptions/${this.azure.account.subscriptionId}/resourceGroups/${String(group)}`;
    // A group that the same preview would create is not there yet.
    return this.azure.store.get(id)?.response.location ?? UNKNOWN;
  }

  async diff(op: Operation, _id: string, oldInputs: Props, _oldOutputs: Props, news: Props) {
    return diffInputs(typeOf(op.type), oldInputs, news);
  }

  planned(op: Operation, news: Props, outputs?: Props): Props {
    return plannedOutputs(typeOf(op.type), news, outputs);
  }

  async create(op: Operation, news: Props): Promise<State> {
    const type = typeOf(op.type);
    const body = this.#body(type, news);
    const id = type.id(this.azure.account.subscriptionId, news);
    for (const note of featuresNeeded(
      takePreviews(body, text(news, "apiVersion")).taken.map((one) => one.member),
    ))
      op.log("info", note);
    const stored = await this.azure.create(op, madeType(type), id, news, body);
    return this.#state(type, stored, news);
  }

  async update(
    op: Operation,
    id: string,
    _oldInputs: Props,
    _oldOutputs: Props,
    news: Props,
  ): Promise<State> {
    const type = typeOf(op.type);
    const stored = await this.azure.update(op, madeType(type), id, news, this.#body(type, news));
    return this.#state(type, stored, news);
  }

  async read(op: Operation, id: string, inputs: Props, _outputs: Props): Promise<State | undefined> {
    const stored = this.azure.store.get(id);
    return stored && this.#state(typeOf(op.type), stored, inputs);
  }

  /** As a GET in the API version that the resource is asked for in. */
  #state(type: ResourceType, stored: Stored, inputs: Props): State {
    const version = type.generic ? readVersion(inputs, String(stored.response.location)) : undefined;
    return { id: stored.id, outputs: toOutputs(type, inVersion(this.azure.view(stored), version)) };
  }

  async delete(op: Operation, id: string): Promise<void> {
    await this.azure.delete(op, madeType(typeOf(op.type)), id);
  }

  async invoke(token: string, args: Props) {
    return invoke(this.azure, token, args);
  }

  /** The request, checked once more: what a preview did not know is known now. */
  #body(type: ResourceType, inputs: Props): Props {
    // The group's location was asked for and the group is not there.
    if (type.located && inputs.location === UNKNOWN)
      throw notFound(
        "ResourceGroupNotFound",
        `Resource group '${String(inputs.resourceGroupName)}' could not be found.`,
        "Take the name from the ResourceGroup's `name` output, so that this resource waits for it.",
      );
    const body = toArm(type, inputs);
    if (hasUnknown(body) || type.names.some((name) => inputs[name] === UNKNOWN))
      throw new Error(
        `${type.token}: an input is still unknown. That is a mistake of the engine: please report it.`,
      );
    const problems = [...checkResource(type, inputs, body)];
    if (problems.length > 0) throw new ArmError(problems);
    return body;
  }
}
