// Each stack has a backend of files of its own. The states of the stacks beside it are linked into it, so that a program
// can refer to them (StackReference) as where all stacks are in one backend.
import fs from "node:fs";
import path from "node:path";

const statesIn = (folder: string) => path.join(folder, "state", ".pulumi", "stacks");

/** Links what is there now. @param own the stack's folder; those of the others are beside it */
export function linkStacks(own: string): void {
  const ours = statesIn(own);
  fs.mkdirSync(ours, { recursive: true });
  for (const one of fs.readdirSync(ours, { recursive: true, withFileTypes: true })) {
    const file = path.join(one.parentPath, one.name);
    // That stack is gone.
    if (one.isSymbolicLink() && !fs.existsSync(file)) fs.rmSync(file);
  }
  const root = path.dirname(own);
  for (const other of fs.readdirSync(root)) {
    const theirs = statesIn(path.join(root, other));
    for (const project of fs.existsSync(theirs) ? fs.readdirSync(theirs) : []) {
      const [state, link] = [theirs, ours].map((folder) => path.join(folder, project, `${other}.json`));
      // Its own is there, too.
      if (!fs.existsSync(state) || fs.existsSync(link)) continue;
      fs.mkdirSync(path.dirname(link), { recursive: true });
      fs.symlinkSync(state, link);
    }
  }
}
