import type { Command } from "commander";
import { count, roleOption } from "../options";
import { rolesFor, statusReads } from "../status/role";
import { diags } from "./index";
import { logRights, reads } from "./reads";

export const addDiags = (program: Command) =>
  program
    .command("diags")
    .description("one archive with what support asks for, secrets removed")
    .option("-o, --output <file>", "default: calico-ebpf-diags-CONTEXT-TIME.tar.gz, here")
    .option("--log-lines <count>", "how many last lines of each log", count(999_999, 0), 500)
    .option(
      "--pods <count>",
      "of how many calico-node pods the logs; those that are not ready first",
      count(5000, 0),
      20,
    )
    .addOption(roleOption())
    .action(async ({ role, ...options }, command: Command) => {
      if (role) process.stdout.write(rolesFor("diags", [...statusReads(), ...reads, ...logRights]));
      else process.exitCode = await diags({ ...command.optsWithGlobals(), ...options });
    });
