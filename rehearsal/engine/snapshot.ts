// The state during a run: what was there before, what the run has made so far, and what is under way. It is on
// disk before a provider is asked to change anything, and again before the program hears of the result.
import type { Json } from "./provider";
import {
  type ExportedDeployment,
  exported,
  type OperationType,
  type PendingOperation,
  readExport,
  readResource,
  type Resource,
  StateWriter,
  writeAtomically,
} from "./state";
import type { Secrets } from "./secrets";
import { referencedUrn } from "./urn";

export interface SnapshotOptions {
  file: string;
  version: string;
  /** A preview works in memory only. */
  dryRun: boolean;
  /** Opens the stack's secrets; only called where there is something to decrypt or to write. */
  secrets(salt: string | undefined): Promise<Secrets>;
}

export class Snapshot {
  /** Resources of the state before this run that were not yet confirmed, changed or removed. */
  readonly olds: Resource[] = [];
  /** Resources of this run, in the order in which they were done: dependencies stand before dependents. */
  readonly news: Resource[] = [];
  /** Operations that an earlier run started and never finished. */
  interrupted: PendingOperation[] = [];
  private readonly underWay = new Set<PendingOperation>();
  private readonly writer: StateWriter;
  private secrets: Secrets | undefined;
  private written = "";
  private queue: Promise<void> = Promise.resolve();
  private queued: Promise<void> | undefined;

  private constructor(private readonly options: SnapshotOptions) {
    this.writer = new StateWriter(() => {
      if (!this.secrets) throw new Error("the stack's secrets are not open yet");
      return this.secrets;
    });
  }

  static async open(options: SnapshotOptions): Promise<Snapshot> {
    const snapshot = new Snapshot(options);
    const found = readExport(options.file)?.deployment;
    const salt = found?.secrets_providers?.state.salt;
    const resources = found?.resources ?? [];
    const pending = found?.pending_operations ?? [];
    if (!options.dryRun || salt !== undefined) snapshot.secrets = await options.secrets(salt);
    if (resources.length + pending.length > 0) {
      const secrets = snapshot.secrets ?? (await options.secrets(salt));
      const read = (json: Json) => readResource(json as any, secrets, snapshot.writer);
      snapshot.olds.push(...resources.map(read));
      snapshot.interrupted = pending.map((one: any) => ({ type: one.type, resource: read(one.resource) }));
    }
    snapshot.written = snapshot.content();
    return snapshot;
  }

  get all(): Resource[] {
    return [...this.news, ...this.olds];
  }

  /** The live resource of that name: this run's, else the one from before. */
  find(urn: string): Resource | undefined {
    const is = (resource: Resource) => resource.urn === urn && !resource.delete;
    return this.news.find(is) ?? this.olds.find(is);
  }

  /** The provider behind a reference; one that was replaced serves what was made with it until that is deleted. */
  findProvider(reference: string): Resource | undefined {
    const exact = this.all.find((resource) => `${resource.urn}::${resource.id}` === reference);
    return exact ?? this.find(referencedUrn(reference));
  }

  removeOld(resource: Resource): void {
    const index = this.olds.indexOf(resource);
    if (index >= 0) this.olds.splice(index, 1);
  }

  /** A resource goes on under another name: whatever refers to it in the old state follows. */
  rename(from: string, to: string): void {
    const swap = (urn: string) => (urn === from ? to : urn);
    for (const old of this.olds) {
      old.dependencies = old.dependencies?.map(swap);
      if (old.parent) old.parent = swap(old.parent);
      if (old.deletedWith) old.deletedWith = swap(old.deletedWith);
      if (old.provider?.startsWith(`${from}::`)) old.provider = to + old.provider.slice(from.length);
      for (const [property, urns] of Object.entries(old.propertyDependencies ?? {})) {
        old.propertyDependencies![property] = urns.map(swap);
      }
    }
  }

  remove(resource: Resource): void {
    this.removeOld(resource);
    const index = this.news.indexOf(resource);
    if (index >= 0) this.news.splice(index, 1);
  }

  /** Notes that an operation begins; resolves when that is on disk. */
  async begin(type: OperationType, resource: Resource): Promise<PendingOperation> {
    const pending = { type, resource };
    this.underWay.add(pending);
    await this.save();
    return pending;
  }

  end(pending: PendingOperation): void {
    this.underWay.delete(pending);
  }

  private rendered(): Json[] {
    return this.all.map((resource) => this.writer.resource(resource));
  }

  private pending(): Json[] {
    const all = [...this.interrupted, ...this.underWay];
    return all.map(({ type, resource }) => ({ resource: this.writer.resource(resource), type }));
  }

  /** What the file says, whatever the order: a run that only confirms everything does not write. */
  private content(): string {
    const texts = this.rendered().map((resource) => JSON.stringify(resource));
    return JSON.stringify([texts.sort(), this.pending()]);
  }

  /** Writes what has changed since the last write. Calls that come while one is being written share the next. */
  save(): Promise<void> {
    if (this.options.dryRun) return Promise.resolve();
    // A write that failed (a full disk) must not keep the next one from trying.
    this.queued ??= this.queue = this.queue
      .catch(() => {})
      .then(() => {
        this.queued = undefined;
        return this.write();
      });
    return this.queued;
  }

  private async write(): Promise<void> {
    const content = this.content();
    if (content === this.written) return;
    await writeAtomically(this.options.file, `${JSON.stringify(this.export(), null, 4)}\n`);
    this.written = content;
  }

  export(): ExportedDeployment {
    return exported(this.options.version, this.secrets?.salt, this.rendered(), this.pending());
  }
}
