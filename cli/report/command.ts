import type { Command } from "commander";
import { report } from "./index";

const several = (file: string, files: string[] = []) => [...files, file];

export const addReport = (program: Command) =>
  program
    .command("report")
    .description(
      "one HTML page of a stack: resources, its last run's timeline, checks, policies; asks no cluster",
    )
    .requiredOption("--stack <file>", "what `pulumi stack export` printed; `-` is standard input, as below")
    .option("--events <file>", "the log of `PULUMI_DEBUG_COMMANDS=1 pulumi up --event-log FILE`")
    .option(
      "--status <file>",
      "what `status -o json` or `connectivity -o json` printed; may be repeated",
      several,
    )
    .option("-o, --output <file>", "the page; `-` is standard output", "report.html")
    .action(async (options) => {
      process.exitCode = await report(options);
    });
