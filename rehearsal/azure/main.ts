// The plugin `pulumi-resource-azure-native` of a stack. Argument: the stack's folder; the engine's address is the last word.
import path from "node:path";
import { sdkVersion } from "../programs/catalogue";
import { servePlugin } from "../plugin/server";
import { clustersOf, readFolder } from "../stack";
import type { ClusterHost } from "../clusters";
import { azureProvider } from "./provider";
import { writeKubeloginShim } from "./kubelogin";

async function main(folder: string): Promise<void> {
  const stack = readFolder(folder);
  const clusters = await clustersOf(stack, (line) => process.stderr.write(`${line}\n`));
  const host: ClusterHost = {
    ...clusters,
    async create(spec, status, signal) {
      await clusters.create(spec, status, signal);
      // Now Azure says that the cluster is ready: what goes wrong in the layers begins before the first of them.
      await clusters.setFaults(spec.name, stack.settings.faults ?? []);
    },
    async kubeconfig(name) {
      // One that is being made beside it has none yet.
      const files = clusters.names().map((one) => [one, clusters.status(one)?.kubeconfigFile]);
      writeKubeloginShim(path.join(folder, "bin"), Object.fromEntries(files));
      return clusters.kubeconfig(name);
    },
  };
  const provider = azureProvider({ clusters: host, store: path.join(folder, "azure.json") });
  const program = stack.settings.projectDir ?? __dirname;
  await servePlugin(provider, {
    version: sdkVersion("azure-native", program) ?? "0.0.0",
    schema: () => {
      const { packageSchema } = require("../plugin/schema") as typeof import("../plugin/schema");
      return packageSchema(provider, program);
    },
  });
}

void main(process.argv[2]);
