// The programs whose start is compared: ours as it stands, ours in other clothes, and the bare SDK as the base.
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { Project } from "../rehearsal/engine/project";

const root = path.dirname(__dirname);

export interface Program {
  readonly name: string;
  readonly about: string;
  readonly folder: string;
  readonly entry: string;
  /** True = Pulumi's ts-node compiles it, with the options of Pulumi.yaml. */
  readonly typescript: boolean;
  readonly nodeargs: readonly string[];
}

const bare = 'import * as pulumi from "@pulumi/pulumi";\nexport const stack = pulumi.getStack();\n';
const compileCache = 'require("node:module").enableCompileCache();\n';

/** Our own files, as paths in the repository. */
function sources(): string[] {
  const parts = fs.readdirSync(path.join(root, "components"), { recursive: true, encoding: "utf8" });
  return ["index.ts", ...parts.filter((file) => file.endsWith(".ts")).map((file) => `components/${file}`)];
}

/**
 * The same file with root imports: `import { A } from "@pulumi/x/b/c"` becomes `import * as x from "@pulumi/x"` and
 * `const { A } = x.b`. Types are of no account, as nothing is checked.
 */
export function withRootImports(code: string): string {
  let count = 0;
  return code.replace(
    /^import \{([^}]*)\} from "@pulumi\/(azure-native|kubernetes|random)\/([^"]+)";$/gm,
    (_, names: string, sdk: string, leaf: string) => {
      const sdkName = `sdk${count++}`;
      const values = names.split(",").filter((name) => name.trim() !== "" && !/^\s*type\s/.test(name));
      const space = [sdkName, ...leaf.split("/").slice(0, -1)].join(".");
      return `import * as ${sdkName} from "@pulumi/${sdk}"; const {${values.join(",")}} = ${space};`;
    },
  );
}

/** Lays the programs out in a folder, each with the repository's own settings and packages. */
export function layOut(folder: string, project: Project): Program[] {
  const options = ts.parseConfigFileTextToJson("", fs.readFileSync(path.join(root, "tsconfig.json"), "utf8"));
  const settings = { ...options.config.compilerOptions, noEmit: false };
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(settings, root);

  function lay(name: string, files: Record<string, string>): string {
    const where = path.join(folder, name);
    for (const [file, code] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(where, file)), { recursive: true });
      fs.writeFileSync(path.join(where, file), code);
    }
    for (const file of ["package.json", "tsconfig.json", project.runtime.tsconfig ?? "tsconfig.json"]) {
      fs.copyFileSync(path.join(root, file), path.join(where, file));
    }
    fs.symlinkSync(path.join(root, "node_modules"), path.join(where, "node_modules"), "dir");
    return where;
  }
  const program = (
    name: string,
    about: string,
    files: Record<string, string>,
    changes: Partial<Program> = {},
  ): Program => {
    const where = lay(name, files);
    const nodeargs = project.runtime.nodeargs;
    return { name, about, folder: where, entry: "index.ts", typescript: true, nodeargs, ...changes };
  };
  const toJs = (file: string, code: string) =>
    ts.transpileModule(code, { fileName: path.join(root, file), compilerOptions }).outputText;
  const each = (files: Record<string, string>, change: (code: string, file: string) => string) =>
    Object.fromEntries(Object.entries(files).map(([file, code]) => [file, change(code, file)]));
  const asJs = (files: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(files).map(([file, code]) => [file.replace(/ts$/, "js"), toJs(file, code)]),
    );

  const ours = Object.fromEntries(
    sources().map((file) => [file, fs.readFileSync(path.join(root, file), "utf8")]),
  );
  const js = { entry: "index.js", typescript: false };
  return [
    program("bare", "loads @pulumi/pulumi, nothing else", { "index.ts": bare }),
    program("ours", "index.ts as `pulumi up` runs it", ours),
    program("ours-roots", "the same with root imports of the SDKs", each(ours, withRootImports)),
    program("ours-tsx", "the same by tsx in place of ts-node", ours, {
      typescript: false,
      nodeargs: [...project.runtime.nodeargs, "--import", "tsx"],
    }),
    program("ours-compiled", "the same, compiled to JavaScript before", asJs(ours), js),
    program("ours-cached", "the same, with V8's compile cache from its first line on", {
      ...ours,
      "index.ts": compileCache + ours["index.ts"],
    }),
    program(
      "ours-cached-all",
      "the same cache from before the runner on, by `nodeargs` of Pulumi.yaml",
      { ...ours, "cache.cjs": compileCache },
      { nodeargs: [...project.runtime.nodeargs, "--require", "./cache.cjs"] },
    ),
    program("bare-js", "bare in JavaScript: no TypeScript compiler at all", asJs({ "index.ts": bare }), js),
  ];
}
