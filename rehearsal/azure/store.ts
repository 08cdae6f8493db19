// What "Azure" holds: the resources of a rehearsal, in one JSON file that survives its runs. The CLI starts a process for
// each configuration of azure-native, and all of them are views of one Azure: every look reads the file, and a change holds
// a lock from its look to its write.
import fs from "node:fs";
import path from "node:path";
import { withLock } from "../system/lock";
import type { Props } from "../plugin/provider";
import { gone } from "./arm";
import { armOf } from "./types";
import { at, digest, isObject, sameId } from "./values";

export interface Stored {
  readonly id: string;
  /** The last PUT. */
  readonly request: Props;
  /** As ARM would answer a GET: no password, no kubeconfig. */
  readonly response: Props;
}

/** Secrets that ARM accepts but never gives back (azure-rest-api-specs, managedClusters.json); not written here either. */
const writeOnly = {
  windowsProfile: "adminPassword",
  servicePrincipalProfile: "secret",
  aadProfile: "serverAppSecret",
};

const version = 2;

export class Store {
  /** @param file made on the first write. @throws Error when it is there but is not ours. */
  constructor(private readonly file: string) {
    this.#read();
  }

  get(id: string): Stored | undefined {
    return this.#read().get(id.toLowerCase());
  }

  /** @throws ArmError 404 where there is no such resource. */
  existing(id: string): Stored {
    const stored = this.get(id);
    if (stored) return stored;
    throw gone(id, (other) => this.get(other) !== undefined);
  }

  /** Resources of an ARM type. */
  ofType(arm: string): Stored[] {
    return [...this.#read().values()].filter(({ id }) => sameId(armOf(id), arm));
  }

  /** Resources whose id begins with `id/`. */
  under(id: string): Stored[] {
    return [...this.#read().values()].filter((entry) => sameId(entry.id.slice(0, id.length + 1), `${id}/`));
  }

  /** @param refuse of what is created: the error where it is there already. @returns as it is kept */
  async put(entry: Stored, refuse?: (existing: Stored) => Error): Promise<Stored> {
    const clean = structuredClone(entry);
    for (const body of [clean.response, clean.request])
      for (const [profile, secret] of Object.entries(writeOnly)) {
        const found = at(body, `properties.${profile}`);
        if (isObject(found)) delete found[secret];
      }
    return this.#change((resources) => {
      const key = entry.id.toLowerCase();
      const existing = resources.get(key);
      if (existing && refuse) throw refuse(existing);
      resources.set(key, clean);
      return clean;
    });
  }

  /** Removes a resource and all that stands below it. */
  async remove(id: string): Promise<void> {
    await this.#change((resources) => {
      for (const entry of [...this.under(id), { id }]) resources.delete(entry.id.toLowerCase());
    });
  }

  /** Work on one resource is done one after the other, whichever process does it: AKS, too, takes one at a time. */
  inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    return withLock(`${this.file}.${digest(id.toLowerCase(), 16)}.lock`, () => undefined, work);
  }

  #change<T>(edit: (resources: Map<string, Stored>) => T): Promise<T> {
    const work = async () => {
      const resources = this.#read();
      const result = edit(resources);
      this.#write(resources);
      return result;
    };
    return withLock(`${this.file}.lock`, () => undefined, work);
  }

  #read(): Map<string, Stored> {
    if (!fs.existsSync(this.file)) return new Map();
    try {
      const content = JSON.parse(fs.readFileSync(this.file, "utf8"));
      if (content.version !== version)
        throw new Error(`its version is ${content.version}, this rehearsal writes ${version}`);
      return new Map(content.resources.map((entry: Stored) => [entry.id.toLowerCase(), entry]));
    } catch (error) {
      throw new Error(
        `What the rehearsal's Azure holds cannot be read from ${this.file}: ${(error as Error).message}. ` +
          "Run `npm run rehearse -- down` to start afresh, or put the file back.",
      );
    }
  }

  /** All or nothing: a reader, or a run after a crash, sees the old file or the new one. */
  #write(resources: Map<string, Stored>): void {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    const next = `${this.file}.${process.pid}.tmp`;
    const content = { version, resources: [...resources.values()] };
    fs.writeFileSync(next, JSON.stringify(content, null, 2) + "\n", { mode: 0o600 });
    fs.renameSync(next, this.file);
  }
}
