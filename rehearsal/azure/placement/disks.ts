// Disk encryption sets and what they read: the vault, the key, and the right to do so.
import type { Props } from "../../plugin/provider";
import { invalid, type Problem } from "../arm";
import type { Store } from "../store";
import { at, isObject, list, normalizedLocation, sameId, text } from "../values";
import { checkHeld, type Note } from "./held";
import { cryptoRoles, hasRole } from "./roles";

/**
 * learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys: "in the same region as your AKS cluster", and "grant
 * the DiskEncryptionSet access to key vault".
 */
export function* checkClusterDisks(store: Store, body: Props, note: Note): Generator<Problem> {
  const path = "properties.diskEncryptionSetID";
  const id = text(body, path);
  yield* checkHeld(store, id, path, note);
  const set = id === undefined ? undefined : store.get(id)?.response;
  if (!set) return;
  const [own, wanted] = [String(set.location), String(body.location)];
  if (normalizedLocation(own) !== normalizedLocation(wanted))
    yield invalid(
      path,
      `The disk encryption set is in ${own}, the cluster in ${wanted}.`,
      "Put both in one region.",
    );
  yield* checkKeyAccess(store, set, path);
}

/** Compute's words: MicrosoftDocs/azure-docs#96319. */
function* checkKeyAccess(store: Store, set: Props, target: string): Generator<Problem> {
  const url = String(text(set, "properties.activeKey.keyUrl"));
  const vault = vaultOf(store, url);
  const assigned = at(set, "identity.userAssignedIdentities");
  const principals = [
    text(set, "identity.principalId"),
    ...(isObject(assigned) ? Object.keys(assigned) : []).map((id) =>
      text(store.get(id)?.response, "properties.principalId"),
    ),
  ].filter((id) => id !== undefined);
  if (!vault || principals.length === 0) return;
  if (principals.some((id) => mayUseKeys(store, vault, id) !== false)) return;
  yield {
    target,
    code: "KeyVaultAccessForbidden",
    message: `Unable to access key vault resource '${url}' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set '${String(set.name)}'. Please visit https://aka.ms/keyvaultaccessssecmk for more information.`,
    advice:
      "Assign the role Key Vault Crypto Service Encryption User on the vault to the set's identity.principalId (or write " +
      "an access policy where the vault has no enableRbacAuthorization), and let the cluster depend on that.",
  };
}

function mayUseKeys(store: Store, vault: Props, principal: string): boolean | undefined {
  if (at(vault, "properties.enableRbacAuthorization") === true)
    return hasRole(store, principal, String(vault.id), cryptoRoles);
  const own = (list(vault, "properties.accessPolicies") ?? []).filter((policy) =>
    sameId(text(policy, "objectId") ?? "", principal),
  );
  const granted = own
    .flatMap((policy) => list(policy, "permissions.keys") ?? [])
    .map((one) => String(one).toLowerCase());
  return granted.includes("all") || ["get", "wrapkey", "unwrapkey"].every((one) => granted.includes(one));
}

function vaultOf(store: Store, url: string): Props | undefined {
  return store
    .ofType("Microsoft.KeyVault/vaults")
    .map((entry) => entry.response)
    .find((vault) => url.toLowerCase().startsWith(String(at(vault, "properties.vaultUri"))));
}

/**
 * learn.microsoft.com/azure/virtual-machines/disk-encryption, "Restrictions": the vault in the set's region, with purge
 * protection. That the words are Compute's is inferred.
 */
export function* checkSetKey(store: Store, body: Props, note: Note): Generator<Problem> {
  const source = "properties.activeKey.sourceVault.id";
  yield* checkHeld(store, text(body, source), source, note);
  const path = "properties.activeKey.keyUrl";
  const url = text(body, path);
  const vault = url === undefined ? undefined : vaultOf(store, url);
  if (!url || !vault) return;
  const name = url.split("/keys/")[1]?.split("/")[0];
  const key = store.get(`${String(vault.id)}/keys/${name}`);
  if (!key)
    yield {
      target: path,
      code: "KeyNotFound",
      message: `The key vault key ${url} is not found.`,
      advice: "Take the Key resource's `keyUriWithVersion`, so that the set waits for it.",
    };
  if (at(vault, "properties.enablePurgeProtection") !== true)
    yield {
      target: path,
      code: "InvalidParameter",
      message: `The key vault '${String(vault.name)}' has no purge protection, which a disk encryption set requires.`,
      advice: "Set enablePurgeProtection: true on the vault.",
    };
  const [own, wanted] = [String(vault.location), String(body.location)];
  if (normalizedLocation(own) !== normalizedLocation(wanted))
    yield invalid(
      path,
      `The key vault is in ${own}, the disk encryption set in ${wanted}.`,
      "Put both in one region.",
    );
}
