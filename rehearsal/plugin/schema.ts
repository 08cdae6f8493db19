// The Pulumi schema of what a plugin serves: YAML programs, `pulumi import` and typed handles ask for it.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { cacheFolder } from "../programs/find";
import { Declarations, type Members, type Spec } from "./declarations";
import type { Provider } from "./provider";

const declarations = require.resolve("./declarations");

/**
 * The schema as JSON text, from the user's cache where it was made before.
 * @param from a folder of the program, whose SDK is read; a program in YAML has none, and ours is
 */
export function packageSchema(provider: Provider, from: string): string {
  const manifest = require.resolve(`@pulumi/${provider.pkg}/package.json`, { paths: [from, __dirname] });
  const { version } = require(manifest);
  const sources = [__filename, declarations].map((file) => fs.readFileSync(file, "utf8"));
  const recipe = JSON.stringify([provider.types, provider.functions, sources]);
  const hash = createHash("sha256").update(recipe).digest("hex").slice(0, 16);
  const file = path.join(cacheFolder(), "schemas", `${provider.pkg}-${version}-${hash}.json`);
  if (fs.existsSync(file)) return fs.readFileSync(file, "utf8");
  const schema = JSON.stringify(schemaOf(provider, version, path.dirname(manifest)));
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

function schemaOf(provider: Provider, version: string, folder: string): Spec {
  const sdk = new Declarations(folder, provider.pkg);
  const settings = sdk.members(sdk.file("provider.d.ts")!.get("ProviderArgs")!);
  const resources: Record<string, Spec> = {};
  const functions: Record<string, Spec> = {};
  const addFunction = (token: string) => {
    const name = token.split(":")[2];
    const file = fileOf(token);
    const found = sdk.file(file);
    if (!found) return;
    const upper = name[0].toUpperCase() + name.slice(1);
    const args = found.get(`${upper}Args`);
    functions[token] = {
      ...sdk.description(found.get(name)!),
      ...(args ? { inputs: object(sdk.members(args)) } : {}),
      outputs: object(sdk.members(found.get(`${upper}Result`)!)),
    };
  };
  for (const token of provider.types) {
    const name = token.split(":")[2];
    const found = sdk.file(fileOf(token));
    // The SDK is an older one than the stand-in knows.
    if (!found) continue;
    const outputs = sdk.members(found.get(name)!);
    for (const secret of provider.secretOutputs(token)) outputs.properties[secret].secret = true;
    const inputs = sdk.members(found.get(`${name}Args`)!);
    resources[token] = {
      ...sdk.description(found.get(name)!),
      ...outputs,
      inputProperties: inputs.properties,
      requiredInputs: inputs.required,
    };
    addFunction(token.replace(/\w+$/, "get$&"));
  }
  provider.functions?.forEach(addFunction);
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

const object = (members: Members): Spec => ({ type: "object", ...members });

/** "random:index/randomString:RandomString" is declared in randomString.d.ts, "azure-native:network:Subnet" in network/subnet.d.ts. */
function fileOf(token: string): string {
  const [, modulePath, name] = token.split(":");
  const [moduleName] = modulePath.split("/");
  const file = `${name[0].toLowerCase()}${name.slice(1)}.d.ts`;
  return moduleName === "index" ? file : `${moduleName}/${file}`;
}
