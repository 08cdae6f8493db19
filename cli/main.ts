// `npx aks-calico-ebpf`: what a person asks of a cluster whose data plane is Calico eBPF. It needs a kubeconfig, and
// no Pulumi.
import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { addBench } from "./bench/command";
import { addConnectivity } from "./connectivity/command";
import { addDiags } from "./diags/command";
import { Ended, exit } from "./exit";
import { addReport } from "./report/command";
import { addStatus } from "./status/command";

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

for (const add of [addStatus, addConnectivity, addDiags, addBench, addReport]) add(program);

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
