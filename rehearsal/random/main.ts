// The plugin `pulumi-resource-random` of a stack.
import { sdkVersion } from "../programs/catalogue";
import { servePlugin } from "../plugin/server";
import { randomProvider } from ".";

const provider = randomProvider();
void servePlugin(provider, {
  version: sdkVersion("random", __dirname) ?? "0.0.0",
  schema: () => {
    const { packageSchema } = require("../plugin/schema") as typeof import("../plugin/schema");
    return packageSchema(provider, __dirname);
  },
});
