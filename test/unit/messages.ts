// Every message that the code can print, read out of its sources: what stands fixed in it, with `…` for what varies.
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { textsOf } from "./messageTexts";

export { plain, telling } from "./messageTexts";

const root = path.dirname(path.dirname(__dirname));

/** How the sources below a folder print. */
interface Printing {
  readonly files: RegExp;
  /** Functions that print one of their arguments, by the last word of their name; the number is its place. */
  readonly calls?: Record<string, number>;
  /** Members of object literals that are printed. */
  readonly members?: readonly string[];
  /** Variables that hold what is printed: a text, or an object or a list of texts. */
  readonly held?: RegExp;
  /** Lists of texts are printed. */
  readonly lists?: true;
  /** Functions here return what others print. */
  readonly returns?: true;
}

/** An error prints its first argument, save these; those with none carry messages that are found by themselves. */
const errors: Record<string, readonly number[]> = {
  ArgumentError: [],
  ArmError: [],
  InitializationError: [],
  Degraded: [1, 2],
};

const printing: readonly Printing[] = [
  {
    files: /^components\//,
    // The rules of components/validate/rules.ts: the reason that a refusal names.
    calls: { warn: 0, text: 0, matching: 1, wholeNumber: 2, listOf: 1, recordOf: 2, address: 0 },
    members: ["wrong"],
    held: /hints$/i,
  },
  {
    files: /^rehearsal\/engine\/azure\//,
    calls: { invalid: 1, notFound: 1, refuse: 1, note: 0, log: 1 },
    members: ["message", "reason", "installHint"],
  },
  { files: /^rehearsal\/engine\/azure\/rules\/monitoring/, calls: { bad: 1 } },
  { files: /^rehearsal\/engine\/azure\/generic/, held: /^featuresNeeded$/ },
  { files: /^rehearsal\/engine\/kubernetes\/release/, calls: { failure: 0 } },
  { files: /^rehearsal\/(engine\/kubernetes\/wait\/(ingress|statefulSet)|helm\/calicoCharts)/, lists: true },
  {
    files: /^rehearsal\/(engine\/kubernetes|helm)\//,
    calls: {
      log: 1,
      status: 0,
      progress: 0,
      say: 0,
      "reasons.push": 0,
      "errors.push": 0,
      "steps.push": 0,
      "standIn.push": 0,
      inProgress: 0,
      trouble: 0,
      fail: 0,
      failedToInitialize: 0,
      Unreachable: 1,
    },
    members: ["reason", "message", "unreachable"],
    held: /^(said|refused|otherModules|reasons|words|what|noPods|noAddress)$/,
  },
  { files: /^rehearsal\/engine\/goal/, calls: { refuse: 1 } },
  { files: /^rehearsal\/engine\/config\./, calls: { refuse: 0 } },
  { files: /^rehearsal\/engine\/configSchema/, calls: { wrong: 0 } },
  { files: /^rehearsal\/engine\/randomKinds/, calls: { wrong: 1 } },
  { files: /^rehearsal\/engine\/[^/]+$/, calls: { diagnostic: 1, fail: 0, log: 1, refused: 0 } },
  { files: /^rehearsal\/engine\/refresh/, held: /^reasons$/ },
  { files: /^rehearsal\/engine\/language/, returns: true },
  {
    files: /^rehearsal\/calicoOperator\/(status|ipPools|validate|reconcile)/,
    returns: true,
    held: /^message$/,
  },
  { files: /^rehearsal\/(host|aks|[^/]+$)/, calls: { status: 0, progress: 0, say: 0, print: 0, write: 0 } },
  { files: /^rehearsal\/verify/, calls: { row: 3 } },
  { files: /^rehearsal\/policy\//, calls: { end: 0, resolve: 0 } },
  { files: /^tools\//, calls: { fail: 0, say: 0 } },
];

export interface Message {
  readonly file: string;
  /** Such as `there is no stack … in …`. */
  readonly text: string;
  /** Not a message: something is thrown here whose words nobody has read. */
  readonly unread?: true;
}

/** Messages in the sources below `folders`; `except` leaves files out by their path. */
export function messagesIn(folders: readonly string[], except = /node_modules/): Message[] {
  const sources = folders
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .map((name) => path.join(folder, name)),
    )
    .filter((file) => /\.(ts|mjs)$/.test(file) && !except.test(file))
    .map((file) => {
      const content = fs.readFileSync(path.join(root, file), "utf8");
      return ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
    });
  const makers = new Set(sources.flatMap(makersIn));
  return sources.flatMap((source) => messagesOf(source, makers));
}

/** Functions that make an error, by name; its words are found where it is made. */
function makersIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isVariableDeclaration(node)) {
      if (/new \w*(Error|Refusal|Degraded|Failed)\(|\bnotFound\(/.test(node.getText()))
        found.push(node.name?.getText() ?? "");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function messagesOf(source: ts.SourceFile, makers: ReadonlySet<string>): Message[] {
  const file = source.fileName;
  const ways = printing.filter(({ files }) => files.test(file));
  const calls: Record<string, number> = Object.assign({}, ...ways.map((way) => way.calls));
  const members = ways.flatMap((way) => way.members ?? []);
  const found: Message[] = [];
  const note = (node: ts.Node | undefined) => {
    if (!node) return;
    for (const text of new Set(textsOf(node))) if (isMessage(text)) found.push({ file, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const name = lastWord(node.expression);
      if (isError(name) || (name === "super" && isErrorClass(node))) {
        for (const place of errors[name] ?? [0]) note(node.arguments?.[place]);
      } else {
        const place = calls[name] ?? calls[lastWords(node.expression, 2)];
        if (place !== undefined) note(node.arguments?.[place]);
      }
      // Why a word that people try is not among those of an enumeration.
      if (name === "oneOf" && node.arguments?.[1]) returnsOf(node.arguments[1]).forEach(note);
    } else if (ts.isShorthandPropertyAssignment(node) && members.includes(node.name.text)) {
      note(node.name);
    } else if (ts.isPropertyAssignment(node) && members.includes(node.name.getText(source))) {
      note(node.initializer);
      if (sayLittle(textsOf(node.initializer))) note(siblingOf(node, "why"));
    } else if (ts.isVariableDeclaration(node) && node.initializer) {
      if (ways.some(({ held }) => held?.test(node.name.getText(source))))
        valuesOf(node.initializer).forEach(note);
    } else if (ts.isArrayLiteralExpression(node) && ways.some(({ lists }) => lists)) {
      node.elements.forEach(note);
    } else if (ts.isReturnStatement(node) && ways.some((way) => way.returns)) {
      note(node.expression);
    } else if (ts.isThrowStatement(node)) {
      const thrown = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
      const name =
        ts.isNewExpression(thrown) || ts.isCallExpression(thrown) ? lastWord(thrown.expression) : "";
      if (!["", "Failed"].includes(name) && !isError(name) && !makers.has(name))
        found.push({ file, text: thrown.getText(), unread: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What a reader of a refused argument would not know it by; the reason behind it tells. */
const sayLittle = (texts: readonly string[]) =>
  texts.some((text) => /^(is missing|is empty|is …|… does not fit|… is not known)$/.test(text));

/** Not a word or a value alone, nor the lines that say where things stand after a good run. */
const isMessage = (text: string) =>
  /\p{L}{2}/u.test(text) &&
  text.trim().includes(" ") &&
  !/^\s*(export KUBECONFIG|look |state |end |# |outputs$)/.test(text);

const isError = (name: string) => /^(Refusal|Degraded)$|Error$/.test(name);

function isErrorClass(node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isClassDeclaration(at)) return /Error$/.test(at.heritageClauses?.[0]?.types[0].getText() ?? "");
  }
  return false;
}

/** `warn` of `pulumi.log.warn`. */
const lastWord = (callee: ts.Node): string => lastWords(callee, 1);
const lastWords = (callee: ts.Node, count: number): string =>
  callee.getText().split(".").slice(-count).join(".").replace("#", "");

function siblingOf(node: ts.PropertyAssignment, name: string): ts.Node | undefined {
  const sibling = node.parent.properties.find((one) => one.name?.getText() === name);
  return sibling && ts.isPropertyAssignment(sibling) ? sibling.initializer : undefined;
}

function valuesOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  if (!ts.isObjectLiteralExpression(node)) return [node];
  return node.properties.flatMap((one) => (ts.isPropertyAssignment(one) ? one.initializer : []));
}

function returnsOf(body: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}
