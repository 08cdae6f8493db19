// The certificate under which the proxy answers for Calico's chart repository, made once and kept.
import fs from "node:fs";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { withLock } from "../system/lock";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Of several processes that make one at the same time, all take the one that was there first. */
export function certificateFor(hosts: readonly string[], folder: string): Promise<Certificate> {
  const file = path.join(folder, "certificate.json");
  const waiting = () => undefined;
  return withLock(`${file}.lock`, waiting, async () => {
    if (!fs.existsSync(file))
      fs.writeFileSync(file, JSON.stringify(await selfSigned(hosts)), { mode: 0o600 });
    return JSON.parse(fs.readFileSync(file, "utf8"));
  });
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
        { name: "subjectAltName", altNames: names },
      ],
    },
  );
  return { cert, key };
}

/**
 * A file for SSL_CERT_FILE: this certificate beside the user's own file, or the well-known authorities. Those in the
 * system's folders, such as /etc/ssl/certs, Go reads besides it (crypto/x509, root_unix.go, root_linux.go).
 */
export function trustFile(certificate: Certificate, folder: string, env: NodeJS.ProcessEnv): string {
  const theirs = env.SSL_CERT_FILE;
  const roots = theirs ? fs.readFileSync(theirs, "utf8") : rootCertificates.join("\n");
  const file = path.join(folder, "trusted.pem");
  fs.writeFileSync(`${file}.${process.pid}`, `${certificate.cert}\n${roots}`);
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}
