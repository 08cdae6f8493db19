// The stack's state in the shape of `pulumi stack export`: a version-3 deployment
// (sdk/go/common/apitype/core.go, DeploymentV3 and ResourceV3).
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Json, Props } from "./provider";
import { Refusal } from "../refusal";
import type { Secrets } from "./secrets";
import { mapSecrets, secret } from "./values";

export interface Timeouts {
  /** Seconds; 0 or absent = the provider's default. */
  create?: number;
  update?: number;
  delete?: number;
  read?: number;
}

/** One resource in memory: as in the file, but with secrets decrypted (and still marked). */
export interface Resource {
  urn: string;
  custom: boolean;
  delete?: boolean;
  id?: string;
  type: string;
  inputs: Props;
  outputs: Props;
  parent?: string;
  protect?: boolean;
  dependencies?: string[];
  initErrors?: string[];
  provider?: string;
  propertyDependencies?: Record<string, string[]>;
  pendingReplacement?: boolean;
  additionalSecretOutputs?: string[];
  aliases?: string[];
  customTimeouts?: Timeouts;
  retainOnDelete?: boolean;
  deletedWith?: string;
  created?: string;
  modified?: string;
  ignoreChanges?: string[];
  hideDiff?: string[];
  replaceOnChanges?: string[];
}

export type OperationType = "creating" | "updating" | "deleting";
export interface PendingOperation {
  resource: Resource;
  type: OperationType;
}

export interface Deployment {
  resources: Resource[];
  pending: PendingOperation[];
  salt?: string;
}

/** What `pulumi stack export` prints. */
export interface ExportedDeployment {
  version: 3;
  deployment: {
    manifest: { time: string; magic: string; version: string };
    secrets_providers?: { type: string; state: { salt: string } };
    resources?: Json[];
    pending_operations?: Json[];
    metadata: Props;
  };
}

// The order in which the real engine writes a resource's members.
const members = [
  ..."urn custom delete id type inputs outputs parent protect dependencies initErrors".split(" "),
  ..."provider propertyDependencies pendingReplacement additionalSecretOutputs aliases".split(" "),
  ..."customTimeouts retainOnDelete deletedWith created modified ignoreChanges hideDiff".split(" "),
  "replaceOnChanges",
] as (keyof Resource)[];

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === false ||
  value === "" ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Turns resources into their written form; the same secret of the same resource keeps its ciphertext. */
export class StateWriter {
  private readonly known = new Map<string, string>();

  constructor(private readonly secrets: () => Secrets) {}

  remember(urn: string, plaintext: string, ciphertext: string): void {
    this.known.set(`${urn}\0${plaintext}`, ciphertext);
  }

  resource(resource: Resource): Props {
    const seal = (props: Props): Json =>
      mapSecrets(props, (signed) => {
        const plaintext = JSON.stringify(signed.value);
        const key = `${resource.urn}\0${plaintext}`;
        let ciphertext = this.known.get(key);
        if (ciphertext === undefined) this.known.set(key, (ciphertext = this.secrets().encrypt(plaintext)));
        const { value: _, ...signature } = signed;
        return { ...signature, ciphertext };
      });
    const written: Props = {};
    for (const member of members) {
      const value = resource[member];
      if (member === "custom") written.custom = resource.custom;
      else if (isEmpty(value)) continue;
      else if (member === "inputs" || member === "outputs") written[member] = seal(value as Props);
      else written[member] = value as Json;
    }
    return written;
  }
}

const supported = new Set<string>(members);
/** Members that only inform and whose loss changes nothing. */
const informative = new Set(["sourcePosition", "stackTrace"]);

/** Reads resources back, decrypting their secrets. */
export function readResource(written: Props, secrets: Secrets, writer: StateWriter): Resource {
  const urn = String(written.urn);
  for (const [member, value] of Object.entries(written)) {
    if (!supported.has(member) && !informative.has(member) && !isEmpty(value)) {
      throw new Refusal(
        `the state of ${urn} has "${member}", which the rehearsal does not support`,
        "this state was written by another engine, and dropping the member would change what happens to the resource",
        "go on with the engine that wrote the state, or remove the stack and start anew",
      );
    }
  }
  const open = (props: Json | undefined): Props =>
    mapSecrets(props ?? {}, (signed) => {
      if (typeof signed.ciphertext !== "string") return secret(JSON.parse(String(signed.plaintext)));
      const plaintext = secrets.decrypt(signed.ciphertext);
      writer.remember(urn, plaintext, signed.ciphertext);
      return secret(JSON.parse(plaintext));
    }) as Props;
  const resource = { ...(written as unknown as Resource) };
  for (const member of informative) delete (resource as any)[member];
  return { ...resource, inputs: open(written.inputs), outputs: open(written.outputs) };
}

export function exported(
  version: string,
  salt: string | undefined,
  resources: Json[],
  pending: Json[],
): ExportedDeployment {
  return {
    version: 3,
    deployment: {
      manifest: {
        time: new Date().toISOString(),
        // The real engine's magic is the hash of its version (pkg/resource/deploy/manifest.go).
        magic: createHash("sha256").update(version).digest("hex"),
        version,
      },
      ...(salt === undefined ? {} : { secrets_providers: { type: "passphrase", state: { salt } } }),
      ...(resources.length > 0 ? { resources } : {}),
      ...(pending.length > 0 ? { pending_operations: pending } : {}),
      metadata: {},
    },
  };
}

/** @returns undefined where the stack has no state yet. */
export function readExport(file: string): ExportedDeployment | undefined {
  if (!fs.existsSync(file)) return undefined;
  const todo = `repair the file from a copy, or remove the stack and what it made`;
  let parsed: any;
  try {
    parsed = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new Refusal(`${file} cannot be read`, String(error), todo);
  }
  if (parsed?.version !== 3 || typeof parsed.deployment !== "object") {
    throw new Refusal(`${file} is not a version-3 deployment`, `its version is ${parsed?.version}`, todo);
  }
  const provider = parsed.deployment.secrets_providers?.type;
  if (provider !== undefined && provider !== "passphrase") {
    throw new Refusal(
      `${file} uses the secrets provider "${provider}"`,
      "the rehearsal has only Pulumi's passphrase provider",
      "change the stack's secrets provider to passphrase first",
    );
  }
  return parsed;
}

/** Writes a file so that a crash at any moment leaves either the old or the new content, whole. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await fs.promises.open(temporary, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.promises.rename(temporary, file);
}
