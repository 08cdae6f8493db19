// Preloaded into a measured program (and into whatever else of Node.js the CLI starts, where it does nothing): writes
// down when the last module of the program was loaded and when its entry had been evaluated, and the memory of it.
const { writeFileSync } = require("node:fs");
const Module = require("node:module");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

const { BENCH_ENTRY: entry, BENCH_MARK: markFile, BENCH_HEAP: measuresHeap } = process.env;
const { load } = Module.prototype;
/** How many modules are being loaded, each by the one before; the entry is the first. */
let depth = 0;
let loaded = 0;
let used;
let heap;

Module.prototype.load = function (file) {
  if (depth > 0 || file === entry) depth++;
  load.call(this, file);
  if (file === entry) {
    const evaluated = performance.now();
    const modules = Object.keys(require.cache).length;
    const cpu = (used.userCPUTime + used.systemCPUTime) / 1000;
    writeFileSync(
      markFile,
      JSON.stringify({ cpu, loaded, evaluated, modules, peak: used.maxRSS / 1024, heap }),
    );
  }
  if (depth > 0) depth--;
  // Resources read their package's version out of its package.json as they are constructed: no code.
  if (depth === 0 || file.endsWith(".json")) return;
  loaded = performance.now();
  used = process.resourceUsage();
  if (depth > 1 || !measuresHeap) return;
  // One of the modules that the entry itself asks for. Only what is still in use counts.
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  heap = process.memoryUsage().heapUsed / 2 ** 20;
};
