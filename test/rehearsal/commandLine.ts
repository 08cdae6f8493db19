// The rehearsal as a user runs it: its command line in a process of its own, with a folder for its stacks.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "./harness";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  text: string;
}

export class CommandLine {
  readonly stateRoot = fs.mkdtempSync(path.join(os.tmpdir(), "rehearse-cli-"));

  /** @param meddle is told every piece of output, for tests that interfere */
  run(args: string[], meddle: (text: string, child: ChildProcess) => void = () => {}): Promise<Ended> {
    const command = ["--import", "tsx", "rehearsal/cli.ts", ...args, "--state-dir", this.stateRoot];
    const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece: Buffer) => {
        text += piece.toString();
        meddle(text, child);
      });
    }
    return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, text })));
  }

  /** Processes whose command line names our folder; not the addon manager's `kubectl`, which comes and goes. */
  processes(): string[] {
    return spawnSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
      .stdout.split("\n")
      .filter((line) => line.includes(this.stateRoot) && !/ps -eo|\/kubectl\b/.test(line));
  }

  state(stack: string): any {
    return JSON.parse(fs.readFileSync(path.join(this.stateRoot, stack, "state.json"), "utf8"));
  }

  /** Names of the resources in a stack's state. */
  names(stack: string): string[] {
    const resources: { urn: string }[] = this.state(stack).deployment.resources ?? [];
    return resources.map(({ urn }) => urn.split("::").at(-1)!);
  }

  async end(): Promise<void> {
    for (const stack of fs.readdirSync(this.stateRoot)) await this.run(["down", "--stack", stack]);
    fs.rmSync(this.stateRoot, { recursive: true, force: true });
  }
}
