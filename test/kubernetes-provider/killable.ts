// An `up` against a real API server in a process of its own, to be killed in the middle: tells what it waits for.
import path from "node:path";
import { Engine } from "../../rehearsal/engine/index";
import { kubernetesProvider } from "../../rehearsal/engine/kubernetes";

const folder = process.argv[2];
void new Engine({
  projectDir: folder,
  stack: "dev",
  stateDir: path.join(folder, ".state"),
  providers: [kubernetesProvider()],
  events: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
}).up();
