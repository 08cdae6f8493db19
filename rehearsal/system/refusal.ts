/** A failure that the user can act on: what is wrong, why, and what to do. Shown without a stack trace. */
export class Refusal extends Error {
  constructor(what: string, why: string, todo: string) {
    super(`${what}\n  why: ${why}\n  do:  ${todo}`);
    this.name = "Refusal";
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
