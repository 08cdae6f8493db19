import { type Command, InvalidArgumentError } from "commander";
import { count, duration, roleOption } from "../options";
import { benchCompare, benchRun } from "./index";
import { defaultImage } from "./manifests";
import { role as roles } from "./rights";

const counts = (text: string) =>
  [...new Set(text.split(",").map(count(20_000)))].sort((one, other) => one - other);

function pair(text: string): string[] {
  const names = text.split(",");
  if (names.length !== 2 || names[0] === names[1])
    throw new InvalidArgumentError("write two nodes, such as A,B: the server's first.");
  return names;
}

export function addBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("what the data plane moves, and what CPU that costs: before and after the switch");

  bench
    .command("run")
    .description("loads two nodes for minutes, with pods in a namespace of its own, which it removes")
    .option("--cluster <name>", "the context or server that is meant; without it nothing is done")
    .option("--nodes <names>", "two nodes, such as A,B: the server's first (default: any two)", pair)
    .option("--runs <count>", "how often each is measured", count(20), 3)
    // An exec without a word is cut by load balancers after some minutes.
    .option("--seconds <count>", "how long a run takes; CPU needs 30", count(180), 30)
    .option(
      "--services <counts>",
      "new connections with so many Services, such as 1,1000,5000,20000",
      counts,
      [1, 1000],
    )
    .option("--patience <duration>", "how long pods and a new Service may take", duration, 180)
    .option("--image <reference>", "with iperf3 and fortio, such as your mirror's", defaultImage)
    .option("-o, --output <file>", "the result (default: bench-DATAPLANE-TIME.json)")
    .option("--keep", "leave the namespace there, to look yourself")
    .addOption(roleOption())
    .action(async ({ role, ...options }, command: Command) => {
      if (role) process.stdout.write(roles());
      else process.exitCode = await benchRun({ ...command.optsWithGlobals(), ...options });
    });

  bench
    .command("compare")
    .description("two results side by side, as a table and a chart of CPU per Gbit/s")
    .argument("<before>", "such as the file of iptables")
    .argument("<after>", "such as the file of eBPF")
    .option("--svg <file>", "the chart as a picture")
    .action(async (before: string, after: string, { svg }) => {
      process.exitCode = await benchCompare(before, after, svg);
    });
}
