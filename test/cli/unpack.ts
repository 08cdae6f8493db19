// An archive of `diags`, unpacked into memory.
import fs from "node:fs";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";

/** The texts by name, without the folder that all are in. */
export async function unpack(file: string): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  for await (const entry of fs.createReadStream(file).pipe(createGunzip()).pipe(extract()))
    entries.set(entry.header.name.replace(/^[^/]+\//, ""), await text(entry));
  return entries;
}
