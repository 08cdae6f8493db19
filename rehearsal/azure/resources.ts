// Create, update and delete as Azure would: what must be there first, what goes with what, and the nodes behind it.
import type { ClusterHost } from "../clusters";
import { InitializationError, type Json, type Operation, type Props } from "../plugin/provider";
import { clusterSpec, nodePool } from "./aks";
import { answer } from "./answers";
import { refusal } from "./arm";
import { checkChange, withKept } from "./changes";
import { checkPlacement, subnetUser } from "./placement";
import type { Store, Stored } from "./store";
import { armOf, cluster, parentOf, typeOfId } from "./types";
import { at, list, sameId, text } from "./values";

export interface Account {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly location?: string;
}

/** Of a provider that is given none. */
export const noSubscription = "00000000-0000-0000-0000-000000000000";

/** Tells what is waited for. */
type Waiting = Pick<Operation, "signal" | "status">;

export class Azure {
  constructor(
    readonly store: Store,
    readonly clusters: ClusterHost,
    readonly account: Account,
  ) {}

  /**
   * A resource. A pool that stands in its cluster's body is one of its own as well (azure-rest-api-specs, managedClusters.json,
   * AgentPools_Get; imported so in pulumi/pulumi-azure-native#1575).
   */
  get(id: string): Stored | undefined {
    const stored = this.store.get(id);
    const owner = !stored && typeOfId(id)?.model === "AgentPool" ? this.store.get(parentOf(id)) : undefined;
    const [request, response] = [owner?.request, owner?.response].map((body = {}) => {
      const pools = list(body, "properties.agentPoolProfiles") as Props[];
      return pools.find(({ name }) => sameId(`${parentOf(id)}/agentPools/${String(name)}`, id));
    });
    if (!response) return stored;
    const { name, ...properties } = response;
    const { name: _, ...asked } = request ?? response;
    return { id, request: { properties: asked }, response: { id, name, type: armOf(id), properties } };
  }

  /** @throws ArmError 404 where there is no such resource */
  existing(id: string): Stored {
    return this.get(id) ?? this.store.existing(id);
  }

  /** @throws InitializationError where the resource is there now but not ready */
  async create(op: Operation, id: string, body: Props): Promise<Stored> {
    // pulumi-azure-native, provider/pkg/azure/client_azcore.go `CanCreate`. A killed run leaves such a resource; `pulumi
    // refresh --import-pending-creates` forgets it instead of taking it in (seen with CLI 3.274.1, whose engine reads no
    // operation of type "importing"), `pulumi import` does not.
    const refuse = (existing: Stored) =>
      new Error(
        `cannot create already existing resource '${existing.id}'. If a run of this stack was killed while it made it, run ` +
          `\`pulumi import --protect=false --generate-code=false '${op.type}' '${op.name}' '${existing.id}'` +
          `${op.urn.split("::")[2]?.includes("$") ? " --parent 'parent=<URN of its parent>'" : ""}\`. ` +
          "Else give this one another name, or take the one that exists into the stack with the `import` option.",
      );
    const existing = this.get(id);
    if (existing) throw refuse(existing);
    checkPlacement(this.store, id, body, (message) => op.log("info", message));
    const response = answer(this.store, this.account.tenantId, id, body);
    const wanted: Stored = { id, request: body, response };
    if (typeOfId(id) === cluster) {
      // Azure holds a cluster from the PUT on, whoever ends before it is ready.
      await this.store.put(inState(wanted, "Creating"), refuse);
      return this.ready(id, op);
    }
    await this.#setNodes(op, id, response);
    return this.store.put(wanted, refuse);
  }

  async update(op: Operation, id: string, asked: Props): Promise<Stored> {
    const stored = this.existing(id);
    const body = withKept(typeOfId(id)!, stored.response, asked);
    if (typeOfId(id) === cluster) await this.#updatePools(op, stored, body);
    checkChange(typeOfId(id)!.model, stored.response, body);
    await this.ready(id, op);
    checkPlacement(this.store, id, body, () => undefined);
    const response = answer(this.store, this.account.tenantId, id, body);
    await this.#setNodes(op, id, response);
    return this.store.put({ id: stored.id, request: body, response });
  }

