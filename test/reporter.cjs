// mocha's own "spec" output, closed by one line that people and CI read alike: "N passed, N failed[, N skipped]".
const { Spec } = require("mocha").reporters;

module.exports = class extends Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ""}`);
  }
};
