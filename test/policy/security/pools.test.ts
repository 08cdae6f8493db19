import { ephemeralOsDisk } from "../../../policy/policies/security/ephemeralOsDisk";
import { hostEncryption } from "../../../policy/policies/security/hostEncryption";
import { noNodePublicIp } from "../../../policy/policies/security/noNodePublicIp";
import { unknown } from "../judge";
import { ofPools } from "./everywhere";

describe("policy aks-no-node-public-ip", () => {
  ofPools(noNodePublicIp, {
    right: [{ enableNodePublicIP: false }, {}, { enableNodePublicIP: null }, { enableNodePublicIP: unknown }],
    wrong: [
      [
        { enableNodePublicIP: true },
        "enableNodePublicIP",
        /reached from the internet.*Write `enableNodePublicIP: false`/,
      ],
    ],
  });
});

describe("policy aks-ephemeral-os-disk", () => {
  ofPools(ephemeralOsDisk, {
    right: [{ osDiskType: "Ephemeral" }, { osDiskType: unknown }],
    wrong: [
      [
        { osDiskType: "Managed" },
        "osDiskType",
        /is Managed\. .*kept in Azure Storage.*Write `osDiskType: "Ephemeral"`/,
      ],
      [{}, "osDiskType", /is missing\. AKS then takes a managed disk without a word/],
      [{ osDiskType: null }, "osDiskType", /is missing\./],
    ],
  });
});

describe("policy aks-host-encryption", () => {
  ofPools(hostEncryption, {
    right: [{ enableEncryptionAtHost: true }, { enableEncryptionAtHost: unknown }],
    wrong: [
      [
        {},
        "enableEncryptionAtHost",
        /is not true\. .*unencrypted on the host.*`enableEncryptionAtHost: true`/,
      ],
      [{ enableEncryptionAtHost: false }, "enableEncryptionAtHost", /az feature register .*EncryptionAtHost/],
    ],
  });
});
