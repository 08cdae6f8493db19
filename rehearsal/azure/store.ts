// What "Azure" holds: the resources of a rehearsal, in one JSON file that survives its runs.
import fs from "node:fs";
import path from "node:path";
import type { Props } from "../plugin/provider";
import { at, isObject, sameId } from "./values";

export interface Stored {
  readonly id: string;
  /** ARM type, "Microsoft.ContainerService/managedClusters". */
  readonly type: string;
  /** The URN whose creation put it here: tells an interrupted creation from a second owner. */
  readonly owner: string;
  /** As ARM would answer a GET: no password, no kubeconfig. */
  readonly response: Props;
}

/** Secrets that ARM accepts but never gives back (azure-rest-api-specs, managedClusters.json); not written here either. */
const writeOnly = [
  ["windowsProfile", "adminPassword"],
  ["servicePrincipalProfile", "secret"],
  ["aadProfile", "serverAppSecret"],
];

export class Store {
  #resources: Map<string, Stored>;

  /** @param file made on the first write. @throws Error when it is there but is not ours. */
  constructor(private readonly file: string) {
    this.#resources = new Map();
    if (!fs.existsSync(file)) return;
    try {
      const content = JSON.parse(fs.readFileSync(file, "utf8")) as { version: number; resources: Stored[] };
      if (content.version !== 1)
        throw new Error(`its version is ${content.version}, this rehearsal writes 1`);
      for (const entry of content.resources) this.#resources.set(entry.id.toLowerCase(), entry);
    } catch (error) {
      throw new Error(
        `What the rehearsal's Azure holds cannot be read from ${file}: ${(error as Error).message}. ` +
          "Run `npm run rehearse -- down` to start afresh, or put the file back.",
      );
    }
  }

  get(id: string): Stored | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  /** Resources of an ARM type. */
  ofType(arm: string): Stored[] {
    return [...this.#resources.values()].filter((entry) => entry.type === arm);
  }

  /** Resources whose id begins with `id/`. */
  under(id: string): Stored[] {
    return [...this.#resources.values()].filter((entry) =>
      sameId(entry.id.slice(0, id.length + 1), `${id}/`),
    );
  }

  put(entry: Stored): void {
    const clean = structuredClone(entry);
    for (const [profile, secret] of writeOnly) {
      const found = at(clean.response, `properties.${profile}`);
      if (isObject(found)) delete found[secret];
    }
    this.#resources.set(entry.id.toLowerCase(), clean);
    this.#write();
  }

  /** Removes a resource and all that stands below it. */
  remove(id: string): void {
    for (const entry of this.under(id)) this.#resources.delete(entry.id.toLowerCase());
    this.#resources.delete(id.toLowerCase());
    this.#write();
  }

  /** All or nothing: a reader, or a run after a crash, sees the old file or the new one. */
  #write(): void {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    const next = `${this.file}.${process.pid}.tmp`;
    const content = { version: 1, resources: [...this.#resources.values()] };
    fs.writeFileSync(next, JSON.stringify(content, null, 2) + "\n", { mode: 0o600 });
    fs.renameSync(next, this.file);
  }
}
