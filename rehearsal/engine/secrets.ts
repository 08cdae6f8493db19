// Pulumi's passphrase secrets manager (pkg/secrets/passphrase, sdk/go/common/resource/config/crypt.go): the key is
// PBKDF2-SHA256 over the passphrase, values are AES-256-GCM, and the salt carries a known text to try the key on.
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { Refusal } from "../refusal";

const ITERATIONS = 1_000_000;
const PROBE = "pulumi";
const derive = promisify(pbkdf2);

export class Secrets {
  private constructor(
    private readonly key: Buffer,
    /** `v1:<salt>:v1:<nonce>:<ciphertext of "pulumi">`, as it stands in `secrets_providers.state.salt`. */
    readonly salt: string,
  ) {}

  /** Makes a new key for a stack that has no secrets yet. */
  static async create(passphrase: string): Promise<Secrets> {
    const salt = randomBytes(8);
    const key = await derive(passphrase, salt, ITERATIONS, 32, "sha256");
    return new Secrets(key, `v1:${salt.toString("base64")}:${new Secrets(key, "").encrypt(PROBE)}`);
  }

  /** @returns undefined where the passphrase does not fit the salt. */
  static async open(passphrase: string, salt: string): Promise<Secrets | undefined> {
    const [version, encoded, ...probe] = salt.split(":");
    if (version !== "v1" || probe.length !== 3) throw new Error(`not a passphrase salt: ${salt}`);
    const key = await derive(passphrase, Buffer.from(encoded, "base64"), ITERATIONS, 32, "sha256");
    const secrets = new Secrets(key, salt);
    try {
      return secrets.decrypt(probe.join(":")) === PROBE ? secrets : undefined;
    } catch {
      return undefined;
    }
  }

  encrypt(plaintext: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  }

  decrypt(ciphertext: string): string {
    const [version, nonce, sealed] = ciphertext.split(":");
    if (version !== "v1" || sealed === undefined) throw new Error("unknown form of ciphertext");
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
  }
}

/** The passphrase that the environment gives, as the Pulumi CLI takes it. */
export function passphraseFromEnvironment(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  if (!env.PULUMI_CONFIG_PASSPHRASE_FILE) return undefined;
  return fs.readFileSync(env.PULUMI_CONFIG_PASSPHRASE_FILE, "utf8").trim();
}

/**
 * Opens the secrets of a stack. Without a passphrase in the environment a random one is kept beside the state, in
 * a file only its owner can read: the state itself then never holds a secret in plain text, and nobody is asked.
 */
export async function stackSecrets(
  folder: string,
  salt: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Secrets> {
  const file = path.join(folder, "passphrase");
  const given = passphraseFromEnvironment(env);
  const kept = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : undefined;
  if (salt === undefined) {
    const passphrase = given ?? kept ?? randomBytes(24).toString("base64url");
    if (given === undefined && kept === undefined) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(file, `${passphrase}\n`, { mode: 0o600, flag: "wx" });
    }
    return Secrets.create(passphrase);
  }
  for (const passphrase of [given, kept]) {
    const secrets = passphrase === undefined ? undefined : await Secrets.open(passphrase, salt);
    if (secrets) return secrets;
  }
  throw new Refusal(
    `the secrets in ${folder} cannot be decrypted`,
    given === undefined
      ? `PULUMI_CONFIG_PASSPHRASE is not set and ${file} does not hold the passphrase`
      : "PULUMI_CONFIG_PASSPHRASE is not the passphrase that this stack was made with",
    "set PULUMI_CONFIG_PASSPHRASE to the passphrase of the first run, or remove the stack and start anew",
  );
}
