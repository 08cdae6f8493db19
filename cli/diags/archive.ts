// The archive: one folder of texts, in memory until it is whole. Nothing gets in past the redaction.
import fs from "node:fs";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { dump } from "js-yaml";
import { pack } from "tar-stream";
import { Ended, exit, UsageError } from "../exit";
import { mark, redact, redactText } from "./redact";

const advice = "give another one with -o FILE";

export class Archive {
  private readonly entries = new Map<string, string>();

  /** @throws UsageError where it could not be written in the end */
  constructor(readonly file: string) {
    refuseExisting(file);
    try {
      fs.accessSync(path.dirname(file), fs.constants.W_OK);
    } catch (error) {
      throw new UsageError(`nothing can be written to ${path.dirname(file)}: ${wordsOf(error)}`, advice);
    }
  }

  text(name: string, text: string): void {
    this.entries.set(name, redactText(text));
  }

  /** As `kubectl get -o yaml --show-managed-fields` prints it. */
  object(name: string, object: object): void {
    this.entries.set(name, dump(redact(object), { lineWidth: -1, noRefs: true }));
  }

  get removed(): number {
    return [...this.entries.values()].reduce((sum, text) => sum + text.split(mark).length - 1, 0);
  }

  /** Under another name first: half an archive never bears the name of a whole one. @returns its size in bytes */
  async write(): Promise<number> {
    const folder = path.basename(this.file).replace(/\.(tar\.gz|tgz)$/, "");
    const tar = pack();
    for (const [name, text] of [...this.entries].sort())
      tar.entry({ name: `${folder}/${name}`, mode: 0o600 }, text);
    tar.finalize();
    const zipped = await buffer(tar.pipe(createGzip()));
    const unfinished = `${this.file}.${process.pid}.part`;
    try {
      fs.writeFileSync(unfinished, zipped, { mode: 0o600, flag: "wx" });
      refuseExisting(this.file);
      fs.renameSync(unfinished, this.file);
    } catch (error) {
      if (error instanceof Ended) throw error;
      throw new Ended(`${this.file} could not be written: ${wordsOf(error)}`, advice, exit.failed);
    } finally {
      fs.rmSync(unfinished, { force: true });
    }
    return zipped.length;
  }
}

function refuseExisting(file: string): void {
  if (fs.existsSync(file)) throw new UsageError(`${file} exists already`, advice);
}

const wordsOf = (error: unknown) => (error as Error).message;
