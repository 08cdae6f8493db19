// Which texts of a resource are secret. The SDK hands secrets to policies in plain text and does not say which they
// were (pulumi/pulumi-policy sdk/nodejs/policy/deserialize.ts), so it is noted where it reads properties. That is inside
// the SDK: package.json pins its version, and whatever moved there is refused here with what to do.
import deserialize = require("@pulumi/policy/deserialize");
import proxy = require("@pulumi/policy/proxy");

const sdk: any = deserialize;
const { getSpecialProxyTarget }: any = proxy;

function moved(what: string): Error {
  return new Error(
    `policy/secrets.ts cannot tell secrets from plain text: ${what}. It was written for the version of @pulumi/policy ` +
      "that policy/package.json pins. Run `npm ci` in the pack's folder; after a deliberate upgrade, adapt secrets.ts.",
  );
}

const readProperties = sdk.deserializeProperties;
if (typeof readProperties !== "function" || typeof getSpecialProxyTarget !== "string")
  throw moved("@pulumi/policy has no deserializeProperties or getSpecialProxyTarget");

/** The message that properties were read from, by the properties. */
const messages = new WeakMap<object, any>();

sdk.deserializeProperties = (message: any, ...more: any[]) => {
  const props = readProperties(message, ...more);
  messages.set(props, message);
  return props;
};

/** How Pulumi marks a secret on its way to a plugin (pulumi/pulumi sdk/nodejs/runtime/rpc.ts). */
const signature = { key: "4dabf18193072939515e22adb298388d", secret: "1b47061264138c4ac30d75fd1eb44270" };

export interface Text {
  readonly path: string[];
  readonly text: string;
}

/** Every text in a resource's properties, those included that a preview does not know (as the SDK's own words for it). */
export function textsIn(props: any): Text[] {
  const found: Text[] = [];
  const visit = (value: any, path: string[]): void => {
    if (typeof value === "string") found.push({ path, text: value });
    else if (typeof value === "object" && value !== null)
      for (const key of Object.keys(value)) visit(value[key], [...path, key]);
  };
  visit(props[getSpecialProxyTarget], []);
  return found;
}

/** Whether the value at a path is secret, by itself or with something that it is in. @throws where the SDK has moved */
export function isSecret(props: any, path: string[]): boolean {
  const message = messages.get(props[getSpecialProxyTarget]);
  if (!message) throw moved("@pulumi/policy does not read properties by deserializeProperties any more");
  let value = message.getFieldsMap().get(path[0])?.toJavaScript();
  for (const key of [...path.slice(1), undefined]) {
    if (typeof value !== "object" || value === null) return false;
    if (value[signature.key] === signature.secret) return true;
    if (key !== undefined) value = value[key];
  }
  return false;
}

/** Whether a text is a kubeconfig with a key, a password or a token in it; one that calls a program to sign in is not. */
export function isKubeconfigWithKey(text: string): boolean {
  return (
    /"?clusters"?\s*:/.test(text) &&
    /"?users"?\s*:/.test(text) &&
    /"?(client-key-data|token|password)"?\s*:\s*"?[^\s"]/.test(text)
  );
}
