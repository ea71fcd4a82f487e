// Run before JupyterLab starts: what becomes of a learner's saved copies when a lesson has been updated.
//
// JupyterLite keeps every saved notebook in the browser's database, and such a copy stands before the file of the
// site for ever. So each lesson says in its metadata which edition it is and what its cells were, and a saved copy
// carries that along. The rule is that of `conslaw lab`:
//   - a copy of this edition stays;
//   - an old copy in which the learner changed nothing is let go, and the new lesson shows;
//   - an old copy with the learner's work in it stays, untouched, under its name; the new lesson is put beside it
//     under the name NAME.new.ipynb, and a notice says so until it is dismissed.

import { notice } from "./room.js";

const STORE = "files";
const DESK = "statedb"; // JupyterLite's name for what was open
const DISMISSED = "conslaw_nb dismissed notices";
const SEEN = "conslaw_nb editions seen";

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

// The hash of all that a learner can edit; tools/lite_contents.py computes the same.
export async function sources(notebook) {
  const text = (source) => (Array.isArray(source) ? source.join("") : source);
  return digest(JSON.stringify(notebook.cells.map((cell) => [cell.cell_type, text(cell.source)])));
}

// Open the database if there is one; nothing is made where nothing was saved yet.
function open(name, part = STORE) {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
    request.onsuccess = () => {
      if (request.result.objectStoreNames.contains(part)) return resolve(request.result);
      request.result.close();
      resolve(null);
    };
  });
}

