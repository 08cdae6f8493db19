// What a resource type is, and how one is looked up. Every type that is not in the catalogue is refused by name.
import type { Props } from "../plugin/provider";
import { catalogue } from "./catalogue";
import { uuidOf } from "./values";
import { randomBytes } from "node:crypto";

export interface ResourceType {
  /** Token without package and version: "containerservice:ManagedCluster". */
  readonly token: string;
  /** ARM's name of it. */
  readonly arm: string;
  readonly apiVersion: string;
  /** Class in the mappers that describes its body. */
  readonly model: string;
  /** The names in its id, as azure-native's inputs; the last one is its own. */
  readonly names: readonly string[];
  /** How azure-native makes up a name that is not given (pulumi-azure-native, provider.go `getDefaultName`). */
  readonly autoName: "random" | "copy" | "uuid";
  readonly located: boolean;
  /** Inputs besides the names that cannot be changed in place (pulumi-azure-native, provider/pkg/gen/replacement.go). */
  readonly forceNew: readonly string[];
  id(subscription: string, inputs: Props): string;
  /** azure-native leaves `properties` as an object of its own: in the inputs, or in the outputs as well. */
  readonly unlifted?: "inputs" | "both";
  /** The inputs name the ARM type and the API version, and `properties` goes as it is: resources:Resource. */
  readonly generic?: true;
}

const byToken = new Map(catalogue.map((type) => [type.token, type]));

/** Module -> the versions that can be checked here: the default one, and for AKS also the SDK's own. */
function checkable(type: ResourceType): string[] {
  const versions =
    type.model in { ManagedCluster: 0, AgentPool: 0, MaintenanceConfiguration: 0 } ? ["2025-10-01"] : [];
  return [type.apiVersion, ...versions].map((version) => `v${version.replaceAll("-", "")}`);
}

/**
 * @param token e.g. "azure-native:containerservice:ManagedCluster" or "azure-native:network/v20240501:Subnet"
 * @throws Error naming the type (or its API version) when the stand-in has nothing to check it with
 */
export function typeOf(token: string): ResourceType {
  const [, modulePath = "", name = ""] = token.split(":");
  const [moduleName, version] = modulePath.split("/");
  const type = byToken.get(`${moduleName}:${name}`);
  if (!type)
    throw new Error(
      `The rehearsal's Azure does not know the resource type ${token}. It knows: ${[...byToken.keys()].join(", ")}. ` +
        "Leave the resource out while rehearsing (for example behind a config value), or use the real `pulumi up`.",
    );
  if (version && !checkable(type).includes(version))
    throw new Error(
      `The rehearsal's Azure cannot check API version ${version} of ${type.token}: it has no description of it. ` +
        `Use azure-native:${type.token}, or one of ${checkable(type).join(", ")}.`,
    );
  return type;
}

/** A name for a resource that was given none. */
export function autoName(type: ResourceType, logicalName: string): string {
  if (type.autoName === "copy") return logicalName;
  if (type.autoName === "uuid") return uuidOf(randomBytes(16).toString("hex"));
  return logicalName + randomBytes(4).toString("hex");
}

/** The type that is made: of a generic resource that which its inputs name, and only a cluster can be meant here. */
export const madeType = (type: ResourceType): ResourceType =>
  type.generic ? byToken.get("containerservice:ManagedCluster")! : type;

/** The type of a stored resource, by ARM's name. */
export const typeOfArm = (arm: string): ResourceType => catalogue.find((type) => type.arm === arm)!;

/** Id of the resource that a nested one stands in. */
export const parentOf = (id: string): string => id.split("/").slice(0, -2).join("/");
