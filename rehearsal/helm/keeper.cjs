// Runs Helm and ends with it. Whoever started this holds the other end of standard input; when that closes, on purpose
// or because the rehearsal was killed, Helm is told to stop: it then marks its release as failed, so that the next run
// can go on, instead of leaving it pending for ever. Plain JavaScript, so that it starts in no time.
const { spawn } = require("node:child_process");
const fs = require("node:fs");

const [folder, graceSeconds, helm, ...args] = process.argv.slice(2);
const child = spawn(helm, args, { stdio: ["ignore", "pipe", "pipe"] });
// Passed on here, because Helm would die of a pipe that nobody reads any more, before it has marked its release.
for (const stream of ["stdout", "stderr"]) {
  process[stream].on("error", () => {});
  child[stream].on("data", (data) => process[stream].write(data));
}

const stop = () => {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), Number(graceSeconds) * 1000).unref();
};
process.stdin.on("error", stop).on("close", stop).resume();

// The folder holds a kubeconfig and values, which may be secret.
const end = (code) => {
  fs.rmSync(folder, { recursive: true, force: true });
  process.exit(code);
};
child.on("error", (error) => {
  process.stderr.write(`Error: ${error.message}\n`);
  end(1);
});
child.on("close", (code) => end(code ?? 1));
