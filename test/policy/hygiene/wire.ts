// Properties as they come to the pack from the engine, with secrets marked; the SDK is the pack's own.
import { createRequire } from "node:module";
import path from "node:path";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import "../../../policy/secrets";
import { packFolder } from "../judge";

const sdk = createRequire(path.join(packFolder, "package.json"))("@pulumi/policy/deserialize");

/** A value that the program has marked as secret. */
export const secret = <T>(value: T) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

export function received(props: object): object {
  return sdk.deserializeProperties(Struct.fromJavaScript(props as any), false);
}

/** A kubeconfig as AKS gives it to local accounts. */
export const withKey = [
  "apiVersion: v1",
  "kind: Config",
  "clusters:",
  "  - name: aks",
  "    cluster: { server: https://aks.hcp.westeurope.azmk8s.io:443 }",
  "users:",
  "  - name: user",
  "    user:",
  "      client-key-data: LS0tLS1CRUdJTg==",
  "      token: 0123456789abcdef",
].join("\n");

/** The same with Entra: it names a program that signs in. */
export const withoutKey = withKey.replace(
  /client-key-data[^]*/,
  "exec:\n        command: kubelogin\n        args:\n        - get-token\n        - --login\n        - azurecli",
);
