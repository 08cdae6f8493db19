// The texts that an expression of a source can be, and what a message is known by.
import ts from "typescript";

/** What the constant or function of that name holds, seen from `from`; undefined where it is a parameter or varies. */
function held(name: string, from: ts.Node): ts.Node | undefined {
  for (let at = from; at; at = at.parent) {
    if (ts.isFunctionLike(at) && at.parameters.some((one) => namesIn(one.name).includes(name)))
      return undefined;
    if (ts.isForOfStatement(at) && namesIn(at.initializer).includes(name)) return undefined;
    for (const statement of ts.isBlock(at) || ts.isSourceFile(at) ? at.statements : []) {
      if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement.body;
      if (!ts.isVariableStatement(statement)) continue;
      const one = statement.declarationList.declarations.find((each) => namesIn(each.name).includes(name));
      if (one) return ts.isIdentifier(one.name) ? one.initializer : undefined;
    }
  }
  return undefined;
}

const namesIn = (node: ts.Node): string[] => [...node.getText().matchAll(/\w+/g)].map(([word]) => word);

/** In the middle of a text what varies tells nothing. */
const only = (texts: string[]) => (texts.length === 1 ? texts : ["…"]);

/** What an expression can be: several texts where it chooses between some. */
export function textsOf(node: ts.Node, depth = 0): string[] {
  const texts = (one: ts.Node) => textsOf(one, depth + 1);
  const product = (parts: string[][]) =>
    parts.reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => head + tail)), [""]);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return texts(node.expression);
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.flatMap(({ expression, literal }) => [
      ts.isIdentifier(expression) ? only(texts(expression)) : ["…"],
      [literal.text],
    ]);
    return product([[node.head.text], ...spans]);
  }
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.PlusToken) return product([texts(node.left), texts(node.right)]);
    if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken)
      return [...texts(node.left), ...texts(node.right)];
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    // What a list is turned into, member by member.
    const [each] = node.arguments;
    if (name.text === "map" && each && ts.isArrowFunction(each)) return texts(each);
    if (name.text === "join" && ts.isArrayLiteralExpression(expression))
      return product(expression.elements.map((one) => texts(one).map((text) => `${text}\n`)));
  }
  // A function that words something for several callers.
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return texts(node.body);
  const called = ts.isCallExpression(node) ? node.expression : node;
  const constant = ts.isIdentifier(called) && depth < 5 ? held(called.text, node) : undefined;
  // Else a value that comes from elsewhere.
  return constant ? texts(constant) : ["…"];
}

/** The longest part of a message's first clause that does not vary; undefined where there is nothing to know it by. */
export function telling(text: string): string | undefined {
  const longest = (clause: string) =>
    clause
      .split(/…|\n/)
      .map(plain)
      .sort((a, b) => b.length - a.length)[0];
  const clauses = text.split(/(?<=[.;?])\s|\n/).map(longest);
  const part = clauses.find((clause) => clause.length > 9) ?? longest(text);
  return part.length > 5 ? part : undefined;
}

/** Without what Markdown adds or breaks. */
export const plain = (text: string): string => text.replace(/[`\\]/g, "").replace(/\s+/g, " ").trim();
