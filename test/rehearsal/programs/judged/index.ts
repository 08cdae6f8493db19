import * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString";

const config = new pulumi.Config();
const first = new RandomString("first", {
  length: config.requireNumber("length"),
  keepers: { label: pulumi.secret("hush-hush-hush") },
});
// A preview does not know the keeper.
const second = new RandomString("second", { length: 8, special: true, keepers: { first: first.result } });

export const result = second.result.apply((text) => (/[^A-Za-z0-9]/.test(text) ? "special" : "plain"));
