import { gunzipSync } from "node:zlib";

const BLOCK = 512;

/**
 * The first file of a .tgz whose path matches (POSIX ustar: a header of 512 bytes, name at 0, size at 124 in octal,
 * type at 156, prefix at 345; then the content, filled up to whole blocks).
 * @throws Error where it is no gzip
 */
export function fileInArchive(archive: Buffer, wanted: RegExp): Buffer | undefined {
  const tar = gunzipSync(archive);
  const text = (from: number, length: number) =>
    tar
      .subarray(from, from + length)
      .toString("utf8")
      .replace(/\0.*$/s, "");
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const size = parseInt(text(at + 124, 12), 8) || 0;
    const name = [text(at + 345, 155), text(at, 100)].filter(Boolean).join("/");
    if (wanted.test(name)) return tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
