// `npm run rehearse`: the program of a folder, run by the real Pulumi CLI against a real Kubernetes control plane here.
import fs from "node:fs";
import path from "node:path";
import { faultKinds, fromTheStart } from "./faults";
import { runStep } from "./faults/step";
import { clusterModes, help } from "./help";
import { type Options, readOptions, UsageError, type Verb } from "./options";
import { controlPlane } from "./programs/catalogue";
import { findPrograms } from "./programs/find";
import { runUnderWay } from "./pulumi/processes";
import { prepare } from "./pulumi/run";
import { messageOf, Refusal } from "./system/refusal";
import { exportsOf } from "./system/shell";
import { clustersOf, readFolder, saveSettings, type StackFolder } from "./stack";

/** Exit codes: the CLI's; 1 also for a refusal or a check that is red, 2 for a wrong command line. */
const exit = { ok: 0, failed: 1, usage: 2 } as const;

const root = path.dirname(__dirname);
const print = (line = "") => process.stdout.write(`${line}\n`);
/** What is not the CLI's output goes aside: `pulumi stack export` must stay JSON. */
const say = (line: string) => process.stderr.write(`${line}\n`);

/** The command line that leads to the same stack with another verb. */
function again({ stack, stateRoot }: Options, verb: string): string {
  const name = stack === "dev" ? "" : ` --stack ${stack}`;
  const state = stateRoot === path.join(root, ".rehearsal") ? "" : ` --state-dir ${stateRoot}`;
  return `npm run rehearse --${name}${state} ${verb}`;
}

const folderOf = ({ stateRoot, stack }: Options) => readFolder(path.join(stateRoot, stack));

/** The stack, with the options of this run on top of those of the runs before; what goes wrong is of one run only. */
function openStack(options: Options): StackFolder {
  const before = folderOf(options);
  const { settings, faults } = options;
  const crdsLateSeconds = faults.find(({ name }) => name === "crds-late")?.seconds;
  return {
    ...before,
    settings: { ...before.settings, ...settings, crdsLateSeconds, faults: fromTheStart(faults) },
  };
}

const noStack = (options: Options) =>
  new Refusal(
    `there is no stack ${options.stack} in ${options.stateRoot}`,
    "it was never brought up, or `down` removed it",
    again(options, "up"),
  );

/** Starts what runs no more of the stack's control planes, and lets go wrong what is to go wrong. */
async function resume(options: Options, stack: StackFolder): Promise<void> {
  if (!fs.existsSync(path.join(stack.folder, "clusters"))) return;
  // Another run holds the clusters; the CLI will say so.
  if ((await runUnderWay(stack.folder)).length > 0) return;
  const clusters = await clustersOf(stack, say);
  for (const name of clusters.names()) {
    await clusters.resume(name, say);
    await clusters.setFaults(name, stack.settings.faults ?? []);
    if (options.faults.some((fault) => fault.name === "kubeconfig-rotated"))
      await clusters.rotateCredentials(name);
  }
}

async function prepared(options: Options, command: readonly string[], quiet: boolean) {
  const stack = openStack(options);
  const projectDir = options.cwd ?? stack.settings.projectDir ?? root;
  // First, since it may refuse what the settings of this run ask of a living cluster.
  await resume(options, stack);
  // The control plane is built beside the CLI, not when the first cluster asks for it.
  const [ready] = await Promise.all([
    prepare(stack, projectDir, { progress: say }, command),
    findPrograms(controlPlane, { progress: say }),
  ]);
  if (!quiet) for (const line of ready.engine.told) say(line);
  for (const { name, at } of options.faults) if (at === undefined) say(`fault ${name}: ${faultKinds[name]}`);
  return { ready, projectDir };
}

async function pulumi(options: Options, args: readonly string[], quiet = false): Promise<number> {
  if (["refresh", "destroy"].includes(args[0]) && !fs.existsSync(folderOf(options).folder))
    throw noStack(options);
  const { ready, projectDir } = await prepared(options, args, quiet);
  const code = await runStep(ready, projectDir, args, options, say);
  if (code === 137)
    say(`pulumi was killed: ${again(options, "pulumi cancel")} lifts its lock (docs/troubleshooting.md)`);
  return code;
}

/** Prints the table of checks of every cluster. @returns how many clusters are not well; undefined = no cluster runs */
async function table(options: Options): Promise<number | undefined> {
  const stack = folderOf(options);
  if (!fs.existsSync(stack.folder)) throw noStack(options);
  // Loaded when asked for: the Kubernetes client takes half a second.
  const { verifyStack }: typeof import("./verify") = require("./verify");
  const { formats } = require("../cli/status/report") as typeof import("../cli/status/report");
  const reports = await verifyStack(stack, await clustersOf(stack, say));
  for (const report of reports) print(`\n${formats.table(report)}`);
  return reports.length === 0 ? undefined : reports.filter(({ well }) => !well).length;
}

