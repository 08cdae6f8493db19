// The Pulumi schema of what a plugin serves: YAML programs, `pulumi import` and typed handles ask for it.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { cacheFolder } from "../programs/find";
import type { Spec } from "./declarations";
import type { Provider } from "./provider";

const sources = [__filename, require.resolve("./declarations")];

/**
 * The schema as JSON text, from the user's cache where it was made before.
 * @param from a folder of the program, whose SDK is read; a program in YAML has none, and ours is
 */
export async function packageSchema(provider: Provider, from: string): Promise<string> {
  const manifest = require.resolve(`@pulumi/${provider.pkg}/package.json`, { paths: [from, __dirname] });
  const { version } = require(manifest);
  const recipe = [provider.types, provider.functions, sources.map((file) => fs.readFileSync(file, "utf8"))];
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
  const file = path.join(cacheFolder(), "schemas", `${provider.pkg}-${version}-${hash}.json`);
  if (fs.existsSync(file)) return fs.readFileSync(file, "utf8");
  const schema = JSON.stringify(await schemaOf(provider, version, path.dirname(manifest)));
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const mine = `${file}.${randomUUID()}`;
    fs.writeFileSync(mine, schema);
    fs.renameSync(mine, file);
  } catch {
    // A cache that cannot be written costs time, nothing else.
  }
  return schema;
}

async function schemaOf(provider: Provider, version: string, folder: string): Promise<Spec> {
  // With it comes the TypeScript compiler, which a run with a cached schema is spared.
  const { Declarations } = require("./declarations") as typeof import("./declarations");
  const sdk = new Declarations(folder, provider.pkg);
  /** An older SDK may lack what the stand-in knows. */
  const inSdk = (tokens: readonly string[]) =>
    tokens.flatMap((token) => {
      const [file, name] = placeOf(token);
      const found = sdk.file(file);
      return found ? [{ token, name, own: found.get(name)!, found }] : [];
    });
  const resources: Record<string, Spec> = {};
  for (const { token, name, own, found } of inSdk(provider.types)) {
    const outputs = sdk.members(own);
    for (const secret of provider.secretOutputs(token))
      outputs.properties[secret] = { ...outputs.properties[secret], secret: true };
    const { properties: inputProperties, required: requiredInputs } = sdk.members(found.get(`${name}Args`)!);
    resources[token] = { ...outputs, inputProperties, requiredInputs };
  }
  const functions: Record<string, Spec> = {};
  const getters = provider.types.map((token) => token.replace(/\w+$/, "get$&"));
  for (const { token, name, found } of inSdk([...getters, ...(provider.functions ?? [])])) {
    const upper = name[0].toUpperCase() + name.slice(1);
    const args = found.get(`${upper}Args`);
    functions[token] = {
      ...(args && { inputs: { type: "object", ...sdk.members(args) } }),
      outputs: { type: "object", ...sdk.members(found.get(`${upper}Result`)!) },
    };
  }
  const settings = sdk.members(sdk.file("provider.d.ts")!.get("ProviderArgs")!);
  return {
    name: provider.pkg,
    version,
    // "random:index/randomString:RandomString" is RandomString of module "index".
    meta: { moduleFormat: "(.*)(?:/[^/]*)" },
    config: { variables: settings.properties },
    provider: { inputProperties: settings.properties, requiredInputs: settings.required },
    resources,
    functions,
    types: sdk.types,
  };
}

/** "random:index/randomString:RandomString" is in randomString.d.ts, "azure-native:network:Subnet" in network/subnet.d.ts. */
function placeOf(token: string): [file: string, name: string] {
  const [, modulePath, name] = token.split(":");
  const file = `${name[0].toLowerCase()}${name.slice(1)}.d.ts`;
  return [modulePath.startsWith("index/") ? file : `${modulePath}/${file}`, name];
}
