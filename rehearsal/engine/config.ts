// A stack's configuration: the schema and defaults of Pulumi.yaml, the values of Pulumi.<stack>.yaml, and their
// checks with the CLI's own words (pulumi/pulumi, sdk/go/common/workspace/project.go and pkg/workspace/config.go).
import { hasType, readSchema, typeName } from "./configSchema";
import { Refusal } from "../refusal";
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

const asText = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** YAML's dates as the CLI passes them on: Go's text of them (pulumi/pulumi sdk/go/common/resource/config/object.go). */
function withoutDates(value: any): unknown {
  if (value instanceof Date) {
    return value
      .toISOString()
      .replace("T", " ")
      .replace(/\.?0*Z$/, " +0000 UTC");
  }
  if (Array.isArray(value)) return value.map(withoutDates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutDates(one)]));
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
    const plain = await decrypt(key, withoutDates(value), () => (isSecret = true));
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
