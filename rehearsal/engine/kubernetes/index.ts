// The Kubernetes provider of the rehearsal: the rules of pulumi-kubernetes 4.34 against a real API server.

import type { Provider } from "../provider";
import { parseConfig } from "./config";
import { connect } from "./provider";

export { diffProviderConfig } from "./providerDiff";

/** Serves every type token `kubernetes:<group>/<version>:<Kind>` and `...<Kind>Patch`. */
export function kubernetesProvider(): Provider {
  return {
    pkg: "kubernetes",
    secretOutputs: (type) =>
      /^kubernetes:core\/v1:Secret(Patch)?$/.test(type) ? ["data", "stringData"] : [],
    configure: async (inputs) => connect(parseConfig(inputs)),
  };
}
