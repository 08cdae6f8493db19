// Official downloads, tried only where they answer at once: behind a closed network nobody waits for a time-out.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Group } from "./catalogue";

/** Environment variable with another origin (`http://host:port`) for every download: a mirror, or a test's server. */
const mirrorVariable = "AKS_CALICO_EBPF_DOWNLOADS";

/** How long the first answer may take. */
const patienceMs = 2_000;

function at(url: string, env: NodeJS.ProcessEnv): string {
  const mirror = env[mirrorVariable];
  return mirror ? new URL(new URL(url).pathname, mirror).href : url;
}

const urlsOf = ({ programs }: Group) => [...new Set(programs.map(({ url }) => url))];

export async function reachable(group: Group, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env[mirrorVariable] === "") return false;
  const answers = urlsOf(group).map(async (url) => {
    const signal = AbortSignal.timeout(patienceMs);
    return (await fetch(at(url, env), { method: "HEAD", signal })).ok;
  });
  return Promise.all(answers).then(
    (all) => all.every(Boolean),
    () => false,
  );
}

/** Fills `folder`, which bears its name only when it is whole. @throws Error saying what did not come */
export async function downloadGroup(
  group: Group,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<void> {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = fs.mkdtempSync(`${folder}.`);
  try {
    for (const url of urlsOf(group)) {
      const answer = await fetch(at(url, env), { signal });
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      const body = Buffer.from(await answer.arrayBuffer());
      const { name } = group.programs.find((program) => program.url === url)!;
      if (url.endsWith(".tar.gz")) unpack(body, unfinished);
      else fs.writeFileSync(path.join(unfinished, name), body);
    }
    for (const { name } of group.programs) fs.chmodSync(path.join(unfinished, name), 0o755);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(unfinished, folder);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

/** All files of the archive into one folder, whatever folder they lie in there. */
function unpack(archive: Buffer, folder: string): void {
  const aside = fs.mkdtempSync(path.join(folder, "archive-"));
  execFileSync("tar", ["-xz", "-C", aside], { input: archive, stdio: "pipe" });
  for (const entry of fs.readdirSync(aside, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) fs.renameSync(path.join(entry.parentPath, entry.name), path.join(folder, entry.name));
  fs.rmSync(aside, { recursive: true });
}
