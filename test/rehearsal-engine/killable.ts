// An `up` in a process of its own, to be killed in the middle: tells on stdout what the provider is doing.
import path from "node:path";
import { Engine } from "../../rehearsal/engine/index";
import { FakeProvider } from "./fakeProvider";

const folder = process.argv[2];
const fake = new FakeProvider();
const push = fake.log.push.bind(fake.log);
fake.log.push = (...entries) => {
  process.stdout.write(`${entries.join("\n")}\n`);
  return push(...entries);
};
void new Engine({
  projectDir: folder,
  stack: "dev",
  stateDir: path.join(folder, ".state"),
  providers: [fake],
  events: () => {},
}).up();