  async delete(op: Operation, id: string): Promise<void> {
    const stored = this.get(id);
    if (!stored) return; // 404 is success for a delete
    const inUse = subnetUser(this.store, id);
    if (armOf(id).startsWith("Microsoft.Network/") && inUse)
      throw refusal(
        400,
        "InUseSubnetCannotBeDeleted",
        `Subnet ${id} is in use by ${inUse} and cannot be deleted.`,
        "Delete the cluster first: let it depend on the subnet.",
      );
    for (const entry of [stored, ...this.store.under(id)].filter((one) => typeOfId(one.id) === cluster)) {
      const name = String(entry.response.name);
      op.status(`deleting the cluster ${name}`);
      await this.store.inTurn(entry.id, () => this.clusters.delete(name));
    }
    const owner = typeOfId(id)!.model === "AgentPool" ? this.store.get(parentOf(id)) : undefined;
    if (owner) {
      const system = list(this.view(owner), "properties.agentPoolProfiles").filter(
        (pool) => at(pool, "mode") === "System",
      );
      // AKS's words: Azure/aks-engine#542, with the code of pulumi/pulumi-azure-native#1575.
      if (system.every((pool) => at(pool, "name") === stored.response.name) && system.length > 0)
        throw refusal(
          400,
          "OperationNotAllowed",
          "There has to be at least one system agent pool.",
          "Make another system pool first, or delete the cluster.",
        );
      await this.#setNodes(op, id, stored.response, { count: 0 });
      // A PUT of the cluster may have named it as well.
      const pools = list(owner.response, "properties.agentPoolProfiles");
      const others = pools.filter((pool) => at(pool, "name") !== stored.response.name);
      (owner.response.properties as Props).agentPoolProfiles = others;
      await this.store.put(owner);
    }
    await this.store.remove(id);
  }

  /**
   * A resource whose creation has ended; a cluster that was left in the middle is finished, as Azure goes on without the client.
   * @throws InitializationError where it cannot be
   */
  async ready(id: string, { signal, status }: Waiting): Promise<Stored> {
    return this.store.inTurn(id, async () => {
      const stored = this.existing(id);
      if (typeOfId(id) !== cluster || at(stored.response, "properties.provisioningState") === "Succeeded")
        return stored;
      try {
        await this.clusters.create(clusterSpec(stored.response), status, signal);
      } catch (error) {
        const failed = signal.aborted ? stored : inState(stored, "Failed");
        await this.store.put(failed);
        // azure-native records what it has made in part (crud.go, HandleErrorWithCheckpoint), and updates it next time.
        throw new InitializationError({ id, outputs: failed.response }, [(error as Error).message]);
      }
      return this.store.put(inState(stored, "Succeeded"));
    });
  }

  /** A resource as a GET gives it: a cluster lists all of its pools, also those that are resources of their own. */
  view(stored: Stored): Props {
    const response = structuredClone(stored.response);
    for (const { id, response: own } of this.store.under(stored.id)) {
      const name = { AgentPool: "agentPoolProfiles", Subnet: "subnets" }[typeOfId(id)!.model];
      if (name === undefined || !sameId(parentOf(id), stored.id)) continue;
      const entry = name === "subnets" ? own : { ...(own.properties as Props), name: own.name };
      // After a refresh the network's or cluster's own request may list it as well.
      const others = list(response, `properties.${name}`).filter((one) => at(one, "name") !== own.name);
      // AKS lists its pools by name: hashicorp/terraform-provider-azurerm#3835.
      const byName = (a: Json, b: Json) => (text(a, "name")! < text(b, "name")! ? -1 : 1);
      (response.properties as Props)[name] = [...others, entry].sort(byName);
    }
    return response;
  }

  /** Pools in a cluster's PUT that are resources of their own change as well: pulumi/pulumi-azure-native#2719, #4264. */
  async #updatePools(op: Operation, stored: Stored, body: Props): Promise<void> {
    const known = list(this.view(stored), "properties.agentPoolProfiles").map((pool) => text(pool, "name"));
    for (const pool of list(body, "properties.agentPoolProfiles") as Props[]) {
      const { name, ...properties } = pool;
      if (!known.includes(String(name)))
        throw refusal(
          400,
          "BadRequest",
          "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations. For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api",
          "Declare it as an AgentPool.",
        );
      const own = `${stored.id}/agentPools/${String(name)}`;
      if (this.store.get(own)) await this.update(op, own, { properties });
    }
  }

  /** The nodes behind it. A pool that the program no longer lists stays: a PUT does not delete pools. */
  async #setNodes(op: Waiting, id: string, response: Props, change: Props = {}) {
    const own = { ...(response.properties as Props), name: response.name, ...change };
    const isPool = typeOfId(id)!.model === "AgentPool";
    const owner = isPool ? parentOf(id) : id;
    for (const properties of isPool ? [own] : list(response, "properties.agentPoolProfiles")) {
      const { response } = await this.ready(owner, op);
      const pool = nodePool(properties as Props);
      op.status(`${pool.count} nodes in pool ${pool.name}`);
      await this.store.inTurn(owner, () => this.clusters.setPool(String(response.name), pool));
    }
  }
}

const inState = (stored: Stored, provisioningState: string): Stored => ({
  ...stored,
  response: {
    ...stored.response,
    properties: { ...(stored.response.properties as Props), provisioningState },
  },
});
