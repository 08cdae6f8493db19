// `kubelogin` for a rehearsal. A cluster with Entra ID hands out a kubeconfig whose user runs `kubelogin get-token`; there
// is no Entra here, so a small program of that name goes first on PATH: it takes kubelogin's arguments, refuses what
// kubelogin refuses, and answers with the certificate of the rehearsal's administrator.
import fs from "node:fs";
import path from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import yaml from "js-yaml";
import { quoted } from "../system/shell";
import { clusterVariable } from "./kubeconfig";

/** github.com/Azure/kubelogin, pkg/internal/token/options.go (azurepipelines came with 0.2). */
export const loginModes =
  "devicecode interactive spn ropc msi azurecli azd workloadidentity azurepipelines".split(" ");
const flags = `client-id client-secret client-certificate client-certificate-password username password server-id
  identity-resource-id federated-token-file authority-host token-cache-dir`;
const options: ParseArgsOptionsConfig = {
  ...Object.fromEntries(flags.split(/\s+/).map((flag) => [flag, { type: "string" }])),
  login: { type: "string", short: "l" },
  environment: { type: "string", short: "e" },
  "tenant-id": { type: "string", short: "t" },
  "use-azurerm-env-vars": { type: "boolean" },
  legacy: { type: "boolean" },
};

/**
 * @param args as given to kubelogin: "get-token", "--login", "azurecli", ...
 * @param kubeconfigs cluster name -> file of its administrator's kubeconfig
 * @param environment where the kubeconfig's exec section says which cluster it is
 * @returns the ExecCredential (JSON) that kubectl and the Kubernetes clients read
 * @throws Error with kubelogin's own words, or with what the rehearsal lacks
 */
export function getToken(
  args: readonly string[],
  kubeconfigs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  if (positionals.join(" ") !== "get-token")
    throw new Error(`The rehearsal's kubelogin knows \`get-token\` alone, not "${positionals.join(" ")}".`);
  // The variable wins over the flag, as in kubelogin (UpdateFromEnv).
  const login = environment.AAD_LOGIN_METHOD ?? String(values.login ?? "devicecode");
  if (!loginModes.includes(login))
    throw new Error(
      `'${login}' is not a supported login method. Supported method is one of ${loginModes.join(", ")}`,
    );
  if (values["server-id"] === undefined)
    throw new Error("server-id is required: write the kubeconfig's args as AKS gives them.");
  const names = Object.keys(kubeconfigs);
  const name = environment[clusterVariable] ?? (names.length === 1 ? names[0] : "");
  if (!names.includes(name))
    throw new Error(`${clusterVariable}=${name} is none of the rehearsal's clusters: ${names.join(", ")}.`);
  const { users } = yaml.load(fs.readFileSync(kubeconfigs[name], "utf8")) as any;
  const [{ user }] = users;
  // kwokctl names the files of its certificates.
  const pem = (what: string) =>
    what in user
      ? fs.readFileSync(user[what], "utf8")
      : Buffer.from(user[`${what}-data`], "base64").toString();
  const status = { clientCertificateData: pem("client-certificate"), clientKeyData: pem("client-key") };
  const apiVersion = "client.authentication.k8s.io/v1beta1";
  return JSON.stringify({ kind: "ExecCredential", apiVersion, status });
}

/**
 * Writes an executable `kubelogin` into a folder that goes first on PATH.
 * @param kubeconfigs cluster name -> file of its administrator's kubeconfig; the files are read when it runs
 * @returns the executable's path
 */
export function writeKubeloginShim(folder: string, kubeconfigs: Readonly<Record<string, string>>): string {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "kubelogin");
  const tsx = `file://${require.resolve("tsx")}`;
  const command = [process.execPath, "--import", tsx, __filename, JSON.stringify(kubeconfigs)];
  const script = `#!/bin/sh\nexec ${command.map(quoted).join(" ")} "$@"\n`;
  fs.writeFileSync(file, script, { mode: 0o755 });
  return file;
}

if (require.main === module)
  try {
    const [kubeconfigs, ...args] = process.argv.slice(2);
    process.stdout.write(getToken(args, JSON.parse(kubeconfigs), process.env) + "\n");
  } catch (error) {
    process.stderr.write(`Error: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
