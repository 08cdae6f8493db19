// Every message that the code can print, read out of its sources: what stands fixed in it, with `…` for what varies.
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.dirname(path.dirname(__dirname));

/** Constructors and functions that print one of their arguments, by the argument's place. */
const printers: Record<string, number> = {
  Refusal: 0,
  UsageError: 0,
  Error: 0,
  "pulumi.ResourceError": 0,
  "pulumi.RunError": 0,
  "pulumi.log.warn": 0,
  "pulumi.log.error": 0,
};

export interface Message {
  readonly file: string;
  /** Such as `there is no stack … in …`. */
  readonly text: string;
}

/** Messages in the sources below `folders`; `except` leaves files out by their path. */
export function messagesIn(folders: readonly string[], except = /node_modules/): Message[] {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => path.join(folder, name))
      .filter((file) => file.endsWith(".ts") && !except.test(file))
      .flatMap((file) => messagesOf(file)),
  );
}

function messagesOf(file: string): Message[] {
  const source = ts.createSourceFile(
    file,
    fs.readFileSync(path.join(root, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Message[] = [];
  const note = (node: ts.Node | undefined) => {
    if (node) for (const text of textsOf(node)) found.push({ file, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const place = printers[node.expression.getText(source)];
      if (place !== undefined) note(node.arguments?.[place]);
    }
    // The first sentence of a refused argument (components/validate/findings.ts).
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === "wrong") note(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What an expression can be: several texts where it chooses between some. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isTemplateExpression(node)) {
    return [node.templateSpans.reduce((text, span) => `${text}…${span.literal.text}`, node.head.text)];
  }
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textsOf(node.left), textsOf(node.right)];
    return left.flatMap((one) => right.map((other) => one + other));
  }
  // A value that comes from elsewhere.
  return ["…"];
}

/** The longest part of a message that does not vary; undefined where there is nothing to know it by. */
export function telling(text: string): string | undefined {
  const parts = text.split(/…|\n/).map(plain);
  const [longest] = parts.sort((a, b) => b.length - a.length);
  return longest.length > 5 ? longest : undefined;
}

/** Without what Markdown adds or breaks. */
export const plain = (text: string): string => text.replace(/[`\\]/g, "").replace(/\s+/g, " ").trim();