function ask(database, mode, action, part = STORE) {
  return new Promise((resolve, reject) => {
    const request = action(database.transaction(part, mode).objectStore(part));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function notebookOf(saved) {
  if (!saved || !saved.content) return null;
  const content = typeof saved.content === "string" ? JSON.parse(saved.content) : saved.content;
  return Array.isArray(content.cells) ? content : null;
}

async function isChanged(notebook) {
  const origin = (notebook.metadata || {}).conslaw;
  return !origin || (await sources(notebook)) !== origin.sources;
}

// A name beside a lesson that is free, or holds this edition already, or an older one that nobody touched.
async function nameBeside(database, path, edition) {
  for (let number = 1; ; number++) {
    const name = path.replace(/\.ipynb$/, number === 1 ? ".new.ipynb" : `.new-${number}.ipynb`);
    const there = notebookOf(await ask(database, "readonly", (store) => store.get(name)));
    if (!there) return { name, write: true };
    if (((there.metadata || {}).conslaw || {}).edition === edition) return { name, write: false };
    if (!(await isChanged(there))) return { name, write: true };
  }
}

async function putBeside(database, saved, name, root, path) {
  const content = await (await fetch(new URL(`files/${path}`, root), { cache: "no-cache" })).json();
  const now = new Date().toISOString();
  const model = { ...saved, name: name.split("/").pop(), path: name, content, created: now, last_modified: now };
  model.size = JSON.stringify(content).length;
  await ask(database, "readwrite", (store) => store.put(model, name));
}

// Bring the saved copies up to date with the site; return those lessons of which the learner must be told.
export async function keep(root, databaseName, editions) {
  const database = await open(databaseName);
  const told = [];
  if (!database) return told;
  try {
    for (const [path, now] of Object.entries(editions)) {
      const saved = await ask(database, "readonly", (store) => store.get(path));
      const notebook = notebookOf(saved);
      if (!notebook || ((notebook.metadata || {}).conslaw || {}).edition === now.edition) continue;
      if (!(await isChanged(notebook)) || (await sources(notebook)) === now.sources) {
        await ask(database, "readwrite", (store) => store.delete(path));
        continue;
      }
      const beside = await nameBeside(database, path, now.edition);
      if (beside.write) await putBeside(database, saved, beside.name, root, path);
      told.push({ path, beside: beside.name, edition: now.edition, title: now.title });
    }
  } finally {
    database.close();
  }
  return told;
}

const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";
const STILL = /run the cell \(Shift \+ Enter\)/i; // stands under every still picture

// A figure is saved with its picture and with the number of a widget that ended with its kernel, and JupyterLab
// prefers the widget. Before the app starts the numbers are taken out, so that on the second visit the pictures show.
export function takeWidgetsOut(notebook) {
  let taken = 0;
  for (const cell of notebook.cells) {
    for (const { data } of cell.outputs || []) {
      if (!data || !(WIDGET_VIEW in data)) continue;
      const still = data["text/html"] || "";
      if (!STILL.test(Array.isArray(still) ? still.join("") : still)) continue;
      delete data[WIDGET_VIEW];
      taken += 1;
    }
  }
  return taken;
}

async function stills(databaseName) {
  const database = await open(databaseName);
  if (!database) return;
  try {
    for (const path of await ask(database, "readonly", (store) => store.getAllKeys())) {
      const saved = await ask(database, "readonly", (store) => store.get(path));
      const notebook = /\.ipynb$/.test(path) ? notebookOf(saved) : null;
      if (!notebook || !takeWidgetsOut(notebook)) continue;
      const content = typeof saved.content === "string" ? JSON.stringify(notebook) : notebook;
      await ask(database, "readwrite", (store) => store.put({ ...saved, content }, path));
    }
  } finally {
    database.close();
  }
}

function remembered(name) {
  try {
    return JSON.parse(localStorage.getItem(name) || "{}");
  } catch {
    return {};
  }
}

// A web server lets a browser show its stored file for a while without asking: an updated lesson is asked for anew.
export async function refresh(root, editions) {
  const [seen, now] = [remembered(SEEN), {}];
  const stale = [];
  for (const [path, { edition }] of Object.entries(editions)) {
    now[path] = edition;
    if (seen[path] !== edition && Object.keys(seen).length) stale.push(`files/${path}`);
  }
  if (stale.length) {
    stale.push("api/contents/all.json");
    await Promise.all(stale.map(async (name) => (await fetch(new URL(name, root), { cache: "reload" })).arrayBuffer()));
  }
  try {
    localStorage.setItem(SEEN, JSON.stringify(now));
  } catch {
    // A browser that keeps nothing has no stored files either.
  }
}

function tell(root, lessons) {
  const lines = lessons.map((lesson) => {
    const link = document.createElement("a");
    link.href = new URL(`lab/index.html?path=${encodeURIComponent(lesson.beside)}`, root).href;
    link.textContent = `Open the new version (${lesson.beside})`;
    link.style.color = "#0b57d0";
    return [`“${lesson.title}” has been updated. Your own copy is as you left it, in ${lesson.path}. `, link];
  });
  notice("conslaw-notice", lines, () => {
    const seen = remembered(DISMISSED);
    for (const lesson of lessons) seen[lesson.path] = lesson.edition;
    localStorage.setItem(DISMISSED, JSON.stringify(seen));
  });
}

// Who follows a link to a lesson gets that lesson, and not also every one that was open the last time: each would
// start a Python of its own. A reload has no `path` in its address, and finds what was open.
export async function clearDesk(databaseName, address) {
  if (!new URL(address).searchParams.has("path")) return;
  const database = await open(databaseName, DESK);
  if (!database) return;
  try {
    await ask(database, "readwrite", (store) => store.clear(), DESK);
  } finally {
    database.close();
  }
}

export async function start(root) {
  try {
    const read = async (name) => (await fetch(new URL(name, root), { cache: "no-cache" })).json();
    const [settings, editions] = [await read("jupyter-lite.json"), await read("conslaw/editions.json")];
    await refresh(root, editions);
    const names = settings["jupyter-config-data"];
    await clearDesk(names.workspacesStorageName, location.href);
    const beside = await keep(root, names.contentsStorageName, editions);
    await stills(names.contentsStorageName);
    const seen = remembered(DISMISSED);
    const unseen = beside.filter((lesson) => seen[lesson.path] !== lesson.edition);
    if (unseen.length) tell(root, unseen);
  } catch (error) {
    // A browser that keeps no database has no old copies either: the lessons must open all the same.
    console.warn("conslaw_nb: saved copies were not compared with the lessons.", error);
  }
}
