// Disk encryption sets and what they read: the vault, the key, and the right to do so.
import type { Props } from "../../plugin/provider";
import { invalid, type Problem } from "../arm";
import type { Store } from "../store";
import { at, text } from "../values";
import { checkRegion, idsIn } from "./held";
import { cryptoRoles, hasRole } from "./roles";

/**
 * learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys: "grant the DiskEncryptionSet access to key vault".
 * Compute's words: MicrosoftDocs/azure-docs#96319.
 */
export function* checkKeyAccess(store: Store, cluster: Props): Generator<Problem> {
  const target = "properties.diskEncryptionSetID";
  const set = store.get(text(cluster, target) ?? "")?.response;
  if (!set) return;
  const url = String(text(set, "properties.activeKey.keyUrl"));
  const vault = vaultOf(store, url);
  const assigned = [...idsIn(set.identity)].map(([, id]) => store.get(id)?.response);
  const principals = [
    text(set, "identity.principalId"),
    ...assigned.map((identity) => text(identity, "properties.principalId")),
  ].filter((id) => id !== undefined);
  if (!vault || principals.length === 0) return;
  // Access policies, the older way to let somebody use keys, are not looked at.
  if (at(vault, "properties.enableRbacAuthorization") !== true) return;
  if (principals.some((id) => hasRole(store, id, String(vault.id), cryptoRoles) !== false)) return;
  yield {
    target,
    code: "KeyVaultAccessForbidden",
    message: `Unable to access key vault resource '${url}' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set '${String(set.name)}'. Please visit https://aka.ms/keyvaultaccessssecmk for more information.`,
    advice:
      "Assign the role Key Vault Crypto Service Encryption User on the vault to the set's identity.principalId, and let " +
      "the cluster depend on that.",
  };
}

const vaultOf = (store: Store, url: string): Props | undefined =>
  store
    .ofType("Microsoft.KeyVault/vaults")
    .map((entry) => entry.response)
    .find((vault) => url.toLowerCase().startsWith(String(at(vault, "properties.vaultUri"))));

/**
 * learn.microsoft.com/azure/virtual-machines/disk-encryption, "Restrictions": the vault in the set's region, with purge
 * protection. That the words are Compute's is inferred.
 */
export function* checkSetKey(store: Store, body: Props): Generator<Problem> {
  const target = "properties.activeKey.keyUrl";
  const url = text(body, target) ?? "";
  const vault = vaultOf(store, url);
  if (!vault) return;
  if (!store.get(`${String(vault.id)}/keys/${url.split("/keys/")[1]?.split("/")[0]}`))
    yield {
      target,
      code: "KeyNotFound",
      message: `The key vault key ${url} is not found.`,
      advice: "Take the Key resource's `keyUriWithVersion`, so that the set waits for it.",
    };
  if (at(vault, "properties.enablePurgeProtection") !== true)
    yield invalid(
      target,
      `The key vault '${String(vault.name)}' has no purge protection, which a disk encryption set requires.`,
      "Set enablePurgeProtection: true on the vault.",
    );
  yield* checkRegion(vault, body, target, "key vault", "disk encryption set");
}
