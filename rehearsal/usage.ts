/** A wrong command line: the word that is wrong, and what to write. */
export class UsageError extends Error {}
