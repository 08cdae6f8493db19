// Preloaded into a measured program: tells when the last module of the program was loaded and when its entry had
// been evaluated, then ends the process, so that nothing of the engine's work is in the numbers.
const { writeSync } = require("node:fs");
const Module = require("node:module");

const entry = process.env.BENCH_ENTRY;
const { load } = Module.prototype;
let within = false;
let loaded = 0;
let cpu = { user: 0, system: 0 };

Module.prototype.load = function (file) {
  within ||= file === entry;
  load.call(this, file);
  if (file === entry) {
    const evaluated = performance.now();
    const { timeOrigin } = performance;
    const modules = Object.keys(require.cache).length;
    const mark = {
      cpu: (cpu.user + cpu.system) / 1000,
      loaded: timeOrigin + loaded,
      evaluated: timeOrigin + evaluated,
      modules,
    };
    writeSync(1, `\nbench-mark ${JSON.stringify(mark)}\n`);
    process.exit(0);
  }
  // Resources read their package's version out of its package.json as they are constructed: no code.
  if (within && !file.endsWith(".json")) {
    loaded = performance.now();
    cpu = process.cpuUsage();
  }
};
