// A worker that starts Python once more, while the reader reads, only to keep a picture of it for the next visit.
// Its name says for what: a "page" or a "notebook".

import { engine } from "./bring.js";
import { isTaken, take } from "./memory.js";
import { python } from "./python.js";

const [root, part] = [new URL("../", import.meta.url), self.name];
try {
  const listed = await engine(root, part);
  if (!(await isTaken(listed, part))) await take(await python(root, part, () => {}, { _makeSnapshot: true }), listed, part);
} catch (problem) {
  console.warn("conslaw_nb: no picture of Python is kept for the next visit.", problem); // no room, or a private window
}
self.close();
