// Preloaded into a measured program (and into whatever else of Node.js the CLI starts, where it does nothing): writes
// down when the last module of the program was loaded and when its entry had been evaluated.
const { writeFileSync } = require("node:fs");
const Module = require("node:module");

const { BENCH_ENTRY: entry, BENCH_MARK: markFile } = process.env;
const { load } = Module.prototype;
let within = false;
let loaded = 0;
let cpu = { user: 0, system: 0 };

Module.prototype.load = function (file) {
  within ||= file === entry;
  load.call(this, file);
  if (file === entry) {
    const evaluated = performance.now();
    const modules = Object.keys(require.cache).length;
    const used = (cpu.user + cpu.system) / 1000;
    writeFileSync(markFile, JSON.stringify({ cpu: used, loaded, evaluated, modules }));
    within = false;
  }
  // Resources read their package's version out of its package.json as they are constructed: no code.
  if (within && !file.endsWith(".json")) {
    loaded = performance.now();
    cpu = process.cpuUsage();
  }
};
