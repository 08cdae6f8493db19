// Loaded into the program before its runner: ends it, and what it started, when the engine is gone. A program that
// waits for the engine ends by itself then; one that holds a timer or a server open would stay for ever. Plain
// JavaScript, because the program may run without a loader for TypeScript.
const net = require("node:net");

const fd = process.env.REHEARSAL_LIFELINE;
// Workers and forks of the program load this too; their descriptors of that number are something else.
delete process.env.REHEARSAL_LIFELINE;
if (fd !== undefined) {
  // The kernel closes the engine's end however the engine ends; nothing is ever sent.
  const lifeline = new net.Socket({ fd: Number(fd), readable: true, writable: false });
  lifeline.on("error", () => {});
  // The program leads a process group of its own (language.ts).
  lifeline.on("close", () => process.kill(-process.pid, "SIGKILL"));
  lifeline.resume();
  lifeline.unref();
}
