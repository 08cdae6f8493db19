// Prints every CommonJS module that a program has loaded when it ends.
process.on("exit", () => process.stdout.write(`${Object.keys(require.cache).join("\n")}\n`));
