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
