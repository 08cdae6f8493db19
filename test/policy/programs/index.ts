// Every case that config `cases` names stands in a component of its own, so that a URN tells the cases apart.
import * as pulumi from "@pulumi/pulumi";
import { cases } from "./cases";

const wanted = new pulumi.Config().requireObject<string[]>("cases");

/** Outputs of the stack, by case. */
export const outputs = Object.fromEntries(
  wanted.map((name) => {
    const parent = new pulumi.ComponentResource(`policies:${name}:Case`, name);
    return [name, cases[name]({ name, parent }) ?? {}];
  }),
);
