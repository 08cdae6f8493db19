// What the report is made of, as files. Schemas name the members that are kept: properties' values, and with them
// secrets, are dropped where a file is read.
import fs from "node:fs";
import * as v from "valibot";
import { UsageError } from "../exit";

/** A file that was given: its words for messages, and how one comes by it. */
export interface Source {
  readonly name: string;
  readonly text: string;
  readonly how: string;
}

/** @param file `-` = standard input */
export function readSource(file: string, how: string): Source {
  const name = file === "-" ? "standard input" : file;
  try {
    return { name, text: decoded(fs.readFileSync(file === "-" ? 0 : file)), how };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${name}: ${code === "ENOENT" ? "no such file" : message}`, how);
  }
}

/** Windows PowerShell's `>` writes UTF-16. */
const decoded = (bytes: Buffer) =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);

export function parsed({ name, text, how }: Source): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as Error).message}`, how);
  }
}

/** @param what in words, such as "a stack export" */
export function shaped<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  { name, how }: Source,
  what: string,
): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const place = v.getDotPath(issues[0]);
  throw new UsageError(`${name} is not ${what}: ${place ? `${place}: ` : ""}${issues[0].message}`, how);
}
