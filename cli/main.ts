#!/usr/bin/env node
// `npx aks-calico-ebpf`: what a person asks of a cluster whose data plane is Calico eBPF. It needs a kubeconfig, and no Pulumi.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../package.json";
import { benchCompare, benchRun } from "./bench";
import { defaultImage as benchImage } from "./bench/manifests";
import { role as benchRole } from "./bench/rights";
import { Ended, exit } from "./exit";
import { status } from "./status";
import { formats } from "./status/report";
import { roles } from "./status/role";

/** `90`, `90s`, `10m`, `1h`, in seconds. */
function duration(text: string): number {
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("write 90s, 10m or 1h.");
  return Number(count) * { s: 1, m: 60, h: 3600 }[unit]!;
}

/** Within `most`: an exec without a word is cut by load balancers after some minutes. */
const count = (most: number) => (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new InvalidArgumentError(`write a whole number from 1 to ${most}.`);
  return number;
};

const counts = (text: string) =>
  [...new Set(text.split(",").map(count(20_000)))].sort((one, other) => one - other);

function pair(text: string): string[] {
  const names = text.split(",");
  if (names.length !== 2 || names[0] === names[1])
    throw new InvalidArgumentError("write two nodes, such as A,B: the server's first.");
  return names;
}

const dataplanes = { ebpf: "Ebpf", iptables: "Iptables" } as const;

const program = new Command("aks-calico-ebpf")
  .description("Looks at a cluster whose network data plane is Calico eBPF.")
  .version(version)
  .option("--kubeconfig <file>", "default: $KUBECONFIG, or ~/.kube/config")
  .option("--context <name>", "default: the current one")
  .addHelpText(
    "after",
    "\nExit codes: 0 well, 1 something is not or could not be looked at, 2 usage, 3 the cluster cannot be reached",
  )
  .showHelpAfterError("(--help says more)")
  .exitOverride();

program
  .command("status")
  .description("is eBPF on, on every node, and well?")
  .addOption(
    new Option("-o, --output <format>", "how it is printed").choices(Object.keys(formats)).default("table"),
  )
  .option("--wait", "look again until all is well")
  .option("--timeout <duration>", "how long to wait, such as 90s or 10m", duration, 600)
  .option("--watch", "look again every 5 s, until Ctrl-C")
  .option("--probe", "ask every node itself, through the API server (needs the right nodes/proxy)")
  .option("--stack <name>", "compare with a stack of Pulumi's, or with a file of `pulumi stack export`")
  .option("--cwd <folder>", "the folder of the stack's program")
  .addOption(
    new Option(
      "--expect <dataplane>",
      "what is meant to run (default: ebpf, or what the stack asks for)",
    ).choices(Object.keys(dataplanes)),
  )
  .option("--role", "print the least rights that it needs, for `kubectl apply -f -`, and end")
  .action(async ({ expect, role, ...options }, command: Command) => {
    if (role) process.stdout.write(roles(options.probe));
    else {
      const expected = dataplanes[expect as keyof typeof dataplanes];
      process.exitCode = await status({ ...command.optsWithGlobals(), ...options, expected });
    }
  });

const bench = program
  .command("bench")
  .description("what the data plane moves, and what CPU that costs: before and after the switch");

bench
  .command("run")
  .description("loads two nodes for minutes, with pods in a namespace of its own, which it removes")
  .option("--cluster <name>", "the context or server that is meant; without it nothing is done")
  .option("--nodes <names>", "two nodes, such as A,B: the server's first (default: any two)", pair)
  .option("--runs <count>", "how often each is measured", count(20), 3)
  .option("--seconds <count>", "how long a run takes; CPU needs 30", count(180), 30)
  .option(
    "--services <counts>",
    "new connections with so many Services, such as 1,1000,5000,20000",
    counts,
    [1, 1000],
  )
  .option("--patience <duration>", "how long pods and a new Service may take", duration, 180)
  .option("--image <reference>", "with iperf3 and fortio, such as your mirror's", benchImage)
  .option("-o, --output <file>", "the result (default: bench-DATAPLANE-TIME.json)")
  .option("--keep", "leave the namespace there, to look yourself")
  .option("--role", "print the least rights that it needs, for `kubectl apply -f -`, and end")
  .action(async ({ role, ...options }, command: Command) => {
    if (role) process.stdout.write(benchRole());
    else process.exitCode = await benchRun({ ...command.optsWithGlobals(), ...options });
  });

bench
  .command("compare")
  .description("two results side by side, as a table and a chart of CPU per Gbit/s")
  .argument("<before>", "such as the file of iptables")
  .argument("<after>", "such as the file of eBPF")
  .option("--svg <file>", "the chart as a picture")
  .action((before: string, after: string, { svg }) => {
    process.exitCode = benchCompare(before, after, svg);
  });

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exit.ok : exit.usage;
  else if (error instanceof Ended) {
    process.stderr.write(`error: ${error.message}\n  do: ${error.advice}\n`);
    process.exitCode = error.code;
  } else {
    process.stderr.write(`error: ${process.env.DEBUG ? (error as Error).stack : (error as Error).message}\n`);
    process.exitCode = exit.failed;
  }
});
