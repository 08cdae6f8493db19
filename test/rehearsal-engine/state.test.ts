import assert from "node:assert/strict";
import { createDecipheriv, createHash, pbkdf2Sync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { stacks } from "./harness";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Decrypts as Pulumi does, with none of the engine's code. */
function decrypt(ciphertext: string, passphrase: string, salt: string): string {
  const key = pbkdf2Sync(passphrase, Buffer.from(salt.split(":")[1], "base64"), 1_000_000, 32, "sha256");
  const [version, nonce, sealed] = ciphertext.split(":");
  assert.equal(version, "v1");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16)).toString() + decipher.final().toString();
}

describe("engine: the state", () => {
  const stack = stacks();

  it("is a version-3 deployment, field by field", async () => {
    const one = stack().program(`
      const mine = new Provider("mine", { token: pulumi.secret("provider-token") });
      const box = new Box("box");
      const a = new Thing("a", { value: 1 }, { parent: box, provider: mine, additionalSecretOutputs: ["generated"] });
      new Thing("b", { value: a.generated, list: [a.id] }, { dependsOn: box, protect: true });
      exports.plain = "text";
    `);
    await one.ok("up");
    const whole = JSON.parse(one.stateText);
    assert.deepEqual(Object.keys(whole), ["version", "deployment"]);
    assert.equal(whole.version, 3);
    const { manifest, secrets_providers, resources, pending_operations, metadata } = whole.deployment;
    assert.equal(manifest.magic, createHash("sha256").update(manifest.version).digest("hex"));
    assert.match(manifest.version, /^v3\.\d+\.\d+$/);
    assert.equal(new Date(manifest.time).toISOString(), manifest.time);
    assert.equal(secrets_providers.type, "passphrase");
    assert.match(secrets_providers.state.salt, /^v1:[\w+/=]+:v1:[\w+/=]+:[\w+/=]+$/);
    assert.equal(pending_operations, undefined);
    assert.deepEqual(metadata, {});
    const urn = (type: string, name: string) => `urn:pulumi:dev::demo::${type}::${name}`;
    const root = urn("pulumi:pulumi:Stack", "demo-dev");
    assert.deepEqual(one.resource("demo-dev"), {
      urn: root,
      custom: false,
      type: "pulumi:pulumi:Stack",
      outputs: { plain: "text" },
    });
    assert.deepEqual(one.resource("box"), {
      urn: urn("test:index:Box", "box"),
      custom: false,
      type: "test:index:Box",
      parent: root,
    });
    const mine = one.resource("mine");
    assert.equal(mine.urn, urn("pulumi:providers:fake", "mine"));
    assert.deepEqual(Object.keys(mine.inputs.token).sort(), [SIGNATURE, "ciphertext"].sort());
    const a = one.resource("a");
    const created = a.created;
    assert.equal(new Date(created).toISOString(), created);
    assert.equal(a.outputs.generated[SIGNATURE], SECRET);
    assert.deepEqual(a, {
      urn: urn("test:index:Box$fake:index:Thing", "a"),
      custom: true,
      id: "a-1",
      type: "fake:index:Thing",
      inputs: { size: 1, autoName: "a-1", value: 1 },
      outputs: { size: 1, autoName: "a-1", value: 1, generated: a.outputs.generated },
      parent: urn("test:index:Box", "box"),
      provider: `${mine.urn}::${mine.id}`,
      propertyDependencies: { value: [] },
      additionalSecretOutputs: ["generated"],
      created,
      modified: created,
    });
    const b = one.resource("b");
    assert.equal(b.protect, true);
    assert.deepEqual(b.propertyDependencies, { value: [a.urn], list: [a.urn] });
    assert.deepEqual(b.dependencies, [a.urn], "a component stands for its children");
    assert.equal(b.inputs.value[SIGNATURE], SECRET, "what is made of a secret is one");
    // Nothing stands before what it refers to.
    const order: string[] = resources.map((resource: any) => resource.urn);
    for (const resource of resources) {
      const needs = [
        resource.parent,
        resource.provider?.replace(/::[^:]*$/, ""),
        ...(resource.dependencies ?? []),
      ];
      for (const need of needs.filter(Boolean)) {
        assert.ok(order.indexOf(need) >= 0 && order.indexOf(need) < order.indexOf(resource.urn), need);
      }
    }
    assert.deepEqual(one.engine().exportStack(), whole);
  });

  it("holds no secret in plain text, nor does the screen", async () => {
    const program = `
      const config = new pulumi.Config();
      console.log("the program prints hush-config-value");
      const a = new Thing("a", { value: pulumi.secret("hush-input-value"), deep: { list: [pulumi.secret("hush-deep-value")] } });
      const v = new Vault("v");
      const box = new Box("box");
      box.registerOutputs({ mine: pulumi.secret("hush-component-value") });
      pulumi.log.warn("logged hush-config-value");
      exports.a = a.value;
      exports.v = v.generated;
      exports.c = config.requireSecret("password");
      exports.s = pulumi.secret({ inner: "hush-output-value" });
    `;
    const one = stack(
      "name: demo\nruntime: nodejs\nconfig:\n  password: {type: string, secret: true}\n",
    ).program(program);
    one.write("Pulumi.dev.yaml", await secureConfig("hush-config-value"));
    const env = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "open sesame" };
    const result = await one.ok("up", { env });
    assert.deepEqual(result.outputs, { a: "[secret]", c: "[secret]", s: "[secret]", v: "[secret]" });
    assert.ok(!/hush-|generated-v/.test(one.stateText));
    assert.ok(!/hush-|generated-v/.test(one.text()), one.text());
    assert.match(one.text(), /the program prints \[secret\]/);
    assert.deepEqual(await one.engine({ env }).outputs(true), {
      a: "hush-input-value",
      c: "hush-config-value",
      s: { inner: "hush-output-value" },
      v: one.fake.world.size > 0 ? `generated-${one.resource("v").id}` : "",
    });
    const salt = one.state.secrets_providers.state.salt;
    const sealed = one.resource("a").inputs.value.ciphertext;
    assert.equal(decrypt(sealed, "open sesame", salt), '"hush-input-value"');
    assert.equal(decrypt(salt.split(":").slice(2).join(":"), "open sesame", salt), "pulumi");
    // An error that a provider words with a secret in it is masked as well.
    one.program(program.replace("value: pulumi", 'fail: "update", value: pulumi'));
    assert.equal((await one.run("up", { env })).ok, false);
    assert.match(one.text(), /update of a failed, value was \[secret\]/);
    const wrong = await one.run("up", { env: { ...env, PULUMI_CONFIG_PASSPHRASE: "wrong" } });
    assert.match(wrong.failures[0].message, /cannot be decrypted\n.*PULUMI_CONFIG_PASSPHRASE is not/);
  });

  it("keeps a passphrase of its own where none is given, for its owner's eyes only", async () => {
    const one = stack().program(`exports.s = pulumi.secret("hush");`);
    const { PULUMI_CONFIG_PASSPHRASE: _, ...env } = process.env;
    await one.ok("up", { env });
    const file = path.join(one.stateDir, "passphrase");
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.equal(fs.statSync(one.stateFile).mode & 0o777, 0o600);
    assert.deepEqual(await one.engine({ env }).outputs(true), { s: "hush" });
  });

  it("is refused where it is broken or another engine's", async () => {
    const one = stack().program(`new Thing("a");`);
    await one.ok("up");
    const whole = JSON.parse(one.stateText);
    whole.deployment.resources.find((r: any) => r.custom).viewOf = "urn:x";
    fs.writeFileSync(one.stateFile, JSON.stringify(whole));
    assert.match(
      (await one.run("up")).failures[0].message,
      /has "viewOf", which the rehearsal does not support/,
    );
    fs.writeFileSync(one.stateFile, '{"version": 3');
    assert.match((await one.run("up")).failures[0].message, /state.json cannot be read/);
    assert.equal(fs.readFileSync(one.stateFile, "utf8"), '{"version": 3');
  });
});

/** A stack file with an encrypted `password`, made with none of the engine's code. */
async function secureConfig(password: string): Promise<string> {
  const { createCipheriv, randomBytes } = await import("node:crypto");
  const salt = randomBytes(8);
  const key = pbkdf2Sync("open sesame", salt, 1_000_000, 32, "sha256");
  const seal = (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const bytes = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${bytes.toString("base64")}`;
  };
  return `encryptionsalt: v1:${salt.toString("base64")}:${seal("pulumi")}
config:
  demo:password:
    secure: ${seal(password)}
`;
}
