// The TypeScript declarations of a Pulumi SDK, read back into the schema that they were generated from
// (pkg/codegen/nodejs of pulumi/pulumi; the schema's own form: pkg/codegen/schema/pulumi.json).
import fs from "node:fs";
import path from "node:path";
import type * as TypeScript from "typescript";

export type Spec = { [key: string]: unknown };

/** What a TypeScript `interface` or `class` says of its members. */
export interface Members {
  readonly properties: Record<string, Spec>;
  readonly required: string[];
}

type Declaration = TypeScript.Statement & { readonly name?: { readonly text: string } };
const any = { $ref: "pulumi.json#/Any" };

export class Declarations {
  /** Object and enum types by token: those that were referred to. */
  readonly types: Record<string, Spec> = {};
  readonly #ts: typeof TypeScript;
  readonly #files = new Map<string, Map<string, Declaration>>();

  /** @param folder of the installed npm package */
  constructor(
    private readonly folder: string,
    private readonly pkg: string,
  ) {
    // Half a second, which a run with a cached schema is spared.
    this.#ts = require("typescript");
  }

  /** Interfaces, classes and constants of a declaration file; undefined = the SDK has no such file. */
  file(name: string): Map<string, Declaration> | undefined {
    const file = path.join(this.folder, name);
    return fs.existsSync(file) ? this.#parsed(name, () => fs.readFileSync(file, "utf8")) : undefined;
  }

  /**
   * The namespace of one module in `types/input.d.ts` or `types/output.d.ts`. azure-native's are 8 MB each; the parts that
   * nobody asks for are not parsed.
   */
  #namespace(file: "input" | "output", name: string): Map<string, Declaration> {
    return this.#parsed(`${file}/${name}`, () => {
      const text = fs.readFileSync(path.join(this.folder, "types", `${file}.d.ts`), "utf8");
      const start = text.indexOf(`\nexport declare namespace ${name} {\n`);
      return text.slice(text.indexOf("{", start) + 1, text.indexOf("\n}\n", start));
    });
  }

  #parsed(name: string, text: () => string): Map<string, Declaration> {
    const known = this.#files.get(name);
    if (known) return known;
    const { statements } = this.#ts.createSourceFile(name, text(), this.#ts.ScriptTarget.Latest);
    const found = new Map(
      statements
        .flatMap((statement): [string, Declaration][] => {
          const named = this.#ts.isVariableStatement(statement)
            ? statement.declarationList.declarations[0]
            : (statement as Declaration);
          // A function's and its arguments' names differ; a constant comes before the type of its name.
          return named.name && "text" in named.name ? [[named.name.text, statement]] : [];
        })
        .reverse(),
    );
    this.#files.set(name, found);
    return found;
  }

  description(node: TypeScript.Node): { description?: string } {
    const [doc] = (node as unknown as { jsDoc?: TypeScript.JSDoc[] }).jsDoc?.slice(-1) ?? [];
    const text = this.#ts.getTextOfJSDocComment(doc?.comment);
    return text ? { description: text } : {};
  }

  members(declaration: TypeScript.Statement): Members {
    const ts = this.#ts;
    const properties: Record<string, Spec> = {};
    const required: string[] = [];
    const own = declaration as TypeScript.InterfaceDeclaration | TypeScript.ClassDeclaration;
    for (const member of own.members) {
      if (!(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) || !member.type) continue;
      const name = (member.name as TypeScript.Identifier).text;
      // Every resource has them.
      if (ts.isClassDeclaration(own) && (name === "id" || name === "urn")) continue;
      properties[name] = { ...this.#type(member.type), ...this.description(member) };
      if (!member.questionToken && !this.#optional(member.type)) required.push(name);
    }
    return { properties, required };
  }

  #isUndefined = (node: TypeScript.TypeNode) => node.kind === this.#ts.SyntaxKind.UndefinedKeyword;

  /** `pulumi.Output<T | undefined>` */
  #optional(node: TypeScript.TypeNode): boolean {
    const inner = this.#ts.isTypeReferenceNode(node) ? node.typeArguments?.[0] : undefined;
    return inner !== undefined && this.#ts.isUnionTypeNode(inner) && inner.types.some(this.#isUndefined);
  }

  #type(node: TypeScript.TypeNode): Spec {
    const ts = this.#ts;
    if (ts.isUnionTypeNode(node)) return this.#union(node);
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.#type(node.elementType) };
    if (ts.isParenthesizedTypeNode(node)) return this.#type(node.type);
    if (ts.isTypeLiteralNode(node)) {
      const value = node.members.find(ts.isIndexSignatureDeclaration);
      return { type: "object", additionalProperties: value ? this.#type(value.type) : any };
    }
    if (ts.isTypeReferenceNode(node)) return this.#reference(node);
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal))
      return { type: "string", const: node.literal.text };
    const names: Partial<Record<TypeScript.SyntaxKind, string>> = {
      [ts.SyntaxKind.StringKeyword]: "string",
      // The declarations do not tell integers from other numbers.
      [ts.SyntaxKind.NumberKeyword]: "number",
      [ts.SyntaxKind.BooleanKeyword]: "boolean",
    };
    const type = names[node.kind];
    return type ? { type } : any;
  }

  #union({ types }: TypeScript.UnionTypeNode): Spec {
    const specs = types.filter((one) => !this.#isUndefined(one)).map((one) => this.#type(one));
    const different = [...new Map(specs.map((spec) => [JSON.stringify(spec), spec])).values()];
    return different.length === 1 ? different[0] : { oneOf: different };
  }

  /** `pulumi.Input<T>`, `inputs.MODULE.NameArgs`, `outputs.MODULE.Name`, `enums.MODULE.Name` */
  #reference(node: TypeScript.TypeReferenceNode): Spec {
    if (node.typeArguments?.length === 1) return this.#type(node.typeArguments[0]);
    const [kind, moduleName, name] = nameOf(node.typeName).split(".");
    if (name === undefined) return any;
    const token = `${this.pkg}:${moduleName}:${kind === "inputs" ? name.replace(/Args$/, "") : name}`;
    if (!(token in this.types)) {
      // Before its members: types refer to themselves.
      this.types[token] = {};
      const spec = kind === "enums" ? this.#enum(moduleName, name) : this.#object(kind, moduleName, name);
      Object.assign(this.types[token], spec);
    }
    return { $ref: `#/types/${token}` };
  }

  #object(kind: string, moduleName: string, name: string): Spec {
    const found = this.#namespace(kind === "inputs" ? "input" : "output", moduleName).get(name)!;
    return { type: "object", ...this.description(found), ...this.members(found) };
  }

  #enum(moduleName: string, name: string): Spec {
    const statement = this.file(`types/enums/${moduleName}/index.d.ts`)!.get(
      name,
    ) as TypeScript.VariableStatement;
    const { members } = statement.declarationList.declarations[0].type as TypeScript.TypeLiteralNode;
    const values = members.filter(this.#ts.isPropertySignature).map((member) => ({
      name: (member.name as TypeScript.Identifier).text,
      value: ((member.type as TypeScript.LiteralTypeNode).literal as TypeScript.StringLiteral).text,
      ...this.description(member),
    }));
    return { type: "string", enum: values };
  }
}

const nameOf = (name: TypeScript.EntityName): string =>
  "right" in name ? `${nameOf(name.left)}.${name.right.text}` : name.text;
