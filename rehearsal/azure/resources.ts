// Create, update and delete as Azure would: what must be there first, what goes with what, and the nodes behind it.
import type { ClusterHost } from "../controlPlane/cluster";
import { type Json, type Operation, type Props } from "../plugin/provider";
import { clusterSpec, nodePool } from "./aks";
import { answer } from "./answers";
import { ArmError, gone } from "./arm";
import { checkChange, checkLocation, checkShown } from "./changes";
import { checkPlacement, subnetUser } from "./placement";
import type { Store, Stored } from "./store";
import { parentOf, typeOfArm, type ResourceType } from "./types";

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
    const response = answer(this.store, this.account.tenantId, type, id, inputs, body);
    await this.#carryOut(op, type, id, response);
    return this.#keep(op.urn, type, id, response);
  }

  async update(op: Operation, type: ResourceType, id: string, inputs: Props, body: Props): Promise<Stored> {
    const stored = this.existing(id);
    if (type.model === "Key") {
      // azure-rest-api-specs, keysManaged, Keys_CreateIfNotExist: "the existing key is returned".
      op.log(
        "warning",
        `${id} stays as it is: Azure does not change a key that exists. Give the new one another name.`,
      );
      return stored;
    }
    checkLocation(stored.response, body);
    const problems = [...checkChange(type.model, stored.response, body)];
    if (problems.length > 0) throw new ArmError(problems);
    if (type.model === "ManagedCluster") checkShown(stored.response, body);
    checkPlacement(this.store, type, id, inputs, body, () => undefined);
    const response = answer(this.store, this.account.tenantId, type, id, inputs, body);
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
    throw gone(id, (other) => this.store.get(other) !== undefined);
  }

  /** A resource as a GET gives it: a cluster lists all of its pools, also those that are resources of their own. */
  view(stored: Stored): Props {
    const list = { ManagedCluster: "agentPoolProfiles", VirtualNetwork: "subnets" }[
      typeOfArm(stored.type).model
    ];
    if (list === undefined) return stored.response;
    const response = structuredClone(stored.response);
    const inline = ((response.properties as Props)[list] ?? []) as Json[];
    for (const { type, response: own } of this.store.under(stored.id)) {
      const { model } = typeOfArm(type);
      if (model === "AgentPool") inline.push({ ...(own.properties as Props), name: own.name });
      if (model === "Subnet") inline.push(own);
    }
    return response;
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
    const spec = clusterSpec(response);
    await this.#inTurn(id, async () => {
      if (!this.store.get(id)) return this.clusters.create(spec, (message) => op.status(message), op.signal);
      // A pool that the program no longer lists stays: a PUT of the cluster does not delete pools.
      for (const pool of spec.pools) await this.clusters.setPool(spec.name, pool);
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
