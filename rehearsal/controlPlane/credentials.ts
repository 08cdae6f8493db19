// The credentials in the kubeconfigs that are handed out: the administrator's certificate that kwokctl made, or a newer
// one of the same certificate authority, as after `az aks rotate-certs` or a renewal.
import { createSign, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { dump } from "js-yaml";
import { type Layout, serverOf } from "./kwok";

/** DER (ITU-T X.690): tag, length, content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(4, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x82]), length, body]);
}
const sequence = (...content: Buffer[]) => der(0x30, ...content);
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const time = (date: Date) => der(0x17, Buffer.from(date.toISOString().replace(/^..|[-T:]|\.\d+/g, "")));
const name = (hex: string, value: string) => der(0x31, sequence(oid(hex), der(0x0c, Buffer.from(value))));
const extension = (hex: string, value: Buffer) => sequence(oid(hex), der(0x04, value));

const sha256WithRsa = sequence(oid("2a864886f70d01010b"), der(0x05));

/** The elements of a DER sequence, each with its tag and length. */
function elements(encoded: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const first = contentAt(encoded, 0);
  for (let at = first.start; at < first.end;) {
    const { end } = contentAt(encoded, at);
    found.push(encoded.subarray(at, end));
    at = end;
  }
  return found;
}

function contentAt(encoded: Buffer, at: number): { start: number; end: number } {
  const short = encoded[at + 1];
  const bytes = short < 128 ? 0 : short - 128;
  const start = at + 2 + bytes;
  return { start, end: start + (bytes === 0 ? short : encoded.readUIntBE(at + 2, bytes)) };
}

/** Subject of the authority, as it is encoded: after the version come serial, algorithm, issuer, validity, subject. */
const subjectOf = (ca: X509Certificate): Buffer => elements(elements(ca.raw)[0])[5];

/** A client certificate (RFC 5280) of the administrators' group, signed by the cluster's own authority. */
function issue(where: Layout): { certificate: string; key: string } {
  const pki = (file: string) => fs.readFileSync(path.join(where.control, "pki", file));
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [hour, year] = [3_600_000, 365 * 24 * 3_600_000];
  const unsigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    // Positive whatever comes: the first bit is the sign.
    der(0x02, Buffer.from([1]), randomBytes(15)),
    sha256WithRsa,
    subjectOf(new X509Certificate(pki("ca.crt"))),
    sequence(time(new Date(Date.now() - hour)), time(new Date(Date.now() + year))),
    // Organization is the group, common name the user (kubernetes.io, reference, authentication, X.509).
    sequence(name("55040a", "system:masters"), name("550403", "masterclient")),
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        // Key usage: digital signature, key encipherment; extended: client authentication.
        extension("551d0f", der(0x03, Buffer.from([5, 0xa0]))),
        extension("551d25", sequence(oid("2b06010505070302"))),
      ),
    ),
  );
  const signature = createSign("sha256").update(unsigned).sign(pki("ca.key"));
  const base64 = sequence(unsigned, sha256WithRsa, bits(signature)).toString("base64");
  const lines = base64.match(/.{1,64}/g)!.join("\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const rotated = (where: Layout) => path.join(where.folder, "credentials.json");

/** From now on kubeconfigs bear another certificate and key. Those handed out before go on to work. */
export function rotate(where: Layout): void {
  fs.writeFileSync(rotated(where), JSON.stringify(issue(where)), { mode: 0o600 });
}

/** Kubeconfig YAML with everything inside, as AKS hands it out for its user `clusterUser`. */
export function userKubeconfig(where: Layout, cluster: string): string {
  const pki = (file: string) => fs.readFileSync(path.join(where.control, "pki", file), "utf8");
  const { certificate, key } = fs.existsSync(rotated(where))
    ? JSON.parse(fs.readFileSync(rotated(where), "utf8"))
    : { certificate: pki("admin.crt"), key: pki("admin.key") };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const user = `clusterUser_${cluster}`;
  return dump({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: cluster,
        cluster: { server: serverOf(where), "certificate-authority-data": base64(pki("ca.crt")) },
      },
    ],
    users: [
      {
        name: user,
        user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) },
      },
    ],
    contexts: [{ name: cluster, context: { cluster, user } }],
    "current-context": cluster,
  });
}
