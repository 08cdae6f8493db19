// What the program wants of one resource: RegisterResourceRequest, every field of it either taken or refused.
import type { Props } from "./provider";
import { Refusal } from "../refusal";
import type { Timeouts } from "./state";
import { fromProgram, fromStruct } from "./values";

export interface AliasSpec {
  name: string;
  type: string;
  stack: string;
  project: string;
  /** undefined = the parent as it is now; "" = none. */
  parent?: string;
}

export interface Goal {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  inputs: Props;
  /** `<urn>::<id>` of an explicit provider, or "". */
  provider: string;
  /** Providers that a component hands to its children, by package. */
  providers: Map<string, string>;
  version: string;
  pluginDownloadUrl: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** undefined = as the parent. */
  protect?: boolean;
  retainOnDelete?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  hideDiffs: string[];
  additionalSecretOutputs: string[];
  aliases: (string | AliasSpec)[];
  customTimeouts: Timeouts;
  /** undefined = as the provider's diff says. */
  deleteBeforeReplace?: boolean;
  deletedWith: string;
}

const seconds: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a duration as Go writes it (`1h30m`, `90s`); "" = undefined. */
export function parseDuration(text: string, where: string): number | undefined {
  if (text === "") return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join("") !== text) {
    throw new Refusal(
      `${where}: "${text}" is not a duration`,
      "a number needs a unit",
      'write "10m" or "90s"',
    );
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * seconds[unit], 0);
}

const elsewhere = "remove it, or run this program with the real Pulumi CLI";

/** @throws Refusal that names what of the request the rehearsal does not support. */
export function readGoal(request: any): Goal {
  const type: string = request.getType();
  const name: string = request.getName();
  const label = `resource '${name}' [${type}]`;
  const refuse = (given: boolean, what: string, why: string, todo = elsewhere) => {
    if (given) throw new Refusal(`${label}: ${what} is not supported by the rehearsal`, why, todo);
  };
  refuse(
    request.getImportid() !== "",
    "the option `import`",
    "no stand-in knows how to read a foreign object as inputs",
  );
  refuse(
    request.getRemote(),
    "a component of another language",
    "its provider would have to run as a plugin",
  );
  refuse(request.getPackageref() !== "", "a parameterized package", "no stand-in takes parameters");
  refuse(request.getTransformsList().length > 0, "the option `transforms`", "its callbacks are not served");
  refuse(
    request.getStateMigrationsList().length > 0,
    "the option `stateMigrations`",
    "its callbacks are not served",
  );
  refuse(
    request.getReplaceWithList().length > 0,
    "the option `replaceWith`",
    "replacements would not be tied together",
  );
  refuse(
    request.hasReplacementTrigger(),
    "the option `replacementTrigger`",
    "its value is not kept in the state",
  );
  refuse(
    request.getEnvvarmappingsMap().getLength() > 0,
    "the option `envVarMappings`",
    "no plugin is started",
  );
  refuse(request.getPluginchecksumsMap().getLength() > 0, "a plugin checksum", "no plugin is loaded");
  refuse(request.getSnippetid() !== "", "a snippet", "there is no service behind the rehearsal");
  const hooks = request.getHooks()?.toObject();
  refuse(
    Object.values(hooks ?? {}).some((list: any) => list.length > 0),
    "the option `hooks`",
    "its callbacks are not served",
  );
  refuse(
    !request.getAcceptsecrets() || !request.getAliasspecs(),
    "an SDK this old",
    "it cannot take secrets",
    "update @pulumi/pulumi",
  );
  const timeouts = request.getCustomtimeouts()?.toObject() ?? {};
  const timeout = (verb: string) => parseDuration(timeouts[verb] ?? "", `${label}: customTimeouts.${verb}`);
  return {
    type,
    name,
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: fromProgram(fromStruct(request.getObject()), label) as Props,
    provider: request.getProvider(),
    providers: new Map(request.getProvidersMap().toArray()),
    version: request.getVersion(),
    pluginDownloadUrl: request.getPlugindownloadurl(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      request
        .getPropertydependenciesMap()
        .getEntryList()
        .map(([key]: [string]) => [key, request.getPropertydependenciesMap().get(key).getUrnsList()]),
    ),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    hideDiffs: request.getHidediffsList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [...request.getAliasurnsList(), ...request.getAliasesList().map(readAlias)],
    customTimeouts: {
      create: timeout("create"),
      update: timeout("update"),
      delete: timeout("pb_delete") ?? timeout("delete"),
      read: timeout("read"),
    },
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    deletedWith: request.getDeletedwith(),
  };
}

function readAlias(alias: any): string | AliasSpec {
  if (!alias.hasSpec()) return alias.getUrn();
  const spec = alias.getSpec();
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getNoparent() ? "" : spec.getParenturn() || undefined,
  };
}
