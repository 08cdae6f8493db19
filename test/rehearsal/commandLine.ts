// The rehearsal as a user runs it: its command line in a process of its own, with a folder for its stacks.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { nameOf } from "../pulumi";
import { readPage } from "../unit/pages";
import { root } from "./harness";

export interface Ended {
  code: number | null;
  stdout: string;
  /** Both streams. */
  text: string;
}

interface How {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is typed. */
  readonly input?: string;
  /** Is told all the output so far with every piece of it, for tests that interfere. */
  readonly meddle?: (text: string, child: ChildProcess) => void;
}

/** An `up` made as many resources as the screen in the example's README says. */
export function createdAsShown(example: string, { text }: { text: string }): void {
  const [created] = /\+ \d+ created$/m.exec(text)!;
  assert.ok(
    readPage(`examples/${example}/README.md`).includes(`    ${created}\n`),
    `${created}, not as shown`,
  );
}

export class CommandLine {
  readonly stateRoot = fs.mkdtempSync(path.join(os.tmpdir(), "rehearse-cli-"));

  constructor(readonly repository = root) {}

  /** A command of the rehearsal; its state-dir is ours. */
  run(args: readonly string[], how: How = {}): Promise<Ended> {
    const cli = path.join(this.repository, "rehearsal/cli.ts");
    return this.program(
      process.execPath,
      ["--import", "tsx", cli, "--state-dir", this.stateRoot, ...args],
      how,
    );
  }

  program(
    program: string,
    args: readonly string[],
    { cwd = this.repository, env, input = "", meddle }: How = {},
  ): Promise<Ended> {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, INIT_CWD: cwd, ...env },
      stdio: "pipe",
    });
    child.stdin.on("error", () => undefined).end(input);
    const ended = { stdout: "", text: "" };
    child.stdout.on("data", (piece) => (ended.stdout += piece));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece) => {
        ended.text += piece;
        meddle?.(ended.text, child);
      });
    }
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...ended })));
  }

  /** Processes whose command line names our folder; not the addon manager's `kubectl`, which comes and goes. */
  processes(): string[] {
    return spawnSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
      .stdout.split("\n")
      .filter((line) => line.includes(this.stateRoot) && !/ps -eo|\/kubectl\b/.test(line));
  }

  /** The stack's deployment, as `pulumi stack export` prints it. */
  async state(stack: string): Promise<any> {
    return JSON.parse((await this.run(["--stack", stack, "pulumi", "stack", "export"])).stdout);
  }

  /** Names of the resources in a stack's state. */
  async names(stack: string): Promise<string[]> {
    const resources: { urn: string }[] = (await this.state(stack)).deployment.resources ?? [];
    return resources.map(({ urn }) => nameOf(urn));
  }

  async end(): Promise<void> {
    for (const stack of fs.readdirSync(this.stateRoot)) await this.run(["down", "--stack", stack]);
    fs.rmSync(this.stateRoot, { recursive: true, force: true });
  }
}
