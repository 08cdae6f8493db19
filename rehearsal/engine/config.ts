// A stack's configuration: the schema and defaults of Pulumi.yaml, the values of Pulumi.<stack>.yaml, and their
// checks with the CLI's own words (sdk/go/common/workspace/config.go).
import { Refusal } from "./refusal";
import { passphraseFromEnvironment, Secrets } from "./secrets";

export interface Config {
  /** `namespace:key` -> text, as the program gets it in PULUMI_CONFIG; structured values as JSON. */
  values: Record<string, string>;
  /** Keys whose values are secret. */
  secretKeys: string[];
}

interface Sources {
  project: string;
  projectFile: string;
  schema: Record<string, unknown>;
  stack: string;
  stackFile: string;
  stackSettings: any;
  overrides: Record<string, string>;
  env: NodeJS.ProcessEnv;
}

interface Entry {
  type?: string;
  items?: { type?: string; items?: any };
  default?: unknown;
  value?: unknown;
  secret?: boolean;
  description?: string;
}

const asText = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

function hasType(value: unknown, type: string, items: Entry["items"]): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "array":
      return Array.isArray(value) && value.every((item) => hasType(item, items?.type ?? "", items?.items));
    default:
      return false;
  }
}

const typeName = (type: string, items: Entry["items"]): string =>
  type === "array" ? `array<${typeName(items?.type ?? "", items?.items)}>` : type;

function readSchema(from: Sources): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const wrong = (text: string) =>
    new Refusal(`${from.projectFile}: ${text}`, "its schema is not valid", "correct it");
  for (const [key, raw] of Object.entries(from.schema)) {
    const isEntry = typeof raw === "object" && raw !== null && !Array.isArray(raw);
    const entry: Entry = isEntry ? (raw as Entry) : { default: raw };
    for (const member of Object.keys(entry)) {
      if (!["type", "items", "default", "value", "secret", "description"].includes(member)) {
        throw wrong(`configuration key '${key}' has an unknown member '${member}'`);
      }
    }
    const { type, items } = entry;
    if (type !== undefined && !["string", "integer", "boolean", "object", "array"].includes(type)) {
      throw wrong(`configuration key '${key}' has the unknown type '${type}'`);
    }
    if (type === "array" && items?.type === undefined) {
      throw wrong(
        `The configuration key '${key}' declares an array but does not specify the underlying type via the 'items' attribute`,
      );
    }
    if (type !== undefined && entry.default !== undefined && !hasType(entry.default, type, items)) {
      throw wrong(
        `The default value specified for configuration key '${key}' is not of the expected type '${typeName(type, items)}'`,
      );
    }
    entries.set(key, entry);
  }
  return entries;
}

/** The stack file's values, `secure:` ones decrypted. */
async function readStackValues(from: Sources, put: (key: string, value: unknown, secret: boolean) => void) {
  const { config = {}, encryptionsalt, secretsprovider, ...others } = from.stackSettings;
  for (const other of Object.keys(others)) {
    throw new Refusal(
      `${from.stackFile}: '${other}' is not supported by the rehearsal`,
      "it would be ignored, and the program might get other values than from `pulumi up`",
      "remove it, or give the values under 'config'",
    );
  }
  let secrets: Secrets | undefined;
  const open = async (key: string, ciphertext: string): Promise<string> => {
    const passphrase = passphraseFromEnvironment(from.env);
    const refuse = (why: string, todo: string) =>
      new Refusal(
        `${from.stackFile}: the secret configuration value '${key}' cannot be decrypted`,
        why,
        todo,
      );
    if (encryptionsalt === undefined || (secretsprovider ?? "passphrase") !== "passphrase") {
      throw refuse(
        `it was encrypted with the secrets provider "${secretsprovider ?? "of a Pulumi service"}"`,
        "give the value to the rehearsal in plain text as an override, or use the passphrase provider",
      );
    }
    if (passphrase === undefined) {
      throw refuse(
        "PULUMI_CONFIG_PASSPHRASE is not set",
        "set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase",
      );
    }
    secrets ??= await Secrets.open(passphrase, encryptionsalt);
    if (!secrets)
      throw refuse("PULUMI_CONFIG_PASSPHRASE is not this stack's passphrase", "set the right one");
    return secrets.decrypt(ciphertext);
  };
  const decrypt = async (key: string, value: any, found: () => void): Promise<unknown> => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return Promise.all(value.map((item) => decrypt(key, item, found)));
    const members = Object.entries(value);
    if (members.length === 1 && typeof value.secure === "string") {
      found();
      return open(key, value.secure);
    }
    const opened = members.map(async ([name, item]) => [name, await decrypt(key, item, found)]);
    return Object.fromEntries(await Promise.all(opened));
  };
  for (const [key, value] of Object.entries(config ?? {})) {
    let isSecret = false;
    const plain = await decrypt(key, value, () => (isSecret = true));
    put(key, plain, isSecret);
  }
}

export async function resolveConfig(from: Sources): Promise<Config> {
  const qualified = (key: string) => (key.includes(":") ? key : `${from.project}:${key}`);
  const values = new Map<string, { value: unknown; secret: boolean }>();
  const schema = readSchema(from);
  await readStackValues(from, (key, value, secret) => values.set(qualified(key), { value, secret }));
  for (const [key, text] of Object.entries(from.overrides)) {
    // A secret stays one, whoever gives it.
    const declared = schema.get(key) ?? schema.get(key.replace(`${from.project}:`, ""));
    const secret = declared?.secret === true || values.get(qualified(key))?.secret === true;
    const structured = declared?.type === "array" || declared?.type === "object";
    values.set(qualified(key), { value: structured ? parsed(text) : text, secret });
  }
  const todo = `set it in ${from.stackFile} under 'config', for example with \`pulumi config set\``;
  const missing: string[] = [];
  for (const [key, entry] of [...schema].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const preset = entry.default ?? entry.value;
    const found = values.get(qualified(key));
    if (found === undefined && preset !== undefined)
      values.set(qualified(key), { value: preset, secret: false });
    else if (found === undefined && qualified(key).startsWith(`${from.project}:`)) missing.push(key);
  }
  if (missing.length > 0) {
    const named = missing.map((key) => `'${key}'`);
    const list = named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : named[0];
    throw new Refusal(
      `Stack '${from.stack}' is missing configuration value${named.length > 1 ? "s" : ""} ${list}`,
      `${from.projectFile} declares it without a default`,
      todo,
    );
  }
  for (const [key, entry] of schema) {
    const found = values.get(qualified(key));
    const named = `Stack '${from.stack}' with configuration key '${key}'`;
    if (found === undefined || entry.type === undefined) continue;
    // Values of the stack file are texts to the CLI, whatever YAML makes of them.
    const value = typeof found.value === "object" ? found.value : String(found.value);
    if (entry.secret && !found.secret) {
      throw new Refusal(
        `${named} must be encrypted as it's secret`,
        "it stands in plain text",
        `${todo} --secret`,
      );
    }
    if (!hasType(value, entry.type, entry.items)) {
      const expected = typeName(entry.type, entry.items);
      const given = found.secret ? "" : `, not ${JSON.stringify(found.value)}`;
      throw new Refusal(
        `${named} must be of type '${expected}'`,
        `${from.projectFile} declares it so${given}`,
        todo,
      );
    }
  }
  return {
    values: Object.fromEntries([...values].map(([key, { value }]) => [key, asText(value)])),
    secretKeys: [...values].filter(([, { secret }]) => secret).map(([key]) => key),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
