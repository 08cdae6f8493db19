/** Input that the user can correct; its message says what, why and what to write. */
export class UsageError extends Error {}
