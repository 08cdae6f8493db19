import { type Command, Option } from "commander";
import { UsageError } from "../exit";
import { duration, output, roleOption } from "../options";
import { status } from "./index";
import { rolesFor, statusReads } from "./role";

const dataplanes = { ebpf: "Ebpf", iptables: "Iptables" } as const;

export const addStatus = (program: Command) =>
  program
    .command("status")
    .description("is eBPF on, on every node, and well?")
    .addOption(output())
    .option("--wait", "look again until all is well")
    .option("--timeout <duration>", "how long --wait waits, such as 90s or 10m", duration, 600)
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
    .addOption(roleOption())
    .action(async ({ expect, role, ...options }, command: Command) => {
      if (!options.wait && command.getOptionValueSource("timeout") === "cli")
        throw new UsageError("--timeout is how long --wait waits", "add --wait, or leave --timeout out");
      if (role) process.stdout.write(rolesFor("status", statusReads(options.probe)));
      else {
        const expected = dataplanes[expect as keyof typeof dataplanes];
        process.exitCode = await status({ ...command.optsWithGlobals(), ...options, expected });
      }
    });
