// The certificate under which the proxy answers for Calico's chart repository, made once and kept.
import fs from "node:fs";
import path from "node:path";
import { rootCertificates } from "node:tls";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Of several processes that make one at the same time, all take the one that was there first. */
export async function certificateFor(hosts: readonly string[], folder: string): Promise<Certificate> {
  const file = path.join(folder, "certificate.json");
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    const mine = `${file}.${process.pid}`;
    fs.writeFileSync(mine, JSON.stringify(await selfSigned(hosts)), { mode: 0o600 });
    try {
      fs.linkSync(mine, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      fs.rmSync(mine);
    }
  }
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

async function selfSigned(hosts: readonly string[]): Promise<Certificate> {
  // Loaded here: the library takes longer to load than the rest of this process to start.
  const { generate } = await import("selfsigned");
  const names = hosts.map((value) => ({ type: 2 as const, value }));
  const { cert, private: key } = await generate(
    [{ name: "commonName", value: "rehearsal of Calico's chart repository" }],
    {
      algorithm: "sha256",
      notAfterDate: new Date(Date.now() + 10 * 365 * 24 * 3_600_000),
      extensions: [
        // Its own authority, too: OpenSSL trusts no other self-signed one.
        { name: "basicConstraints", cA: true, critical: true },
        {
          name: "keyUsage",
          digitalSignature: true,
          keyEncipherment: true,
          keyCertSign: true,
          critical: true,
        },
        { name: "extKeyUsage", serverAuth: true },
        { name: "subjectAltName", altNames: names },
      ],
    },
  );
  return { cert, key };
}

/** Where systems keep their certificate authorities (Go's crypto/x509, root_linux.go). */
const systemFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** A file for SSL_CERT_FILE, which replaces the system's authorities: those, or the user's own, and this certificate. */
export function trustFile(certificate: Certificate, folder: string, env = process.env): string {
  const theirs = env.SSL_CERT_FILE ?? systemFiles.find((file) => fs.existsSync(file));
  const roots = theirs ? fs.readFileSync(theirs, "utf8") : rootCertificates.join("\n");
  const file = path.join(folder, "trusted.pem");
  fs.writeFileSync(`${file}.${process.pid}`, `${certificate.cert}\n${roots}`);
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}
