import fs from "node:fs";
import path from "node:path";

/** What the real programs printed (samples/README.md). */
export const samples = path.join(__dirname, "samples");
export const sample = (name: string): string => fs.readFileSync(path.join(samples, name), "utf8");
