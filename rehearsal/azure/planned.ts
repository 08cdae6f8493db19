// What a preview knows of a resource's outputs.
import { UNKNOWN, type Props } from "../plugin/provider";
import type { ResourceType } from "./types";
import { isObject } from "./values";

/**
 * Members that Azure adds inside an object which the inputs have as well. azure-native says "unknown" of each
 * (pulumi-azure-native, provider/pkg/convert/previewOutputs.go); what stands in no input at all the engine takes for
 * unknown by itself. The generic resource knows nothing of its `properties` and hands them back.
 */
const added: Record<string, readonly string[]> = {
  identity: ["principalId", "tenantId"],
  oidcIssuerProfile: ["issuerURL"],
};

export function plannedOutputs(type: ResourceType, inputs: Props, olds: Props = {}): Props {
  const outputs = { ...inputs };
  // What an update never changes (provider.go, `Update`: stableOutputs).
  for (const name of ["name", "location"]) if (name in olds) outputs[name] = olds[name];
  const names = type.model === "Vault" ? { ...added, properties: ["vaultUri", "provisioningState"] } : added;
  for (const [name, members] of Object.entries(names)) {
    const given = outputs[name];
    if (isObject(given))
      outputs[name] = { ...Object.fromEntries(members.map((member) => [member, UNKNOWN])), ...given };
  }
  return outputs;
}
