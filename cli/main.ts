#!/usr/bin/env node
// `npx aks-calico-ebpf`: what a person asks of a cluster whose data plane is Calico eBPF. It needs a kubeconfig, and no Pulumi.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../package.json";
import { connectivity } from "./connectivity";
import { defaultImage } from "./connectivity/manifests";
import { role as connectivityRole } from "./connectivity/rights";
import { diags } from "./diags";
import { logRights, reads } from "./diags/reads";
import { Ended, exit } from "./exit";
import { status } from "./status";
import { formats } from "./status/report";
import { roles, rolesFor, statusReads } from "./status/role";

/** `90`, `90s`, `10m`, `1h`, in seconds. */
function duration(text: string): number {
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("write 90s, 10m or 1h.");
  return Number(count) * { s: 1, m: 60, h: 3600 }[unit]!;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError("write a port, such as 80.");
  return number;
}

const output = () =>
  new Option("-o, --output <format>", "how it is printed").choices(Object.keys(formats)).default("table");

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("write a number.");
  return Number(text);
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
  .addOption(output())
  .option("--wait", "look again until all is well")
  .option("--timeout <duration>", "how long to wait, such as 90s or 10m", duration, 600)
  .addOption(new Option("--watch", "look again every 5 s, until Ctrl-C").conflicts("wait"))
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

program
  .command("connectivity")
  .description(
    "do packets go where they should? Tests it with pods in a namespace of its own, which it removes",
  )
  .addOption(output())
  .option("--internet [url]", "ask something outside as well (default: https://mcr.microsoft.com)")
  .option(
    "--load-balancer",
    "test a Service of this type as well, from this machine; it costs money on Azure",
  )
  .option("--my-address <ip>", "this machine's address outside, which the server must see then")
  .option("--port <number>", "of the Services", port, 8080)
  .option("--image <reference>", "agnhost, such as your mirror's", defaultImage)
  .option("--timeout <duration>", "how long pods and load balancer may take", duration, 180)
  .option("--patience <duration>", "how long a case may take to come right", duration, 15)
  .option("--keep", "leave the namespace there, to look yourself")
  .option("--role", "print the least rights that it needs, for `kubectl apply -f -`, and end")
  .action(async ({ role, internet, ...options }, command: Command) => {
    if (role) process.stdout.write(connectivityRole());
    else {
      const url = internet === true ? "https://mcr.microsoft.com" : internet;
      process.exitCode = await connectivity({ ...command.optsWithGlobals(), ...options, internet: url });
    }
  });

program
  .command("diags")
  .description("one archive with what support asks for, secrets removed")
  .option("-o, --output <file>", "default: calico-ebpf-diags-CONTEXT-TIME.tar.gz, here")
  .option("--log-lines <count>", "how many last lines of each log", count, 500)
  .option(
    "--pods <count>",
    "of how many calico-node pods the logs; those that are not ready first",
    count,
    20,
  )
  .option("--role", "print the least rights that it needs, for `kubectl apply -f -`, and end")
  .action(async ({ role, ...options }, command: Command) => {
    if (role) process.stdout.write(rolesFor("diags", [...statusReads(), ...reads, ...logRights]));
    else process.exitCode = await diags({ ...command.optsWithGlobals(), ...options });
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
