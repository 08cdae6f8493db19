#!/usr/bin/env node
// Where the command begins: an older Node.js could not even load the rest, and would say so in a stack trace.
import { isOlder } from "../components/releases";
import { engines } from "../package.json";
import { exit } from "./exit";

const least = engines.node.replace(">=", "");
if (isOlder(process.versions.node, least)) {
  process.stderr.write(
    `error: Node.js ${process.versions.node} is too old; this needs ${least} or newer\n  do: install Node.js 24\n`,
  );
  process.exitCode = exit.usage;
} else void import("./main.js");
