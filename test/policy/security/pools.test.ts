// What a pool must say of itself to be safe.
import { noNodePublicIp } from "../../../policy/policies/aks/access";
import { ephemeralOsDisk, hostEncryption } from "../../../policy/policies/aks/encryption";
import { ofPools, property } from "../everySpelling";

property(ofPools, noNodePublicIp, "enableNodePublicIP", {
  right: [false, undefined, null],
  wrong: [[true, "reached from the internet", "Write `enableNodePublicIP: false`"]],
});
property(ofPools, ephemeralOsDisk, "osDiskType", {
  right: ["Ephemeral", "ephemeral"],
  wrong: [
    ["Managed", "@@ is Managed. ", "kept in Azure Storage", 'Write `osDiskType: "Ephemeral"`'],
    [undefined, "@@ is missing. ", "AKS takes where the VM size has too little room"],
    [null, "@@ is missing."],
  ],
});
property(ofPools, hostEncryption, "enableEncryptionAtHost", {
  right: [true],
  wrong: [
    [undefined, "@@ is missing. ", "unencrypted on the host", "`enableEncryptionAtHost: true`"],
    [false, "@@ is false. ", "register Microsoft.Compute/EncryptionAtHost"],
  ],
});
