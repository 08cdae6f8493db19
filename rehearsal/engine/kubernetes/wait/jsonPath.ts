// The JSONPath of `pulumi.com/waitFor`: RFC 9535 as far as conditions on one object need it. What is beyond that is
// refused with its place, never guessed.

type Selector = (value: unknown) => unknown[];
type Test = (value: unknown) => boolean;

/** @throws Error naming the place and what may stand there. Slices, `..`, unions and functions are not carried out. */
export function parsePath(path: string): Selector {
  const parser = new Parser(path);
  const select = parser.path();
  parser.end();
  return select;
}

const NAME_FIRST = /[A-Za-z_\u0080-\uffff]/;
const NAME = /[A-Za-z0-9_\u0080-\uffff]/;

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  end(): void {
    this.space();
    if (this.at < this.text.length) {
      this.fail("'.', '[' or the end is expected");
    }
  }

  /** `$` and segments. */
  path(): Selector {
    this.expect("$");
    return this.segments();
  }

  private segments(): Selector {
    const steps: Selector[] = [];
    for (;;) {
      if (this.text.startsWith("..", this.at)) {
        this.fail("the descendant segment '..' is not supported by the rehearsal");
      }
      if (this.take(".")) {
        steps.push(this.take("*") ? children : member(this.name()));
      } else if (this.take("[")) {
        steps.push(this.bracket());
      } else {
        return (value) => steps.reduce((found, step) => found.flatMap(step), [value]);
      }
    }
  }

  private bracket(): Selector {
    this.space();
    const step = this.bracketSelector();
    this.space();
    if (this.peek() === ",") {
      this.fail("unions of selectors are not supported by the rehearsal");
    }
    if (this.peek() === ":") {
      this.fail("slices are not supported by the rehearsal");
    }
    this.expect("]");
    return step;
  }

  private bracketSelector(): Selector {
    if (this.take("*")) {
      return children;
    }
    if (this.peek() === "'" || this.peek() === '"') {
      return member(this.quoted());
    }
    if (this.take("?")) {
      const test = this.or();
      return (value) => children(value).filter(test);
    }
    const index = /^-?\d+/.exec(this.text.slice(this.at))?.[0];
    if (index === undefined) {
      this.fail("a quoted name, an index, '*' or '?' is expected");
    }
    this.at += index.length;
    return (value) => (Array.isArray(value) ? [value.at(Number(index))].filter((v) => v !== undefined) : []);
  }

  private or(): Test {
    let left = this.and();
    while (this.space().take("||")) {
      const [a, b] = [left, this.and()];
      left = (value) => a(value) || b(value);
    }
    return left;
  }

  private and(): Test {
    let left = this.not();
    while (this.space().take("&&")) {
      const [a, b] = [left, this.not()];
      left = (value) => a(value) && b(value);
    }
    return left;
  }

  private not(): Test {
    this.space();
    if (this.peek() === "!" && this.text[this.at + 1] !== "=") {
      this.at++;
      const test = this.not();
      return (value) => !test(value);
    }
    if (this.take("(")) {
      const test = this.or();
      this.space().expect(")");
      return test;
    }
    return this.comparison();
  }

  /** `@.a == "b"`, or `@.a` alone, which asks whether it is there. */
  private comparison(): Test {
    const [left, isPath] = this.operand();
    this.space();
    const operator = ["==", "!=", "<=", ">=", "<", ">"].find((o) => this.take(o));
    if (operator === undefined) {
      if (!isPath) {
        this.fail("a comparison (==, !=, <, <=, >, >=) is expected");
      }
      return (value) => left(value).length > 0;
    }
    const [right] = this.operand();
    return (value) => compare(operator, left(value)[0], right(value)[0]);
  }

  private operand(): [Selector, boolean] {
    this.space();
    if (this.take("@")) {
      return [this.segments(), true];
    }
    if (this.peek() === "'" || this.peek() === '"') {
      const text = this.quoted();
      return [() => [text], false];
    }
    const literal = /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)(?![A-Za-z0-9_(])/.exec(
      this.text.slice(this.at),
    )?.[0];
    if (literal === undefined) {
      this.fail("'@', a quoted text, a number, true, false or null is expected; functions are not supported");
    }
    this.at += literal.length;
    const value: unknown = JSON.parse(literal);
    return [() => [value], false];
  }

  private name(): string {
    const from = this.at;
    if (NAME_FIRST.test(this.peek())) {
      while (NAME.test(this.peek())) {
        this.at++;
      }
    }
    if (from === this.at) {
      this.fail("a name is expected");
    }
    if (this.peek() === "-" || this.peek() === "\\" || this.peek() === "/") {
      this.fail("a name with other signs than letters, digits and '_' is written ['like-this']");
    }
    return this.text.slice(from, this.at);
  }

  private quoted(): string {
    const quote = this.text[this.at++];
    let value = "";
    while (this.peek() !== quote) {
      if (this.at >= this.text.length) {
        this.fail(`the closing ${quote} is missing`);
      }
      if (this.take("\\") && !["\\", "'", '"', "/"].includes(this.peek())) {
        this.fail("of the escapes only \\\\, \\', \\\" and \\/ are supported by the rehearsal");
      }
      value += this.text[this.at++];
    }
    this.at++;
    return value;
  }

  private peek(): string {
    return this.text[this.at] ?? "";
  }

  private take(token: string): boolean {
    const found = this.text.startsWith(token, this.at);
    this.at += found ? token.length : 0;
    return found;
  }

  private space(): this {
    while (this.peek() === " ") {
      this.at++;
    }
    return this;
  }

  private expect(token: string): void {
    if (!this.take(token)) {
      this.fail(`'${token}' is expected`);
    }
  }

  private fail(why: string): never {
    throw new Error(`at position ${this.at + 1} of ${this.text}: ${why}`);
  }
}

function member(name: string): Selector {
  return (value) => (isMap(value) && Object.hasOwn(value, name) ? [value[name]] : []);
}

function children(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** RFC 9535, 2.3.5.2.2: order exists between two numbers or two texts only. */
function compare(operator: string, a: unknown, b: unknown): boolean {
  const equal = a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
  const ordered = typeof a === typeof b && (typeof a === "number" || typeof a === "string");
  const less = (x: unknown, y: unknown) => ordered && (x as number) < (y as number);
  switch (operator) {
    case "==":
      return equal;
    case "!=":
      return !equal;
    case "<":
      return less(a, b);
    case ">":
      return less(b, a);
    case "<=":
      return less(a, b) || equal;
    default:
      return less(b, a) || equal;
  }
}
