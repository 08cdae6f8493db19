// Create, update and delete as Azure would: what must be there first, what goes with what, and the nodes behind it.
import type { ClusterHost } from "../../cluster";
import { type Operation, type Props } from "../provider";
import { apiServerName, clusterResponse, identityOf, nodePool, poolProperties } from "./aks";
import { ArmError, notFound } from "./arm";
import { checkChange } from "./changes";
import { checkPlacement, subnetUser } from "./placement";
import type { Store, Stored } from "./store";
import { typeOfArm, type ResourceType } from "./types";
import { at, isObject, list, text, uuidOf } from "./values";

export interface Account {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly location?: string;
  /** azure-native's `environment`: public, china or usgovernment. */
  readonly environment: string;
}

export class Azure {
  /** Work on one cluster is done one after the other: AKS, too, takes one operation at a time. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(
    readonly store: Store,
    readonly clusters: ClusterHost,
    readonly account: Account,
  ) {}

  async create(op: Operation, type: ResourceType, id: string, inputs: Props, body: Props): Promise<Stored> {
    const existing = this.store.get(id);
    if (existing && existing.owner !== op.urn)
      // pulumi-azure-native, provider/pkg/azure/client_azcore.go `CanCreate`
      throw new Error(
        `cannot create already existing resource '${existing.id}'. ` +
          "Give this one another name, or take the one that exists into the stack with the `import` option.",
      );
    if (existing)
      op.log(
        "warning",
        `${existing.id} is there from a run that ended before it was recorded, and is taken over. ` +
          "Azure would refuse to create it again: `pulumi refresh` asks what to do about such a resource.",
      );
    checkPlacement(this.store, type, id, inputs, body, (message) => op.log("info", message));
    const response = this.#answer(type, id, inputs, body);
    await this.#carryOut(op, type, id, response);
    return this.#keep(op.urn, type, id, response);
  }

  async update(op: Operation, type: ResourceType, id: string, inputs: Props, body: Props): Promise<Stored> {
    const stored = this.existing(id);
    const problems = [...checkChange(type.model, stored.response, body)];
    if (problems.length > 0) throw new ArmError(problems);
    checkPlacement(this.store, type, id, inputs, body, () => undefined);
    const response = this.#answer(type, id, inputs, body);
    await this.#carryOut(op, type, id, response);
    return this.#keep(stored.owner, type, id, response);
  }

  async delete(op: Operation, type: ResourceType, id: string): Promise<void> {
    if (!this.store.get(id)) return; // 404 is success for a delete
    const inUse = subnetUser(this.store, id);
    if (type.arm.startsWith("Microsoft.Network/") && inUse)
      throw new ArmError([
        {
          target: "",
          code: "InUseSubnetCannotBeDeleted",
          message: `Subnet ${id} is in use by ${inUse} and cannot be deleted.`,
          advice: "Delete the cluster first: let it depend on the subnet.",
        },
      ]);
    const gone = [this.store.get(id)!, ...this.store.under(id)];
    for (const entry of gone.filter((one) => typeOfArm(one.type).model === "ManagedCluster")) {
      const name = String(entry.response.name);
      op.status(`deleting the cluster ${name}`);
      await this.#inTurn(entry.id, () => this.clusters.delete(name));
    }
    if (type.model === "AgentPool") await this.#removePool(id);
    this.store.remove(id);
  }

  /** @throws ArmError 404 where there is no such resource. */
  existing(id: string): Stored {
    const stored = this.store.get(id);
    if (stored) return stored;
    throw notFound(
      "ResourceNotFound",
      `The Resource '${id}' was not found.`,
      "It was deleted behind the stack's back: refresh the state, then run again.",
    );
  }

