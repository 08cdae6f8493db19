// What Azure asks of a key vault, its keys, and of a disk encryption set beyond their shape.
import type { Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { absent, at, number, text } from "../values";

/**
 * azure-rest-api-specs, keyvault.json (VaultProperties): neither switch accepts false once it is on, "the property does
 * not accept false as its value"; soft delete is on for every vault. Retention "should be >=7 and <=90".
 */
export function* checkVault(body: Props): Generator<Problem> {
  const days = number(body, "properties.softDeleteRetentionInDays");
  for (const name of ["enablePurgeProtection", "enableSoftDelete"])
    if (at(body, `properties.${name}`) === false)
      yield {
        ...invalid(
          `properties.${name}`,
          `The property "${name}" cannot be set to false.`,
          `Leave ${name} out, or set it to true: that cannot be undone.`,
        ),
        code: "BadRequest",
      };
  if (days !== undefined && (days < 7 || days > 90))
    yield invalid(
      "properties.softDeleteRetentionInDays",
      `softDeleteRetentionInDays ${days} is invalid.`,
      "Write 7 to 90.",
    );
}

/** azure-rest-api-specs, keysManaged (KeyProperties): "2048, 3072, or 4096 for RSA". */
export function* checkKey(body: Props): Generator<Problem> {
  if (absent(body, "properties.kty")) yield missing("properties.kty", 'Write "RSA" for disk encryption.');
  const size = number(body, "properties.keySize");
  if (size !== undefined && ![2048, 3072, 4096].includes(size))
    yield invalid("properties.keySize", `Key size ${size} is invalid.`, "Write 2048, 3072 or 4096.");
}

/**
 * azure-rest-api-specs, diskEncryptionSet (KeyForDiskEncryptionSet): "Version segment of the Url is required regardless
 * of rotationToLatestKeyVersionEnabled value"; learn.microsoft.com/azure/virtual-machines/disk-encryption: the set reads
 * the vault as its own identity.
 */
export function* checkDiskEncryptionSet(body: Props): Generator<Problem> {
  const path = "properties.activeKey.keyUrl";
  const url = text(body, path);
  if (absent(body, "properties.activeKey"))
    yield missing("properties.activeKey", "Set keyUrl to the Key's `keyUriWithVersion`.");
  if (url !== undefined && !keyUrl.test(url))
    yield invalid(
      path,
      `'${url}' is not the URL of a version of a key.`,
      "Write the Key resource's `keyUriWithVersion`: the version is asked for even where keys are rotated.",
    );
  const identity = at(body, "identity.type");
  if (absent(body, "identity") || identity === "None" || identity === undefined)
    yield missing("identity.type", 'Set identity: { type: "SystemAssigned" }: it reads the key as that.');
}

const keyUrl = /^https:\/\/[^/]+\/keys\/[^/]+\/[^/]+$/;
