// Create, update and delete as Azure would: what must be there first, what goes with what, and the nodes behind it.
import type { ClusterHost } from "../clusters";
import { InitializationError, type Operation, type Props } from "../plugin/provider";
import { clusterSpec, nodePool } from "./aks";
import { answer } from "./answers";
import { ArmError, gone, refusal } from "./arm";
import { checkChange, checkLocation, checkShown } from "./changes";
import { checkPlacement, subnetUser } from "./placement";
import type { Store, Stored } from "./store";
import { cluster, parentOf, typeOfArm, type ResourceType } from "./types";
import { at, list } from "./values";

export interface Account {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly location?: string;
  /** azure-native's `environment`: public, china or usgovernment. */
  readonly environment: string;
}

/** Tells what is waited for. */
type Waiting = Pick<Operation, "signal" | "status">;

export class Azure {
  constructor(
    readonly store: Store,
    readonly clusters: ClusterHost,
    readonly account: Account,
  ) {}

  /** @throws InitializationError where the resource is there now but not ready */
  async create(op: Operation, type: ResourceType, id: string, inputs: Props, body: Props): Promise<Stored> {
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
    const existing = this.store.get(id);
    if (existing) throw refuse(existing);
    checkPlacement(this.store, type, id, inputs, body, (message) => op.log("info", message));
    const response = answer(this.store, this.account.tenantId, type, id, inputs, body);
    const wanted: Stored = { id, type: type.arm, request: body, response };
    if (type === cluster) {
      // Azure holds a cluster from the PUT on, whoever ends before it is ready.
      if (!(await this.store.put(inState(wanted, "Creating"), true))) throw refuse(this.existing(id));
      return this.ready(id, op);
    }
    await this.#setNodes(op, type, id, response);
    return (await this.store.put(wanted, true)) || Promise.reject(refuse(this.existing(id)));
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
    if (type === cluster) {
      checkShown(stored.response, body);
      await this.ready(id, op);
    }
    checkPlacement(this.store, type, id, inputs, body, () => undefined);
    const response = answer(this.store, this.account.tenantId, type, id, inputs, body);
    await this.#setNodes(op, type, id, response);
    return (await this.store.put({ id: stored.id, type: type.arm, request: body, response })) as Stored;
  }

  async delete(op: Operation, type: ResourceType, id: string): Promise<void> {
    const stored = this.store.get(id);
    if (!stored) return; // 404 is success for a delete
    const inUse = subnetUser(this.store, id);
    if (type.arm.startsWith("Microsoft.Network/") && inUse)
      throw refusal(
        400,
        "InUseSubnetCannotBeDeleted",
        `Subnet ${id} is in use by ${inUse} and cannot be deleted.`,
        "Delete the cluster first: let it depend on the subnet.",
      );
    for (const entry of [stored, ...this.store.under(id)].filter((one) => one.type === cluster.arm)) {
      const name = String(entry.response.name);
      op.status(`deleting the cluster ${name}`);
      await this.store.inTurn(entry.id, () => this.clusters.delete(name));
    }
    if (type.model === "AgentPool" && this.store.get(parentOf(id)))
      await this.#setPool(op, parentOf(id), {
        ...(stored.response.properties as Props),
        name: stored.response.name,
        count: 0,
      });
    await this.store.remove(id);
  }

  /** @throws ArmError 404 where there is no such resource. */
  existing(id: string): Stored {
    const stored = this.store.get(id);
    if (stored) return stored;
    throw gone(id, (other) => this.store.get(other) !== undefined);
  }

  /**
   * A cluster whose creation has ended; one that was left in the middle is finished, as Azure goes on without the client.
   * @throws InitializationError where it cannot be
   */
  async ready(id: string, { signal, status }: Waiting): Promise<Stored> {
    return this.store.inTurn(id, async () => {
      const stored = this.existing(id);
      if (stateOf(stored) === "Succeeded") return stored;
      try {
        await this.clusters.create(clusterSpec(stored.response), status, signal);
      } catch (error) {
        const failed = signal.aborted ? stored : inState(stored, "Failed");
        await this.store.put(failed);
        // azure-native records what it has made in part (crud.go, HandleErrorWithCheckpoint), and updates it next time.
        throw new InitializationError({ id, outputs: failed.response }, [(error as Error).message]);
      }
      return (await this.store.put(inState(stored, "Succeeded"))) as Stored;
    });
  }

  /** A resource as a GET gives it: a cluster lists all of its pools, also those that are resources of their own. */
  view(stored: Stored): Props {
    const name = { ManagedCluster: "agentPoolProfiles", VirtualNetwork: "subnets" }[
      typeOfArm(stored.type).model
    ];
    if (name === undefined) return stored.response;
    const response = structuredClone(stored.response);
    const properties = response.properties as Props;
    for (const { type, response: own } of this.store.under(stored.id)) {
      const { model } = typeOfArm(type);
      if (model !== "AgentPool" && model !== "Subnet") continue;
      const entry = model === "AgentPool" ? { ...(own.properties as Props), name: own.name } : own;
      // After a refresh the network's or cluster's own request may list it as well.
      const others = list(properties, name).filter((one) => at(one, "name") !== own.name);
      properties[name] = [...others, entry];
    }
    return response;
  }

  /** The part that has nodes behind it. A pool that the program no longer lists stays: a PUT does not delete pools. */
  async #setNodes(op: Waiting, type: ResourceType, id: string, response: Props): Promise<void> {
    if (type.model === "AgentPool")
      await this.#setPool(op, parentOf(id), { ...(response.properties as Props), name: response.name });
    if (type === cluster)
      for (const pool of list(response, "properties.agentPoolProfiles"))
        await this.#setPool(op, id, pool as Props);
  }

  async #setPool(op: Waiting, id: string, properties: Props): Promise<void> {
    const { response } = await this.ready(id, op);
    const pool = nodePool(properties);
    op.status(`${pool.count} nodes in pool ${pool.name}`);
    await this.store.inTurn(id, () => this.clusters.setPool(String(response.name), pool));
  }
}

const stateOf = (stored: Stored) => at(stored.response, "properties.provisioningState");

const inState = (stored: Stored, provisioningState: string): Stored => ({
  ...stored,
  response: {
    ...stored.response,
    properties: { ...(stored.response.properties as Props), provisioningState },
  },
});
