/** Something the engine will not do: what, why, and what to do instead. Shown without a stack. */
export class Refusal extends Error {
  constructor(what: string, why: string, todo: string) {
    super(`${what}\n  why: ${why}\n  do:  ${todo}`);
    this.name = "Refusal";
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
