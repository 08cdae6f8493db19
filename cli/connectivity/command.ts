import type { Command } from "commander";
import { count, duration, output, roleOption } from "../options";
import { connectivity } from "./index";
import { defaultImage } from "./manifests";
import { role as roles } from "./rights";

const internetByDefault = "https://mcr.microsoft.com";

export const addConnectivity = (program: Command) =>
  program
    .command("connectivity")
    .description(
      "do packets go where they should? Tests it with pods in a namespace of its own, which it removes",
    )
    .addOption(output())
    .option("--internet [url]", `ask something outside as well (default: ${internetByDefault})`)
    .option(
      "--load-balancer",
      "test a Service of this type as well, from this machine; it costs money on Azure",
    )
    .option("--my-address <ip>", "this machine's address outside, which the server must see then")
    .option("--port <number>", "of the Services", count(65_535), 8080)
    .option("--image <reference>", "agnhost, such as your mirror's", defaultImage)
    .option("--timeout <duration>", "how long pods and load balancer may take", duration, 180)
    .option("--patience <duration>", "how long a case may take to come right", duration, 15)
    .option("--keep", "leave the namespace there, to look yourself")
    .addOption(roleOption())
    .action(async ({ role, internet, ...options }, command: Command) => {
      if (role) process.stdout.write(roles());
      else {
        const url = internet === true ? internetByDefault : internet;
        process.exitCode = await connectivity({ ...command.optsWithGlobals(), ...options, internet: url });
      }
    });
