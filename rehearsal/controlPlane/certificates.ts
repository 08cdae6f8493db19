// Makes X.509 certificates: for the chart repository's stand-in, and for clients of a control plane.
import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** RSA because kubeadm's and kwokctl's authorities are. */
const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const rsa = { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const { digitalSignature, keyEncipherment, keyCertSign } = x509.KeyUsageFlags;
const [hour, year] = [3_600_000, 365 * 24 * 3_600_000];

export interface CertificateRequest {
  /** Such as `O=system:masters, CN=masterclient`. */
  readonly subject: string;
  /** Host names of a server; none = a client's certificate. */
  readonly hosts?: readonly string[];
  /** Who signs it; undefined = itself. */
  readonly authority?: { readonly cert: string; readonly key: string };
}

/** @returns certificate and key, PEM */
export async function newCertificate({ subject, hosts = [], authority }: CertificateRequest) {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ["sign", "verify"]);
  const signingKey = authority ? await importKey(authority.key) : keys.privateKey;
  const usage = hosts.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
  const names = hosts.map((value) => ({ type: "dns" as const, value }));
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: authority ? new x509.X509Certificate(authority.cert).subjectName : subject,
    notBefore: new Date(Date.now() - hour),
    notAfter: new Date(Date.now() + 10 * year),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.ExtendedKeyUsageExtension([usage]),
      // Its own authority, too, where nobody else signs it: OpenSSL trusts no other self-signed one.
      new x509.BasicConstraintsExtension(!authority, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature | keyEncipherment | (authority ? 0 : keyCertSign), true),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(key, "PRIVATE KEY") };
}

/** kwokctl writes keys as PKCS #1. */
function importKey(pem: string) {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}
