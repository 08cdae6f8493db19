// The credentials in the kubeconfigs that are handed out: the administrator's certificate that kwokctl made, or a newer
// one of the same certificate authority, as after `az aks rotate-certs` or a renewal.
import fs from "node:fs";
import { dump } from "js-yaml";
import { type Layout, serverOf } from "./kwok";

/** From now on kubeconfigs bear another certificate and key. Those handed out before go on to work. */
export async function rotate(where: Layout): Promise<void> {
  // Loaded here: it takes long, and hardly anybody rotates.
  const { generate } = await import("selfsigned");
  // Organization is the group, common name the user (kubernetes.io, reference, authentication, X.509).
  const subject = [
    { name: "organizationName", value: "system:masters" },
    { name: "commonName", value: "masterclient" },
  ];
  const { cert, private: key } = await generate(subject, {
    algorithm: "sha256",
    extensions: [{ name: "extKeyUsage", clientAuth: true }],
    ca: {
      cert: fs.readFileSync(where.pki("ca.crt"), "utf8"),
      key: fs.readFileSync(where.pki("ca.key"), "utf8"),
    },
  });
  fs.writeFileSync(where.pki("rotated.crt"), cert);
  fs.writeFileSync(where.pki("rotated.key"), key, { mode: 0o600 });
}

/** Kubeconfig YAML with everything inside, as AKS hands it out for its user `clusterUser`. */
export function userKubeconfig(where: Layout, cluster: string): string {
  const base64 = (file: string) => fs.readFileSync(where.pki(file), "base64");
  const pair = fs.existsSync(where.pki("rotated.key")) ? "rotated" : "admin";
  const server = { server: serverOf(where), "certificate-authority-data": base64("ca.crt") };
  const user = {
    "client-certificate-data": base64(`${pair}.crt`),
    "client-key-data": base64(`${pair}.key`),
  };
  const name = `clusterUser_${cluster}`;
  return dump({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: server }],
    users: [{ name, user }],
    contexts: [{ name: cluster, context: { cluster, user: name } }],
    "current-context": cluster,
  });
}
