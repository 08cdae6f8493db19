import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { binFolderVariable, cacheFolder } from "../../rehearsal/binaries";
import { findHelm, helmVersion } from "../../rehearsal/helm/program";
import { failureOf } from "./harness";

describe("Helm, found or built", () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "helm-program-test-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** A program that prints `says`, and as Go makes the file that its `-o` names. */
  const program = (file: string, says = ""): string => {
    const place = path.join(folder, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    const builds = `while [ $# -gt 0 ]; do [ "$1" = -o ] && { echo built > "$2"; chmod +x "$2"; }; shift; done`;
    fs.writeFileSync(place, `#!/bin/sh\necho "${says}"\n${builds}\n`, { mode: 0o755 });
    return place;
  };
  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    XDG_CACHE_HOME: path.join(folder, "cache"),
    PATH: path.join(folder, "bin"),
    ...more,
  });
  const find = async (env: NodeJS.ProcessEnv) => {
    const said: string[] = [];
    const found = await findHelm({ env, progress: (line) => said.push(line) });
    return { found, said };
  };

  it("takes the one in the given folder, and does without where that folder lacks it", async () => {
    const given = program("given/helm");
    const env = environment({ [binFolderVariable]: path.join(folder, "given") });
    assert.deepEqual(await find(env), { found: given, said: [] });
    fs.rmSync(given);
    const other = program("bin/helm", "v3.20.1");
    assert.equal((await find(env)).found, other);
  });

  it("builds it into the cache with Go, tells so, and finds it there the next time", async () => {
    const env = environment({ PATH: `${path.join(folder, "bin")}:/usr/bin:/bin` });
    program("bin/go", "go9.99.0");
    const { found, said } = await find(env);
    assert.ok(found.startsWith(path.join(cacheFolder(env), "helm-")), found);
    assert.equal(said[0], "building helm (1 of 1) ...");
    fs.rmSync(path.join(folder, "bin", "go"));
    assert.deepEqual(await find(environment()), { found, said: [] });
  });

  it("without Go it is Helm 3 on PATH or nothing, and says what to do", async () => {
    const none = await failureOf(find(environment()));
    assert.match(
      none.message,
      /^Helm is neither there nor can it be built\n {2}why: .*no Helm on PATH, no Go on PATH/,
    );
    assert.match(
      none.message,
      /\n {2}do: {2}install Go .* or put Helm 3 on PATH, or as helm into the folder that AKS_/,
    );
    program("bin/helm", "v4.1.0");
    const newer = await failureOf(find(environment()));
    assert.match(newer.message, /bin\/helm is v4\.1\.0, not Helm 3/);
  });

  it("pins a version of Helm 3", () => {
    assert.match(helmVersion, /^v3\.\d+\.\d+$/);
  });
});
