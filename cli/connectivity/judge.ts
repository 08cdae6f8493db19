// What is to be thought of an answer.
import { isIP } from "node:net";
import { failed, ok, type Verdict } from "../status/check";
import type { Expected, Place } from "./cases";
import { type Answer, curlSeconds } from "./exec";

/** The client's address in agnhost's `IP:PORT`. */
export const addressIn = (body: string): string =>
  body.replace(/:\d+$/, "").replace(/^\[(?:::ffff:)?(.*)\]$/, "$1");

/** curl's numbers (curl.se/libcurl/c/libcurl-errors.html), and its words where the number does not tell. */
function isUnresolved({ code, error }: { code: number; error: string }): boolean {
  return code === 6 || (code === 28 && /resolv/i.test(error));
}

const wordsOf = (answer: { code: number; error: string }): string =>
  isUnresolved(answer)
    ? `the name was not resolved: ${answer.error}`
    : answer.code === 28
      ? `no answer within ${curlSeconds} s: dropped on the way`
      : answer.code === 7
        ? `refused: ${answer.error}`
        : answer.error;

/** @param own the client's addresses */
export function judge(
  expected: Expected,
  answer: Answer,
  own: readonly string[],
  place: Place,
  advice: string,
): Verdict {
  if ("unasked" in answer)
    return { status: "unknown", seen: answer.unasked, advice: "exec must work: `kubectl exec` into any pod" };
  const isAnswer = "body" in answer;
  if (expected === "none") {
    if (isAnswer) return failed("it was answered: the policy does not drop", advice);
    return answer.code === 28 ? ok("dropped") : failed(`not dropped, but ${wordsOf(answer)}`, advice);
  }
  if (expected === "name" && !isAnswer && !isUnresolved(answer)) return ok("resolved");
  if (!isAnswer) return failed(wordsOf(answer), advice);
  if (expected === "name") return ok("resolved, and answered");
  const address = addressIn(answer.body);
  if (expected === "own address" && !own.includes(address))
    return failed(
      `translated: the server saw ${ownerOf(address, place)}, not the client's ${own[0]}`,
      advice,
    );
  return ok(isIP(address) ? `the server saw ${ownerOf(address, place)}` : "answered");
}

export function ownerOf(address: string, { owners }: Pick<Place, "owners">): string {
  const owner = owners.get(address);
  return owner === undefined ? address : `${address} (${owner})`;
}
