// The plugin `pulumi-resource-random` of a stack.
import { sdkVersion } from "../programs/catalogue";
import { servePlugin } from "../plugin/server";
import { randomProvider } from ".";

const provider = randomProvider();
void servePlugin(provider, {
  version: sdkVersion("random", __dirname) ?? "0.0.0",
  schema: async () => (await import("../plugin/schema.js")).packageSchema(provider, __dirname),
});
