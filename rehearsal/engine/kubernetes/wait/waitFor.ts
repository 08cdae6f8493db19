// `pulumi.com/waitFor`: the user's own conditions in place of the kind's (metadata/overrides.go, await/condition).

import { messageOf, WaitError } from "../errors";
import { generationOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { objectSource, type Awaiter, type Wait } from "./awaiter";
import { parsePath } from "./jsonPath";

interface Condition {
  /** Says what it found. @throws Error where the path leads to no plain value. */
  satisfied(object: KubeObject, say: (message: string) => void): boolean;
}

/**
 * @param annotation one expression, or a JSON array of them that must all hold.
 * @throws Error with the real provider's text where an expression cannot be read.
 */
export function parseWaitFor(annotation: string): Condition[] {
  let expressions: unknown = annotation;
  try {
    expressions = JSON.parse(annotation);
  } catch {
    // Not JSON: one expression.
  }
  const list =
    Array.isArray(expressions) && expressions.every((e) => typeof e === "string")
      ? expressions
      : [annotation];
  if (list.length === 0 || annotation.trim() === "null") {
    throw new Error("at least one condition must be specified");
  }
  return list.map((expression) => {
    if (expression.startsWith("jsonpath=")) {
      return jsonPathCondition(expression.slice("jsonpath=".length));
    }
    if (expression.startsWith("condition=")) {
      return statusCondition(expression.slice("condition=".length));
    }
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
  });
}

export async function waitForAwaiter(wait: Wait, annotation: string): Promise<Awaiter> {
  const conditions = parseWaitFor(annotation);
  let seen = wait.object;
  let satisfied = false;
  let error = "";
  return {
    sources: [await objectSource(wait, wait.object)],
    get object() {
      return seen;
    },
    handle({ type, object }: WatchEvent) {
      if (type === "LISTED") {
        return;
      }
      if (generationOf(object) >= generationOf(seen)) {
        seen = object;
      }
      try {
        error = "";
        satisfied = conditions.every((c) => c.satisfied(seen, wait.say));
      } catch (thrown) {
        // As the real provider: a later state of the object may be right, so this is told at the end only.
        error = messageOf(thrown);
        satisfied = false;
      }
    },
    done: () => satisfied,
    failure: (why) =>
      new WaitError(
        error || (why === "timeout" ? "timed out waiting for the condition" : "context canceled"),
        seen,
      ),
  };
}

/** `{.path}=value`, or `{.path}`, which asks whether it is there (pkg/jsonpath). */
function jsonPathCondition(expression: string): Condition {
  // A single "=" parts path and value; "==" belongs to a filter.
  const parts = expression.replaceAll("==", "\0").split("=");
  const [shown, value] = parts.map((part) => part.replaceAll("\0", "=="));
  if (parts.length > 2) {
    throw new Error(`format should be {.path}=value or {.path}, got "${expression}"`);
  }
  if (value === "") {
    throw new Error(`${shown}= requires a value`);
  }
  if (shown.startsWith("'") && shown.endsWith("'")) {
    throw new Error(`${shown} should omit shell quotes`);
  }
  const inside = /\{\s*(.*?)\s*\}/.exec(shown)?.[1];
  if (inside === undefined) {
    throw new Error(`${shown} should be wrapped in brackets { ... }`);
  }
  let select: (value: unknown) => unknown[];
  try {
    select = parsePath(inside.startsWith("$") ? inside : `$${inside}`);
  } catch (error) {
    throw new Error(`parsing "${shown}": ${messageOf(error)}`, { cause: error });
  }
  const wanted = value === undefined ? shown : `${shown}=${value}`;
  return {
    satisfied(object, say) {
      if ((object.status?.observedGeneration ?? Infinity) < generationOf(object)) {
        return false;
      }
      const [found] = select(object);
      if (found === undefined) {
        say(`${shown} selected nothing`);
        return false;
      }
      const complex = typeof found === "object" && found !== null;
      if (complex && value !== undefined) {
        throw new Error(`"${shown}" has a non-primitive value (${JSON.stringify(found)})`);
      }
      const text = found === null ? "<nil>" : String(found);
      const matched = value === undefined || text === value;
      say(matched ? `Found ${wanted}` : `Waiting for ${wanted} (found "${text}")`);
      return matched;
    },
  };
}

/** `Type` or `Type=Status` of `.status.conditions` (condition/kubectl.go). */
function statusCondition(expression: string): Condition {
  const [, type, status = "True"] = /^([^=]*)(?:=(.*))?$/s.exec(expression) ?? [];
  const same = (a: unknown, b: string) => String(a).toLowerCase() === b.toLowerCase();
  return {
    satisfied(object, say) {
      const conditions: KubeObject[] | undefined = object.status?.conditions;
      if (!conditions) {
        say("Has no .status.conditions");
        return false;
      }
      const condition = conditions.find((c) => same(c.type, type) && c.status !== undefined);
      if (!condition) {
        return false;
      }
      const observed = condition.observedGeneration ?? object.status.observedGeneration;
      if (observed !== undefined && observed < generationOf(object)) {
        say(`Generation ${observed} is less than expected ${generationOf(object)}`);
        return false;
      }
      if (!same(condition.status, status)) {
        say(`Resource has condition ${type}=${condition.status} (want ${status})`);
        return false;
      }
      return true;
    },
  };
}
