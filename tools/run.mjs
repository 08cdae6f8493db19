// The one way in for `npm run rehearse`, `npm test` and their sisters, made so that a fresh clone needs nothing
// before it: finds or brings a Node.js that @pulumi/pulumi accepts, installs the locked dependencies once, and
// hands over. Plain JavaScript on built-ins only, because it runs before anything is installed, on any Node >= 18.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** The oldest Node.js that `@pulumi/pulumi` 3.270 accepts and that can `require` an ES module. */
const minimumNode = [22, 12];
const cacheDir = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"),
  "aks-calico-ebpf",
);

const say = (text) => process.stderr.write(`${text}\n`);

/** A failure that the user can act on; printed without a stack at the end of this file. */
class Refusal extends Error {}

function fail(what, why, todo) {
  throw new Refusal(`error: ${what}\n  why: ${why}\n  do:  ${todo}`);
}

/** Takes a lock folder, waiting for a living holder; a lock whose holder is gone is broken. Returns the release. */
function lock(folder) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  for (let waited = 0; ; waited++) {
    try {
      fs.mkdirSync(folder);
      fs.writeFileSync(path.join(folder, "pid"), String(process.pid));
      return () => fs.rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    let alive = true;
    try {
      process.kill(Number(fs.readFileSync(path.join(folder, "pid"), "utf8")), 0);
    } catch (error) {
      // No pid yet: its holder is between the two lines above, unless that lasts.
      alive = error.code === "EPERM" || (error.code === "ENOENT" && waited < 5);
    }
    if (!alive) {
      fs.rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (waited === 2) say(`waiting for another run that installs into ${path.dirname(folder)} ...`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }
}

/** `npm ci` in a folder, unless the same lock file was installed there before and to the end. */
function install(folder, label, flags = []) {
  const lockFile = path.join(folder, "package-lock.json");
  const stamp = path.join(folder, "node_modules", ".aks-calico-ebpf-installed");
  const want = createHash("sha256").update(fs.readFileSync(lockFile)).digest("hex");
  const installed = () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === want;
  if (installed()) return;
  const release = lock(path.join(folder, ".installing.lock"));
  try {
    if (installed()) return;
    say(`installing ${label} (npm ci in ${path.relative(process.cwd(), folder) || "."}) ...`);
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    // Scripts of dependencies are off: one of them would download a Pulumi plugin that only the CLI needs.
    const done = spawnSync(
      npm,
      ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...flags],
      {
        cwd: folder,
        stdio: ["ignore", 2, 2],
        shell: process.platform === "win32",
      },
    );
    if (done.status !== 0) {
      fail(
        `npm ci failed in ${folder} (${done.error ? done.error.message : `exit code ${done.status}`})`,
        "the locked packages could not be installed; npm's own message stands above",
        "check that npm reaches its registry and that the disk has 1 GB free, then run the same command again",
      );
    }
    fs.writeFileSync(stamp, want);
  } finally {
    release();
  }
}

/** The Node.js to run on: this one if it is new enough, else a pinned one from npm in the user's cache. */
function findNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]))
    return process.execPath;
  const target = `node-${process.platform}-${process.arch}`;
  const source = path.join(root, "tools", "node");
  const version = JSON.parse(fs.readFileSync(path.join(source, "package.json"), "utf8")).optionalDependencies[
    target
  ];
  if (!version) {
    fail(
      `Node.js ${process.versions.node} is too old`,
      `@pulumi/pulumi needs Node.js >= ${minimumNode.join(".")}, and npm has no Node.js package for ${target} to bring`,
      "install Node.js 24 and run the same command again",
    );
  }
  const folder = path.join(cacheDir, `node-${version}`);
  fs.mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json", "../../.npmrc"]) {
    const from = path.join(source, file);
    const to = path.join(folder, path.basename(file));
    if (!fs.existsSync(to) || !fs.readFileSync(to).equals(fs.readFileSync(from))) fs.copyFileSync(from, to);
  }
  install(
    folder,
    `Node.js ${version}, because this one is ${process.versions.node} and @pulumi/pulumi needs >= ${minimumNode.join(".")}`,
  );
  return path.join(folder, "node_modules", target, "bin", "node");
}

/** Runs one step; signals reach it through the terminal's process group or by forwarding, and its end is ours. */
function run(node, args) {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
    const child = spawn(node, args, { stdio: "inherit", env, cwd: root });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.on(signal, () => {
        // Ctrl-C already reaches the whole foreground group; a second copy would mean "do not wait".
        if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
      });
    }
    child.on("exit", (code, signal) => resolve(code ?? 128 + (os.constants.signals[signal] ?? 0)));
  });
}

async function main(what, rest) {
  const node = findNode();
  install(root, "the dependencies");
  if (fs.existsSync(path.join(root, "policy", "package-lock.json"))) {
    install(path.join(root, "policy"), "the policy pack's dependencies");
  }
  const bin = (name, file) => path.join(root, "node_modules", name, file);
  const tsx = ["--import", "tsx"];
  const commands = {
    test: () => [
      [
        ...tsx,
        bin("mocha", "bin/mocha.js"),
        ...(rest.length > 0 ? rest : ["--recursive", "test/**/*.test.ts"]),
      ],
    ],
    check: () => [
      [bin("prettier", "bin/prettier.cjs"), "--check", "."],
      [bin("eslint", "bin/eslint.js"), "."],
      [bin("typescript", "bin/tsc"), "-p", "tsconfig.json"],
    ],
    format: () => [[bin("prettier", "bin/prettier.cjs"), "--write", "."]],
  };
  const steps = what in commands ? commands[what]() : [[...tsx, path.join(root, what), ...rest]];
  for (const step of steps) {
    const code = await run(node, step);
    if (code !== 0) return code;
  }
  return 0;
}

try {
  const [what, ...rest] = process.argv.slice(2);
  process.exitCode = await main(what, rest);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