  /** A resource as a GET gives it: a cluster lists all of its pools, also those that are resources of their own. */
  view(stored: Stored): Props {
    if (typeOfArm(stored.type).model !== "ManagedCluster") return stored.response;
    const response = structuredClone(stored.response);
    const pools = list(response, "properties.agentPoolProfiles") ?? [];
    for (const entry of this.store.under(stored.id))
      if (typeOfArm(entry.type).model === "AgentPool")
        pools.push({ ...(entry.response.properties as Props), name: entry.response.name });
    return response;
  }

  #answer(type: ResourceType, id: string, inputs: Props, body: Props): Props {
    const { tenantId } = this.account;
    const name = inputs[type.names.at(-1)!];
    if (type.model === "ManagedCluster") return clusterResponse(id, inputs, body, tenantId);
    const properties = (isObject(body.properties) ? body.properties : {}) as Props;
    const answer: Props = { id, name, type: type.arm, ...body };
    if (type.model === "AgentPool") {
      const cluster = this.existing(parentOf(id)).response;
      const version = text(cluster, "properties.currentKubernetesVersion")!;
      answer.properties = poolProperties(
        properties,
        version,
        at(cluster, "properties.networkProfile") as Props,
      );
    } else if (type.model === "Identity") {
      answer.properties = { ...identityOf(id), tenantId };
    } else if (type.model === "RoleAssignment") {
      answer.properties = { ...properties, scope: inputs.scope };
    } else if (type.model === "VirtualNetwork") {
      const subnets = (list(properties, "subnets") ?? []) as Props[];
      const own = subnets.map((subnet) => ({ ...subnet, id: `${id}/subnets/${String(subnet.name)}` }));
      answer.properties = {
        ...properties,
        subnets: own,
        resourceGuid: uuidOf(id),
        provisioningState: "Succeeded",
      };
    } else if (type.model !== "MaintenanceConfiguration") {
      answer.properties = { ...properties, provisioningState: "Succeeded" };
    }
    return answer;
  }

  /** The part that has nodes behind it. */
  async #carryOut(op: Operation, type: ResourceType, id: string, response: Props): Promise<void> {
    if (type.model === "AgentPool") {
      const cluster = this.existing(parentOf(id));
      const pool = nodePool(String(response.name), response.properties as Props);
      op.status(`${pool.count} nodes in pool ${pool.name}`);
      await this.#inTurn(cluster.id, () => this.clusters.setPool(String(cluster.response.name), pool));
    }
    if (type.model !== "ManagedCluster") return;
    const name = String(response.name);
    const pools = (list(response, "properties.agentPoolProfiles") ?? []) as Props[];
    const specs = pools.map((pool) => nodePool(String(pool.name), pool));
    await this.#inTurn(id, async () => {
      const version = text(response, "properties.kubernetesVersion");
      if (!this.store.get(id)) {
        const calico = at(response, "properties.networkProfile.networkPolicy") === "calico";
        const spec = {
          name,
          kubernetesVersion: version,
          fqdn: apiServerName(response),
          calico,
          pools: specs,
        };
        await this.clusters.create(spec, (message) => op.status(message), op.signal);
        return;
      }
      // A pool that the program no longer lists stays: a PUT of the cluster does not delete pools.
      for (const pool of specs) await this.clusters.setPool(name, pool);
    });
  }

  async #removePool(id: string): Promise<void> {
    const cluster = this.store.get(parentOf(id));
    const pool = this.store.get(id)!;
    if (!cluster) return;
    const spec = { ...nodePool(String(pool.response.name), pool.response.properties as Props), count: 0 };
    await this.#inTurn(cluster.id, () => this.clusters.setPool(String(cluster.response.name), spec));
  }

  #keep(owner: string, type: ResourceType, id: string, response: Props): Stored {
    const stored = { id, type: type.arm, owner, response };
    this.store.put(stored);
    return this.store.get(id)!;
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(id) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    this.#queues.set(id, mine);
    return mine;
  }
}

/** Id of the resource that a nested one stands in. */
export const parentOf = (id: string): string => id.split("/").slice(0, -2).join("/");
