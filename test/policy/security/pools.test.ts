// What a pool must say of itself to be safe.
import { ephemeralOsDisk } from "../../../policy/policies/security/ephemeralOsDisk";
import { hostEncryption } from "../../../policy/policies/security/hostEncryption";
import { noNodePublicIp } from "../../../policy/policies/security/noNodePublicIp";
import { ofPools, property } from "../everySpelling";

property(ofPools, noNodePublicIp, "enableNodePublicIP", {
  right: [false, undefined, null],
  wrong: [[true, "reached from the internet", "Write `enableNodePublicIP: false`"]],
});
property(ofPools, ephemeralOsDisk, "osDiskType", {
  right: ["Ephemeral"],
  wrong: [
    ["Managed", "@@ is Managed. ", "kept in Azure Storage", 'Write `osDiskType: "Ephemeral"`'],
    [undefined, "@@ is missing. AKS then takes a managed disk without a word"],
    [null, "@@ is missing."],
  ],
});
property(ofPools, hostEncryption, "enableEncryptionAtHost", {
  right: [true],
  wrong: [
    [undefined, "@@ is not true. ", "unencrypted on the host", "`enableEncryptionAtHost: true`"],
    [false, /az feature register .*EncryptionAtHost/],
  ],
});
