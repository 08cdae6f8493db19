// The TypeScript declarations of a Pulumi SDK, read back into the schema that they were generated from
// (pkg/codegen/nodejs of pulumi/pulumi; the schema's own form: pkg/codegen/schema/pulumi.json).
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

export type Spec = { [key: string]: unknown };

/** The declarations of one file or namespace by name. */
type Names = Map<string, ts.Statement>;
const any = { $ref: "pulumi.json#/Any" };

export class Declarations {
  /** Object and enum types by token: those that were referred to. */
  readonly types: Record<string, Spec> = {};
  readonly #parsed = new Map<string, Names>();

  /** @param folder of the installed npm package */
  constructor(
    private readonly folder: string,
    private readonly pkg: string,
  ) {}

  file(name: string): Names | undefined {
    const file = path.join(this.folder, name);
    return fs.existsSync(file) ? this.#parse(name, () => fs.readFileSync(file, "utf8")) : undefined;
  }

  /**
   * The namespace of one module in `types/input.d.ts` or `types/output.d.ts`. azure-native's have 8 MB each; what nobody
   * asks for is not parsed.
   */
  #namespace(file: "input" | "output", name: string): Names {
    return this.#parse(`${file}/${name}`, () => {
      const text = fs.readFileSync(path.join(this.folder, "types", `${file}.d.ts`), "utf8");
      const start = text.indexOf(`\nexport declare namespace ${name} {\n`);
      return text.slice(text.indexOf("{", start) + 1, text.indexOf("\n}\n", start));
    });
  }

  #parse(name: string, text: () => string): Names {
    const known = this.#parsed.get(name);
    if (known) return known;
    const names: Names = new Map();
    for (const statement of ts.createSourceFile(name, text(), ts.ScriptTarget.Latest).statements) {
      const named = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : statement;
      const own = (named as ts.NamedDeclaration).name;
      // An enumeration is a constant first and then the type of its values.
      if (own && ts.isIdentifier(own) && !names.has(own.text)) names.set(own.text, statement);
    }
    this.#parsed.set(name, names);
    return names;
  }

  members(declaration: ts.Statement) {
    const properties: Record<string, Spec> = {};
    const required: string[] = [];
    for (const member of (declaration as ts.InterfaceDeclaration | ts.ClassDeclaration).members) {
      if (!(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) || !member.type) continue;
      const name = (member.name as ts.Identifier).text;
      // Every resource has it.
      if (ts.isPropertyDeclaration(member) && name === "id") continue;
      properties[name] = this.#type(member.type);
      // `pulumi.Output<T | undefined>`
      const [value = member.type] = (member.type as ts.TypeReferenceNode).typeArguments ?? [];
      const optional = member.questionToken || (ts.isUnionTypeNode(value) && value.types.some(isUndefined));
      if (!optional) required.push(name);
    }
    return { properties, required };
  }

  #type(node: ts.TypeNode): Spec {
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.#type(node.elementType) };
    if (ts.isParenthesizedTypeNode(node)) return this.#type(node.type);
    if (ts.isTypeReferenceNode(node)) return this.#reference(node);
    if (ts.isTypeLiteralNode(node)) {
      const values = node.members.find(ts.isIndexSignatureDeclaration);
      return { type: "object", additionalProperties: values ? this.#type(values.type) : any };
    }
    if (ts.isUnionTypeNode(node)) {
      const specs = node.types.filter((one) => !isUndefined(one)).map((one) => this.#type(one));
      const different = [...new Map(specs.map((spec) => [JSON.stringify(spec), spec])).values()];
      return different.length === 1 ? different[0] : { oneOf: different };
    }
    // The declarations do not tell integers from other numbers.
    const type = ts.tokenToString(node.kind) ?? "";
    return ["string", "number", "boolean"].includes(type) ? { type } : any;
  }

  /** `pulumi.Input<T>`, `inputs.MODULE.NameArgs`, `outputs.MODULE.Name`, `enums.MODULE.Name` */
  #reference(node: ts.TypeReferenceNode): Spec {
    if (node.typeArguments?.length === 1) return this.#type(node.typeArguments[0]);
    const [kind, moduleName, name] = nameOf(node.typeName).split(".");
    if (name === undefined) return any;
    const token = `${this.pkg}:${moduleName}:${kind === "inputs" ? name.replace(/Args$/, "") : name}`;
    if (!(token in this.types)) {
      // Before its members: types refer to themselves.
      const spec = (this.types[token] = {});
      Object.assign(
        spec,
        kind === "enums" ? this.#enum(moduleName, name) : this.#object(kind, moduleName, name),
      );
    }
    return { $ref: `#/types/${token}` };
  }

  #object(kind: string, moduleName: string, name: string): Spec {
    const found = this.#namespace(kind === "inputs" ? "input" : "output", moduleName).get(name)!;
    return { type: "object", ...this.members(found) };
  }

  #enum(moduleName: string, name: string): Spec {
    const found = this.file(`types/enums/${moduleName}/index.d.ts`)!.get(name) as ts.VariableStatement;
    const { members } = found.declarationList.declarations[0].type as ts.TypeLiteralNode;
    const values = members.filter(ts.isPropertySignature).map((member) => {
      const { literal } = member.type as ts.LiteralTypeNode;
      const [own, value] = [member.name as ts.Identifier, literal as ts.StringLiteral];
      return { name: own.text, value: value.text };
    });
    return { type: "string", enum: values };
  }
}

const isUndefined = (node: ts.TypeNode) => node.kind === ts.SyntaxKind.UndefinedKeyword;
const nameOf = (name: ts.EntityName): string =>
  ts.isQualifiedName(name) ? `${nameOf(name.left)}.${name.right.text}` : name.text;
