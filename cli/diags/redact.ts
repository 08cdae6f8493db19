// Takes secrets out of what leaves the cluster. Ordinary things stay: hosts, addresses, image digests, uids. In doubt
// it takes too much.

export const mark = "<redacted>";

const words =
  "passw(?:or)?d|passphrase|pwd|secret|token|credential|authorization|connection[-_.]?string|ca[-_]?bundle" +
  "|certificate(?:[-_]?authority)?[-_]?data|(?:^|[^a-z])sas(?![a-z])|sas[-_]?(?:ur[il]|token|key)";
const keys =
  "(?:api|access|account|shared|private|secret|client|encryption|signing|storage|primary|secondary|master|ssh)" +
  "[-_.]?key";
/** In a text `key=` is often said of an object or an interface. */
const saysSecret = new RegExp(`${words}|${keys}`, "i");
const isVariableOfKey = /_KEYS?$/;
/** The value says where or how, not what. */
const saysElse =
  /(?:files?|path|dir|names?|namespace|refs?|class|mode|type|seconds|expiration|enabled|count|public[-_]?key)$/i;

const isSecret = (name: string) =>
  (saysSecret.test(name) || isVariableOfKey.test(name)) && !saysElse.test(name);
/** Of variables, arguments, annotations, and the like: names that somebody has made up. */
const isSecretVariable = (name: string) =>
  isSecret(name) || (/[-_.]?keys?([-_]?(data|value|base64|pem|\d+))?$/i.test(name) && !saysElse.test(name));

const base64Line = "[A-Za-z0-9+/=]";
/** Secrets by their looks, whatever they are called. What `$1` stands for stays. */
const shapes: [RegExp, string][] = [
  // PEM; and what a log's first or last line has left of it.
  [/-----BEGIN [A-Z0-9 ]+-----(?:(?!-----)[^])*-----END [A-Z0-9 ]+-----/g, mark],
  [new RegExp(`-----BEGIN [A-Z0-9 ]+-----(?:(?:\\s|\\\\+[nr])*${base64Line}{16,})*`, "g"), mark],
  [
    new RegExp(
      `^(?:[ \\t]*${base64Line}{16,76}\\r?\\n){0,100}[ \\t]*${base64Line}{0,76}\\r?\\n?-----END [A-Z0-9 ]+-----`,
      "gm",
    ),
    mark,
  ],
  // PEM in base64, as in a caBundle; a certificate or key in DER.
  [/LS0tLS1CRUdJT[A-Za-z0-9+/]+=*/g, mark],
  [/(?<![A-Za-z0-9+/])MI[A-Za-z0-9+/]{100,}=*/g, mark],
  // JSON Web Token.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*/g, mark],
  [/\b(bearer\s+)(?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*/gi, `$1${mark}`],
  // Azure: a shared access signature, a client secret, a key of 64 bytes.
  [/\b(sig(?:=|%3D))[^&\s"'\\]+/gi, `$1${mark}`],
  [/(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}/g, mark],
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g, mark],
  // Who logs in, in a URL.
  [/(:\/\/)[^\s/?#"']+@/g, `$1${mark}@`],
];

/** `name=`, `"name": `, `--name `. */
const named = /(?<![\w.-])(?:(--[\w.-]+)[ \t]+(?!-)|([\w.-]+)\\*["']?[ \t]*[:=][ \t]*)/g;
/** An environment variable as JSON, YAML or Go prints it. */
const variable =
  /\bname\\*["']?[ \t]*[:=][ \t]*\\*["']?([\w.-]+)\\*["']?[\s,]+\\*["']?value\\*["']?[ \t]*[:=][ \t]*/gi;
const value = new RegExp(
  [
    // In quotes; a quote inside bears one more backslash.
    /(\\*["'])(?:[^\n]*?(?<!\\)\1|[^\n]*)/,
    // YAML's block.
    /[|>][-+\d]*[ \t]*(?:\r?\n[ \t]+.*)+/,
    // Go's list.
    /\[[^\]\n]*\]?/,
    // A word, with HTTP's scheme before it. Not a map: that is looked into.
    /(?:(?:bearer|basic|digest|negotiate) +)?[^\s"'&;{[][^\s"'&;]*(?<![,)}\]])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "iy",
);
const saysNothing = /^(?:true|false|null|none|nil|<nil>|<redacted>)$/i;
/** A line that has nothing before the name is YAML, where a value goes on to the line's end. */
const atLineStart = /(?:^|\n)[ \t]*(?:- )?["']?$/;

function withoutNamed(text: string, pattern: RegExp, isSecret: (name: string) => boolean): string {
  let result = "";
  let end = 0;
  for (const { 0: whole, 1: first, 2: second, index } of text.matchAll(pattern)) {
    if (index < end || !isSecret(first ?? second)) continue;
    value.lastIndex = index + whole.length;
    const [found = "", quote = ""] = value.exec(text) ?? [];
    if (found === "" || saysNothing.test(found)) continue;
    result += text.slice(end, index + whole.length) + quote + mark + quote;
    end = index + whole.length + found.length;
    if (quote === "" && whole.includes(":") && atLineStart.test(text.slice(Math.max(0, index - 80), index)))
      end += /^.*/.exec(text.slice(end))![0].length;
  }
  return result + text.slice(end);
}

export function redactText(text: string): string {
  const shapeless = shapes.reduce((rest, [shape, instead]) => rest.replace(shape, instead), text);
  return withoutNamed(withoutNamed(shapeless, variable, isSecretVariable), named, isSecret);
}

/** Maps whose keys somebody has made up. */
const isMadeUp = (field: string) => /^(?:annotations|labels|data|binaryData|stringData)$/.test(field);

/** Of anything that JSON can say: the same, without secrets. */
export function redact(object: any, field = ""): any {
  if (typeof object === "string") return redactString(object);
  if (Array.isArray(object))
    return /^(?:args|command)$/.test(field) ? redactArguments(object) : object.map((one) => redact(one));
  if (object === null || typeof object !== "object") return object;
  const isNamed = isMadeUp(field) ? isSecretVariable : isSecret;
  const isVariable = typeof object.name === "string" && isSecretVariable(object.name);
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const secret = isNamed(key) || (isVariable && key === "value");
      return [key, secret ? redactAll(value) : redact(value, key)];
    }),
  );
}

/** Texts and numbers below a secret's name; an object there is a reference or has names of its own. */
function redactAll(value: any): any {
  if (Array.isArray(value)) return value.map(redactAll);
  const says = typeof value === "number" || (typeof value === "string" && !saysNothing.test(value));
  return says ? mark : redact(value);
}

/** What is JSON itself, such as kubectl's last-applied-configuration, is looked into. */
function redactString(text: string): string {
  if (!/^\s*[{[]/.test(text)) return redactText(text);
  try {
    const inside = JSON.parse(text);
    const redacted = JSON.stringify(redact(inside));
    return redacted === JSON.stringify(inside) ? text : redacted;
  } catch {
    return redactText(text);
  }
}

function redactArguments(all: any[]): any[] {
  return all.map((one, index) => {
    if (typeof one !== "string") return redact(one);
    const before = all[index - 1];
    const isFlag = (text: unknown): text is string => typeof text === "string" && /^--?[\w.-]+$/.test(text);
    if (isFlag(before) && isSecretVariable(before) && !isFlag(one)) return mark;
    const [, name] = /^(--?[\w.-]+|\w+)=/.exec(one) ?? [];
    return name !== undefined && isSecretVariable(name) ? `${name}=${mark}` : redactString(one);
  });
}
