// CPU time and peak memory of each process that a command starts, by looking at Linux's /proc (proc(5)) while it runs.
import fs from "node:fs";

/** Of all processes of one kind. */
export interface Use {
  count: number;
  /** Seconds, of all of them. */
  cpu: number;
  /** Megabytes, each at its own peak: of the greatest one, and of all. */
  peak: number;
  peaks: number;
}

/** Kinds of processes by what stands in their command lines; the first that fits. */
const kinds: readonly (readonly [kind: string, mark: RegExp])[] = [
  ["policy pack", /cmd\/run-policy-pack/],
  ["program", /@pulumi\/pulumi\/cmd\/run /],
  ["language host", /pulumi-language-/],
  ["azure-native (stand-in)", /azure\/main\.ts/],
  ["random (stand-in)", /random\/main\.ts/],
  ["proxy of kubernetes", /charts\/main\.ts/],
  ["kubernetes", /pulumi-resource-kubernetes/],
  ["CLI", /^(\S*\/)?pulumi /],
];

interface Seen {
  readonly root: boolean;
  command: string;
  cpu: number;
  peak: number;
}

const everyMs = 100;

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}

/** Looks until it is stopped. What a process used after the last look at it is lost: at most 0.1 s. */
export class ProcessWatch {
  private readonly seen = new Map<string, Seen>();
  private timer?: NodeJS.Timeout;

  /** @param started what the process is called that is started */
  constructor(private readonly started = "CLI") {
    if (!fs.existsSync("/proc/self/stat"))
      throw new Error("this benchmark reads /proc, which only Linux has");
  }

  readonly start = (pid: number): void => {
    this.timer = setInterval(() => this.look(pid), everyMs);
  };

  private look(root: number): void {
    const all = fs.readdirSync("/proc").flatMap((name) => {
      const stat = /^\d/.test(name) ? read(`/proc/${name}/stat`) : "";
      // The name in field 2 may hold blanks and brackets. Then: 3 state, 4 parent, 14 and 15 CPU, 22 start.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return stat === "" ? [] : [{ pid: Number(name), parent: Number(fields[1]), fields }];
    });
    const tree = new Set([root]);
    // Children have mostly, but not always, higher numbers than their parents.
    for (let size = 0; size !== tree.size;) {
      size = tree.size;
      for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
    }
    for (const { pid, fields } of all) {
      const key = `${pid} ${fields[19]}`;
      if (!tree.has(pid) && !this.seen.has(key)) continue;
      const one = this.seen.get(key) ?? { root: pid === root, command: "", cpu: 0, peak: 0 };
      this.seen.set(key, one);
      one.command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ") || one.command;
      one.cpu = Math.max(one.cpu, (Number(fields[11]) + Number(fields[12])) / 100);
      const peak = /^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
      one.peak = Math.max(one.peak, Number(peak ?? 0) / 1024);
    }
  }

  stop(): Map<string, Use> {
    clearInterval(this.timer);
    return this.uses();
  }

  /** @returns what the processes have used so far, by their kind */
  uses(): Map<string, Use> {
    const uses = new Map<string, Use>();
    for (const { root, command, cpu, peak } of this.seen.values()) {
      // Seen only when it had ended.
      if (peak === 0) continue;
      const kind = root ? this.started : (kinds.find(([, mark]) => mark.test(command))?.[0] ?? "others");
      const use = uses.get(kind) ?? { count: 0, cpu: 0, peak: 0, peaks: 0 };
      use.count++;
      use.cpu += cpu;
      use.peak = Math.max(use.peak, peak);
      use.peaks += peak;
      uses.set(kind, use);
    }
    return uses;
  }
}

export const cpuOf = (uses: Map<string, Use>): number =>
  [...uses.values()].reduce((sum, { cpu }) => sum + cpu, 0);
