// The one way in for `npm run rehearse`, `npm test` and their sisters, made so that a fresh clone needs nothing
// before it: finds or brings a Node.js that @pulumi/pulumi accepts, installs the locked dependencies once, and
// hands over. Plain JavaScript on built-ins only, because it runs before anything is installed, on any Node >= 18.
// usage: node tools/run.mjs FILE ARGUMENTS, the file as a path in the repository
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
/** The oldest Node.js that undici 8 accepts, with which the command line talks to Kubernetes. */
const minimumNode = readJson(path.join(root, "package.json"))
  .engines.node.replace(">=", "")
  .split(".")
  .map(Number);

const say = (text) => process.stderr.write(`${text}\n`);

function fail(what, why, todo) {
  say(`error: ${what}\n  why: ${why}\n  do:  ${todo}`);
  process.exit(1);
}

/** Takes a lock file, waiting for a living holder; a lock whose holder is gone is broken. */
function lock(file) {
  for (let waited = 0; ; waited++) {
    try {
      return fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    try {
      process.kill(Number(fs.readFileSync(file, "utf8")), 0);
    } catch (error) {
      if (error.code === "ESRCH") fs.rmSync(file, { force: true });
    }
    if (waited === 2) say(`waiting for another run that installs into ${path.dirname(file)} ...`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }
}

/** `npm ci` in a folder, unless the same lock file was installed there before and to the end. */
function install(folder, label) {
  const stamp = path.join(folder, "node_modules", ".aks-calico-ebpf-installed");
  const packageLock = fs.readFileSync(path.join(folder, "package-lock.json"));
  const want = createHash("sha256").update(packageLock).digest("hex");
  const installed = () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === want;
  if (installed()) return;
  const held = path.join(folder, ".installing.pid");
  lock(held);
  let done = { status: 0 };
  // The run that was waited for may have done it.
  if (!installed()) {
    say(`installing ${label} (npm ci in ${path.relative(process.cwd(), folder) || "."}) ...`);
    // Scripts of dependencies are off: one of them would download a Pulumi plugin that only the CLI needs.
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    // On Windows npm is a script.
    const shell = process.platform === "win32";
    done = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", 2, 2], shell });
    if (done.status === 0) fs.writeFileSync(stamp, want);
  }
  fs.rmSync(held, { force: true });
  if (done.status === 0) return;
  fail(
    `npm ci failed in ${folder} (${done.error ? done.error.message : `exit code ${done.status}`})`,
    "the locked packages could not be installed; npm's own message stands above",
    "check that npm reaches its registry and that the disk has 1 GB free, then run the same command again",
  );
}

/** The Node.js to run on: this one if it is new enough, else a pinned one from npm in the user's cache. */
function findNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]))
    return process.execPath;
  const target = `node-${process.platform}-${process.arch}`;
  const source = path.join(root, "tools", "node");
  const { optionalDependencies } = readJson(path.join(source, "package.json"));
  const version = optionalDependencies[target];
  const needed = `this repository needs Node.js >= ${minimumNode.join(".")}`;
  if (!version) {
    fail(
      `Node.js ${process.versions.node} is too old`,
      `${needed}, and npm has no Node.js package for ${target} to bring`,
      "install Node.js 24 and run the same command again",
    );
  }
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  const folder = path.join(cache, "aks-calico-ebpf", `node-${version}`);
  fs.mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json", "../../.npmrc"]) {
    const from = path.join(source, file);
    const to = path.join(folder, path.basename(file));
    if (!fs.existsSync(to) || !fs.readFileSync(to).equals(fs.readFileSync(from))) fs.copyFileSync(from, to);
  }
  install(folder, `Node.js ${version}, because this one is ${process.versions.node} and ${needed}`);
  return path.join(folder, "node_modules", target, "bin", "node");
}

const node = findNode();
install(root, "the dependencies");
install(path.join(root, "policy"), "the policy pack's dependencies");
// Programs in Go, the compiler and the control planes alike, allocate much here and are short-lived: collecting garbage
// less often saves a tenth of the time.
const env = {
  GOGC: "400",
  ...process.env,
  PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
};
const child = spawn(node, ["--import", "tsx", ...process.argv.slice(2)], {
  stdio: "inherit",
  env,
  cwd: root,
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // Ctrl-C already reaches the whole foreground group; a second copy would mean "do not wait".
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + os.constants.signals[signal];
});