async function verify(options: Options): Promise<number> {
  const red = await table(options);
  if (red === undefined)
    print(`no cluster runs in stack ${options.stack}; ${again(options, "up")} makes one`);
  return red === 0 ? exit.ok : exit.failed;
}

async function report(options: Options): Promise<number> {
  const stack = folderOf(options);
  if (!fs.existsSync(stack.folder)) throw noStack(options);
  const { ready } = await prepared(options, ["stack"], true);
  const { verifyStack }: typeof import("./verify") = require("./verify");
  const { writeReport }: typeof import("./report") = require("./report");
  print(await writeReport(ready, await verifyStack(stack, await clustersOf(stack, say))));
  return exit.ok;
}

/** What is left running, how to look at it and how to end it. */
async function whereabouts(options: Options): Promise<void> {
  const clusters = await clustersOf(folderOf(options), say);
  for (const name of clusters.names()) {
    const status = clusters.status(name);
    if (!status) continue;
    print(
      `\n${name}: the control plane ${status.running ? "keeps running" : "is not whole"} at ${status.server}`,
    );
    print(`  look     export KUBECONFIG=${status.kubeconfigFile}; kubectl get pods -A -o wide`);
    print(`  go on    ${again(options, "up -c dataplane=Iptables")}`);
    print(`  end      ${again(options, "down")}`);
  }
}

async function rehearse(options: Options): Promise<number> {
  const code = await pulumi(options, ["up", "--yes"]);
  const red = code === 0 ? await table(options) : undefined;
  await whereabouts(options);
  if (code !== 0) print(`\npulumi up failed (exit code ${code}). The same command goes on from here.`);
  else if (red) print(`\npulumi up succeeded, but not every check did.`);
  return code === 0 && red ? exit.failed : code;
}

async function cluster(options: Options): Promise<number> {
  const stack = openStack(options);
  saveSettings(stack, stack.settings);
  const clusters = await clustersOf(stack, say);
  const names = { resourceGroupName: "existing", clusterName: "existing" };
  const { registerCluster } = await import("./azure/register.js");
  const { mode, kubeProxy, settings } = options;
  const pools = [{ name: "system", count: settings.nodes ?? 3, mode: "System" as const, osSku: "Ubuntu" }];
  const fqdn = await registerCluster(
    { clusters, store: path.join(stack.folder, "azure.json") },
    { ...names, location: "westeurope", ...clusterModes[mode], kubeProxy, pools },
    say,
  );
  print(`export KUBECONFIG=${clusters.status(names.clusterName)!.kubeconfigFile}`);
  print(`# API server host for CalicoEbpfDataplane's apiServerHost: ${fqdn}`);
  print(`# in Azure: resource group existing, cluster existing, made for ${mode}`);
  print(`# to end it: ${again(options, "down")}`);
  return exit.ok;
}

async function down(options: Options): Promise<number> {
  const stack = folderOf(options);
  if (!fs.existsSync(stack.folder)) {
    print(`there is no stack ${options.stack}; nothing was running`);
    return exit.ok;
  }
  const running = await runUnderWay(stack.folder);
  if (running.length > 0)
    throw new Refusal(
      `a run of stack ${options.stack} is under way`,
      `it would lose the ground under its feet; its plugins are the processes ${running.join(", ")}`,
      "end it with Ctrl-C, or wait for it",
    );
  const clusters = await clustersOf(stack, say);
  const names = clusters.names();
  for (const name of names) await clusters.delete(name);
  fs.rmSync(stack.folder, { recursive: true, force: true });
  const ended = names.length > 0 ? `ended ${names.join(", ")}` : "nothing was running";
  print(`stack ${options.stack} is gone: ${ended}`);
  return exit.ok;
}

async function env(options: Options): Promise<number> {
  const { ready } = await prepared(options, [], true);
  for (const line of exportsOf(ready.environment)) print(line);
  return exit.ok;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, root);
  if (options === "help") {
    print(help);
    return exit.ok;
  }
  if (options.realCharts) process.env.AKS_CALICO_EBPF_REAL_CHARTS = "1";
  const { verb, args } = options;
  if (verb === "pulumi") return pulumi(options, args, true);
  const own: Partial<Record<Verb, typeof verify>> = { rehearse, verify, report, cluster, down, env };
  return own[verb]?.(options) ?? pulumi(options, [verb, ...args]);
}

/** Ends the process when all that was written has been taken: a pipe takes a long text in pieces. */
function leave(code: number): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

main(process.argv.slice(2)).then(leave, (error: unknown) => {
  // DEBUG=1 shows where an error came from; without it the sentence is what helps.
  say(`error: ${process.env.DEBUG ? (error as Error).stack : messageOf(error)}`);
  leave(error instanceof UsageError ? exit.usage : exit.failed);
});
