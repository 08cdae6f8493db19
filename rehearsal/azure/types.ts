// What a resource type is, and how one is looked up. Every type that is not in data/types.yaml is refused by name.
import { randomBytes } from "node:crypto";
import type { Props } from "../plugin/provider";
import { sameId, table, uuidOf } from "./values";

export interface ResourceType {
  /** Token without package and version: "containerservice:ManagedCluster". */
  readonly token: string;
  /** ARM's name of it. */
  readonly arm: string;
  readonly apiVersion: string;
  /** ARM's name of what it is. */
  readonly model: string;
  /** Inputs that stand beside `properties`, not under it. */
  readonly top: readonly string[];
  /** The names in its id, as azure-native's inputs; the last one is its own. */
  readonly names: readonly string[];
  /** Stands in another one, not only in a resource group. */
  readonly nested: boolean;
  readonly located: boolean;
  /** Inputs besides the names that cannot be changed in place. */
  readonly forceNew: readonly string[];
  /** Paths under `properties` that an update keeps where it leaves out the first of each group. */
  readonly kept: readonly (readonly string[])[];
  /** Pattern of its own name, and in words. */
  readonly named?: readonly [string, string];
  /** azure-native leaves `properties` as an object of its own: in the inputs, or in the outputs as well. */
  readonly unlifted?: "inputs" | "both";
  /** The inputs name the ARM type and the API version, and `properties` goes as it is: resources:Resource. */
  readonly generic?: true;
  /** Path of its id, with the names of inputs in braces. */
  readonly path: string;
}

/** As it stands in the table. */
type Row = Pick<ResourceType, "path" | "apiVersion"> & {
  names?: string;
  forceNew?: string;
  top?: string;
  kept?: string;
};

function resourceType(token: string, row: Row): ResourceType {
  const group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
  const extension = row.path.startsWith("{");
  const path = extension ? `/${row.path}` : row.path ? `${group}/providers/${row.path}` : group;
  const inPath = [...path.matchAll(/\{(?!subscriptionId)(\w+)\}/g)].map(([, name]) => name);
  const nested = !extension && inPath.length > 2;
  return {
    arm: armOf(path),
    model: token.split(":")[1],
    ...row,
    ...{ token, path, nested, located: !extension && !nested },
    names: row.names?.split(" ") ?? inPath,
    forceNew: row.forceNew?.split(" ") ?? [],
    kept: row.kept?.split(" ").map((group) => group.split("+")) ?? [],
    top: (row.top ?? "id location tags identity kind managedBy extendedLocation").split(" "),
  };
}

export const catalogue: readonly ResourceType[] = Object.entries(table<Record<string, Row>>("types")).map(
  ([token, row]) => resourceType(token, row),
);
const ofToken = (token: string) => catalogue.find((type) => type.token === token);

/** The versions that can be checked here: the default one, and for AKS also the SDK's own. */
const checkable = ({ apiVersion }: ResourceType): string[] =>
  (apiVersion === "2025-09-01" ? [apiVersion, "2025-10-01"] : [apiVersion]).map(
    (version) => `v${version.replaceAll("-", "")}`,
  );

/**
 * @param token e.g. "azure-native:containerservice:ManagedCluster" or "azure-native:network/v20240501:Subnet"
 * @throws Error naming the type (or its API version) when the stand-in has nothing to check it with
 */
export function typeOf(token: string): ResourceType {
  const [, modulePath = "", name = ""] = token.split(":");
  const [moduleName, version] = modulePath.split("/");
  const type = ofToken(`${moduleName}:${name}`);
  if (!type)
    throw new Error(
      `The rehearsal's Azure does not know the resource type ${token}. It knows: ${catalogue.map((one) => one.token).join(", ")}. ` +
        "Leave the resource out while rehearsing (for example behind a config value), or use the real `pulumi up`.",
    );
  if (version && !checkable(type).includes(version))
    throw new Error(
      `The rehearsal's Azure cannot check API version ${version} of ${type.token}: it has no description of it. ` +
        `Use azure-native:${type.token}, or one of ${checkable(type).join(", ")}.`,
    );
  return type;
}

/** The id that the names in the inputs make; slashes around another's id are cut off (azure-native, crud.go). */
export const idOf = (type: ResourceType, subscriptionId: string, inputs: Props): string =>
  type.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    String({ ...inputs, subscriptionId }[name]).replace(/^\/+|\/+$/g, ""),
  );

/** The names in an id, as inputs. @throws Error in azure-native's words where it is an id of something else */
export function namesIn(type: ResourceType, id: string): Props {
  const pattern = type.path
    .replace(/^\/\{(scope|resourceUri)\}/, "(?<$1>.+)")
    .replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  const found = new RegExp(`^${pattern}$`, "i").exec(id)?.groups;
  // pulumi-azure-native, provider/pkg/resources, ParseResourceID
  if (!found) throw new Error(`failed to parse '${id}' against the path '${type.path}'`);
  const { subscriptionId: _, ...names } = found;
  return names;
}

/**
 * A name for a resource that was given none, as azure-native makes it up (provider.go `getDefaultName`).
 * @returns random = two of them can stand beside each other
 */
export function autoName(type: ResourceType, logicalName: string): { name: string; random: boolean } {
  if (type.nested) return { name: logicalName, random: false };
  const random = randomBytes(16).toString("hex");
  const name = type.model === "RoleAssignment" ? uuidOf(random) : logicalName + random.slice(0, 8);
  return { name, random: true };
}

/** The type that is made: of a generic resource that which its inputs name, and only a cluster can be meant here. */
export const madeType = (type: ResourceType): ResourceType => (type.generic ? cluster : type);
export const cluster = ofToken("containerservice:ManagedCluster")!;
export const agentPool = ofToken("containerservice:AgentPool")!;

/** The type of what has an id, of a cluster the typed one; undefined = none that is known here. */
export const typeOfId = (id: string): ResourceType | undefined =>
  catalogue.find(({ arm }) => sameId(arm, armOf(id)));

/** ARM's type of what has an id. */
export function armOf(id: string): string {
  if (!id.includes("/providers/")) return "Microsoft.Resources/resourceGroups";
  const [namespace, ...rest] = id.split("/providers/").at(-1)!.split("/");
  return [namespace, ...rest.filter((_name, i) => i % 2 === 0)].join("/");
}

/** Id of the resource that a nested one stands in. */
export const parentOf = (id: string): string => id.split("/").slice(0, -2).join("/");
