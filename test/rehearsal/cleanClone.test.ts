// Nothing of a run is written into the clone but `.rehearsal/`, nothing is deleted from it, and ~/.pulumi is not touched.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { cloneTo, git } from "../clone";
import { CommandLine, type Ended } from "./commandLine";
import { root, startTimeoutMs } from "./harness";

describe("a clone after rehearsals", function () {
  this.timeout(startTimeoutMs);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "rehearse-clone-"));
  const clone = path.join(scratch, "clone");
  const home = path.join(scratch, "home");
  const line = new CommandLine(clone);

  before(() => {
    fs.mkdirSync(path.join(home, ".pulumi"), { recursive: true });
    cloneTo(clone);
    // A link is not what .gitignore means by a folder.
    fs.appendFileSync(path.join(clone, ".git/info/exclude"), "node_modules\n");
    fs.symlinkSync(path.join(root, "node_modules"), path.join(clone, "node_modules"));
  });
  after(async () => {
    await pulumi("down");
    await line.end();
    fs.rmSync(scratch, { recursive: true, force: true });
  });

  /** Once it has changed. */
  let passphrase: string | undefined;
  const pulumi = async (...args: string[]): Promise<Ended> => typing("", ...args);
  const typing = async (input: string, ...args: string[]): Promise<Ended> => {
    const cli = path.join(clone, "rehearsal/cli.ts");
    const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    const env = {
      HOME: home,
      XDG_CACHE_HOME: cache,
      ...(passphrase && { PULUMI_CONFIG_PASSPHRASE: passphrase }),
    };
    const ended = await line.program(process.execPath, ["--import", "tsx", cli, ...args], { env, input });
    assert.equal(ended.code, 0, `${args.join(" ")}: ${ended.text}`);
    return ended;
  };

  it("init, up -c, rename, another secrets provider, destroy --remove and stack rm leave it as it was", async () => {
    const tracked = fs.readFileSync(path.join(clone, "Pulumi.dev.yaml"), "utf8");
    await pulumi("up", "--yes", "--skip-preview", "-c", "dataplane=Iptables");
    await pulumi("pulumi", "stack", "init", "other");
    await pulumi("pulumi", "stack", "select", "dev");
    await typing("other\nother\n", "pulumi", "stack", "change-secrets-provider", "passphrase");
    passphrase = "other";
    await pulumi("pulumi", "stack", "rename", "renamed", "--stack", "dev");
    await pulumi("pulumi", "stack", "rename", "dev", "--stack", "renamed");
    await pulumi("destroy", "--yes", "--skip-preview", "--remove");
    await pulumi("pulumi", "stack", "init", "dev");
    await pulumi("pulumi", "stack", "rm", "--yes", "--force", "dev");
    const status = git(clone, "status", "--porcelain", "--ignored").trim().split("\n");
    assert.deepEqual(status.sort(), ["!! .rehearsal/", "!! node_modules"]);
    assert.equal(fs.readFileSync(path.join(clone, "Pulumi.dev.yaml"), "utf8"), tracked);
    assert.deepEqual(fs.readdirSync(path.join(home, ".pulumi")), []);
  });
});
