// Runs small programs through the real language runner against the engine, in a folder of their own.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Engine, type EngineEvent, type EngineOptions, type Result } from "../../rehearsal/engine/index";
import { randomProvider } from "../../rehearsal/engine/random";
import { FakeProvider } from "./fakeProvider";

const repository = path.resolve(__dirname, "../..");

/** Before every program: a resource class of the fake provider, and a component. */
const prelude = `
const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.CustomResource {
  constructor(name, args = {}, opts) { super("fake:index:Thing", name, { generated: undefined, value: undefined, ...args }, opts); }
}
class Vault extends pulumi.CustomResource {
  constructor(name, args = {}, opts) { super("fake:index:Vault", name, { generated: undefined, ...args }, opts); }
}
class Provider extends pulumi.ProviderResource {
  constructor(name, args = {}, opts) { super("fake", name, args, opts); }
}
class Box extends pulumi.ComponentResource {
  constructor(name, opts) { super("test:index:Box", name, {}, opts); }
}
`;

type Verb = "preview" | "up" | "refresh" | "destroy";

export class Stack {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
  readonly stateDir = path.join(this.folder, ".state");
  readonly stateFile = path.join(this.stateDir, "state.json");
  events: EngineEvent[] = [];
  fake = new FakeProvider();

  constructor(projectYaml = "name: demo\nruntime: nodejs\n") {
    fs.symlinkSync(path.join(repository, "node_modules"), path.join(this.folder, "node_modules"));
    this.write("package.json", '{"name":"demo"}');
    this.write("Pulumi.yaml", projectYaml);
  }

  write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.folder, name), text);
  }

  program(text: string): this {
    this.write("index.js", prelude + text);
    return this;
  }

  engine(options: Partial<EngineOptions> = {}): Engine {
    this.events = [];
    return new Engine({
      projectDir: this.folder,
      stack: "dev",
      stateDir: this.stateDir,
      providers: [this.fake, randomProvider()],
      events: (event) => this.events.push(event),
      ...options,
    });
  }

  run(verb: Verb, options: Partial<EngineOptions> = {}): Promise<Result> {
    return this.engine(options)[verb]();
  }

  /** Runs and insists on success. */
  async ok(verb: Verb, options: Partial<EngineOptions> = {}): Promise<Result> {
    const result = await this.run(verb, options);
    if (!result.ok) throw new Error(`${verb} failed:\n${this.text()}`);
    return result;
  }

  get stateText(): string {
    return fs.existsSync(this.stateFile) ? fs.readFileSync(this.stateFile, "utf8") : "";
  }

  get state(): any {
    return JSON.parse(this.stateText).deployment;
  }

  /** A resource of the state by its name. */
  resource(name: string): any {
    return (this.state.resources ?? []).find((one: any) => one.urn.endsWith(`::${name}`));
  }

  get names(): string[] {
    return (this.state.resources ?? []).map((one: any) => one.urn.split("::").at(-1));
  }

  /** `op name` of every step that ended well. */
  get steps(): string[] {
    return this.events.flatMap((event) => (event.kind === "step-done" ? [`${event.op} ${event.name}`] : []));
  }

  /** Everything that a screen could show. */
  text(): string {
    return this.events
      .filter((event) => !(event.kind === "diagnostic" && event.severity === "debug"))
      .map((event) => JSON.stringify(event))
      .join("\n");
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Gives each test stacks that are removed after it. */
export function stacks(): (projectYaml?: string) => Stack {
  const made: Stack[] = [];
  afterEach(() => made.splice(0).forEach((stack) => stack.remove()));
  return (projectYaml) => {
    const stack = new Stack(projectYaml);
    made.push(stack);
    return stack;
  };
}
