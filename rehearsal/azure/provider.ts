// A stand-in for Azure behind the package `azure-native`: it takes Pulumi's inputs, makes the request that Azure would
// get, checks it with azure-native's schema and with AKS's own rules, keeps what was created in a file, and has the clusters
// run on this machine. Nothing of Azure is simulated beyond its answers.
import type { ClusterHost } from "../clusters";
import { InitializationError, UNKNOWN, type Checked, type ConfiguredProvider } from "../plugin/provider";
import type { Json, Operation, Props, Provider, State } from "../plugin/provider";
import { ArmError, describe } from "./arm";
import { inputsRead, toArm, toOutputs } from "./body";
import { diffInputs } from "./diff";
import { functions, invoke } from "./invokes";
import { featureNeeded, inVersion, readVersion } from "./previews";
import { Azure, noSubscription, type Account } from "./resources";
import { checkResource } from "./rules";
import { loadSchema } from "./schema";
import { Store, type Stored } from "./store";
import { autoName, catalogue, idOf, madeType, typeOf, typeOfId, type ResourceType } from "./types";
import { equal, text } from "./values";

export interface AzureOptions {
  readonly clusters: ClusterHost;
  /** A JSON file that survives the runs: what "Azure" holds. */
  readonly store: string;
}

/** The provider of package `azure-native`. */
export function azureProvider(options: AzureOptions): Provider {
  const provider: Provider = {
    pkg: "azure-native",
    types: catalogue.map(({ token }) => `azure-native:${token}`),
    functions,
    // azure-native marks none for these types; the kubeconfig comes from a function, and the program wraps it.
    secretOutputs: () => [],
    // pulumi-azure-native, provider.go `Update`.
    stableOutputs: ["name", "location"],
    async configure(inputs) {
      await loadSchema(provider);
      return new AzureNative(new Azure(new Store(options.store), options.clusters, account(inputs)));
    },
  };
  return provider;
}

/** Nobody signs in: `useOidc`, `clientId`, `clientSecret` and the like are taken and not used. */
function account(inputs: Props): Account {
  return {
    subscriptionId: text(inputs, "subscriptionId") ?? noSubscription,
    tenantId: text(inputs, "tenantId") ?? noSubscription,
    location: text(inputs, "location"),
  };
}

/** What azure-native itself asks for: the names in the id, and the generic resource's version (its parent's path is ""). */
const required = (type: ResourceType): string[] => [...type.names, ...(type.generic ? ["apiVersion"] : [])];

class AzureNative implements ConfiguredProvider {
  constructor(private readonly azure: Azure) {}

  async check(op: Operation, olds: Props | undefined, news: Props): Promise<Checked> {
    const type = typeOf(op.type);
    const inputs: Props = { ...news };
    const absent = (name: string) => inputs[name] === undefined || inputs[name] === null;
    const own = type.names.at(-1)!;
    if (absent(own)) {
      const made = autoName(type, op.name);
      inputs[own] = olds?.[own] ?? made.name;
      if (olds?.[own] === undefined ? made.random : olds.__createBeforeDelete === true)
        inputs.__createBeforeDelete = true;
    }
    if (type.located && absent("location")) {
      const location = this.#location(type, olds, inputs);
      if (location !== undefined) inputs.location = location;
    }
    inputs.azureApiVersion ??= type.apiVersion;
    // The texts of a missing property: pulumi-azure-native, provider.go `Check` and `validateType`.
    const failures = required(type)
      .filter((name) => absent(name) || (inputs[name] === "" && name !== "parentResourcePath"))
      .map((name) => ({
        property: name,
        reason: `missing required property '${name}'. Set it on the resource.`,
      }));
    // The generic resource does not ask for one; what it stands for does.
    if (type.located && !type.generic && inputs.location === undefined)
      failures.push({
        property: "location",
        reason:
          "missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.",
      });
    // What is as it was is not sent: a refresh may have recorded what AKS would not take.
    if (olds === undefined || !equal(olds, inputs))
      for (const problem of checkResource(type, inputs, toArm(type, inputs)))
        failures.push({ property: problem.target, reason: describe(problem) });
    return { inputs, failures };
  }

  /** pulumi-azure-native, provider.go `getDefaultLocation`: as before, as configured, as the resource group. */
  #location(type: ResourceType, olds: Props | undefined, inputs: Props): Json | undefined {
    if (olds?.location !== undefined) return olds.location;
    if (this.azure.account.location !== undefined) return this.azure.account.location;
    if (type.model === "ResourceGroup") return undefined;
    // A group that the same preview would create is not there yet.
    return this.azure.store.get(this.#group(inputs))?.response.location ?? UNKNOWN;
  }

  #group({ resourceGroupName }: Props): string {
    return `/subscriptions/${this.azure.account.subscriptionId}/resourceGroups/${String(resourceGroupName)}`;
  }

  async diff(op: Operation, _id: string, oldInputs: Props, oldOutputs: Props, news: Props) {
    return diffInputs(typeOf(op.type), oldInputs, oldOutputs, news);
  }

  async create(op: Operation, news: Props): Promise<State> {
    const type = typeOf(op.type);
    const body = this.#body(type, news);
    const note = featureNeeded(body);
    if (note) op.log("info", note);
    const id = idOf(type, this.azure.account.subscriptionId, news);
    return this.#answered(type, news, () => this.azure.create(op, id, body));
  }

  async update(op: Operation, id: string, _olds: Props, _outputs: Props, news: Props): Promise<State> {
    const type = typeOf(op.type);
    const body = this.#body(type, news);
    return this.#answered(type, news, () => this.azure.update(op, id, body));
  }

  async read(op: Operation, id: string, inputs: Props, outputs: Props): Promise<State | undefined> {
    const type = typeOf(op.type);
    const held = this.azure.get(id);
    if (!held || typeOfId(id) !== madeType(type)) return undefined;
    const state = await this.#answered(type, inputs, () => this.azure.ready(id, op));
    return { ...state, inputs: inputsRead(type, id, held.request, { inputs, outputs }, state.outputs) };
  }

  /** What was done, as a resource's state; also where it was done in part. */
  async #answered(type: ResourceType, inputs: Props, work: () => Promise<Stored>): Promise<State> {
    try {
      return this.#state(type, await work(), inputs);
    } catch (error) {
      if (!(error instanceof InitializationError)) throw error;
      throw new InitializationError(
        this.#state(type, this.azure.store.existing(error.state.id), inputs),
        error.reasons,
      );
    }
  }

  /** As a GET in the API version that the resource is asked for in. */
  #state(type: ResourceType, stored: Stored, inputs: Props): State {
    const version = type.generic ? readVersion(inputs, String(stored.response.location)) : undefined;
    return { id: stored.id, outputs: toOutputs(type, inVersion(this.azure.view(stored), version)) };
  }

  async delete(op: Operation, id: string): Promise<void> {
    await this.azure.delete(op, id);
  }

  async invoke(token: string, args: Props, signal: AbortSignal) {
    return invoke(this.azure, token, args, signal);
  }

  /** The request, checked once more: what a preview did not know is known now. */
  #body(type: ResourceType, inputs: Props): Props {
    // The group's location was asked for and the group is not there.
    if (type.located && inputs.location === UNKNOWN) this.azure.store.existing(this.#group(inputs));
    const body = toArm(type, inputs);
    const problems = [...checkResource(type, inputs, body)];
    if (problems.length > 0) throw new ArmError(problems);
    return body;
  }
}
