// What options say, turned into values.
import { InvalidArgumentError, Option } from "commander";
import { formats } from "./status/report";

/** `90`, `90s`, `10m`, `1h`, in seconds. */
export function duration(text: string): number {
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("write 90s, 10m or 1h.");
  return Number(count) * { s: 1, m: 60, h: 3600 }[unit]!;
}

export const count =
  (most: number, least = 1) =>
  (text: string) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`write a whole number from ${least} to ${most}.`);
    return number;
  };

export const output = () =>
  new Option("-o, --output <format>", "how it is printed").choices(Object.keys(formats)).default("table");

export const roleOption = () =>
  new Option("--role", "print the least rights that it needs, for `kubectl apply -f -`, and end");
