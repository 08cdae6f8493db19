/** Exit codes of every command. */
export const exit = {
  /** Everything that was looked at is well. */
  ok: 0,
  /** Something is not, or could not be looked at. */
  failed: 1,
  /** A wrong command line. */
  usage: 2,
  /** The cluster could not be reached, or does not know who asks. */
  unreachable: 3,
} as const;

/** What ends a command: said in words, without a stack trace. */
export class Ended extends Error {
  constructor(
    message: string,
    readonly advice: string,
    readonly code: number,
  ) {
    super(message);
  }
}

export class CannotReach extends Ended {
  constructor(message: string, advice: string) {
    super(message, advice, exit.unreachable);
  }
}

export class UsageError extends Ended {
  constructor(message: string, advice: string) {
    super(message, advice, exit.usage);
  }
}
