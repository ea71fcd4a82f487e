// Room for a learner's work in this browser. Work goes before copies of the site: what was kept for a quicker next visit
// is let go when the room ends. Where nothing can be kept at all a lesson runs all the same, and says so.

import { KEPT } from "./bring.js";

const PROBE = "conslaw_nb room"; // a database that lasts as long as the question
const ENOUGH = 500000; // characters: the largest lesson twice
const PAUSE = 15; // seconds until work that found no room is offered once more

// Lines at the foot of the page: a notice of an id is there once, and stays until somebody has understood it.
export function notice(id, lines, understood, ...buttons) {
  const place = document.getElementById("conslaw-notices") || document.body.appendChild(document.createElement("div"));
  place.id = "conslaw-notices";
  place.style.cssText = "position:fixed;left:0;right:0;bottom:0;z-index:10000";
  document.getElementById(id)?.remove();
  const box = place.appendChild(document.createElement("div"));
  box.id = id;
  box.setAttribute("role", "status");
  box.style.cssText =
    "padding:10px 16px;background:#fff8e1;color:#1f1f1f;border-top:2px solid #8a6d00;font:15px/1.5 system-ui,sans-serif";
  for (const content of lines) {
    const line = box.appendChild(document.createElement("p"));
    line.style.margin = "0 0 4px";
    line.append(...content);
  }
  const end = () => {
    box.remove();
    understood();
  };
  for (const [words, act] of [...buttons, ["Understood", end]]) {
    const button = box.appendChild(document.createElement("button"));
    button.type = "button";
    button.style.cssText = "margin-right:8px;padding:4px 10px;font:inherit";
    button.textContent = words;
    button.onclick = act;
  }
}

// Write into the browser's database, and take it back: true, or false where there is no room, or null for no database.
function writes(text) {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(PROBE);
      request.onupgradeneeded = () => request.result.createObjectStore("room");
      request.onerror = request.onblocked = () => resolve(/quota/i.test(request.error?.name) ? false : null);
      request.onsuccess = () => {
        const asked = request.result.transaction("room", "readwrite");
        asked.objectStore("room").put(text, "text");
        const end = (answer) => () => {
          request.result.close();
          indexedDB.deleteDatabase(PROBE);
          resolve(answer);
        };
        [asked.oncomplete, asked.onabort] = [end(true), end(false)];
      };
    } catch {
      resolve(null);
    }
  });
}

// JupyterLite keeps files here where there is no database.
function writesPlainly(text) {
  try {
    localStorage.setItem(PROBE, text);
    localStorage.removeItem(PROBE);
    return true;
  } catch {
    return false;
  }
}

// One by one: a cache that is deleted as a whole takes its room until the last page has let it go.
async function letGo() {
  try {
    const cache = await caches.open(KEPT);
    await Promise.all((await cache.keys()).map((request) => cache.delete(request)));
  } catch {
    // Nothing is kept there.
  }
}

// What no database makes smaller.
function noise() {
  const bytes = new Uint8Array(ENOUGH);
  for (let k = 0; k < ENOUGH; k += 50000) crypto.getRandomValues(bytes.subarray(k, k + 50000));
  return new TextDecoder("latin1").decode(bytes);
}

// The application reads its settings when config-utils.js has written them: from then on it keeps files in memory.
function inMemory() {
  const settings = document.getElementById("jupyter-config-data");
  new MutationObserver((_, observer) => {
    observer.disconnect();
    const said = JSON.parse(settings.textContent);
    for (const part of ["contents", "settings", "workspaces"]) said[`${part}StorageDrivers`] = ["memoryStorageDriver"];
    settings.textContent = JSON.stringify({ ...said, enableMemoryStorage: true });
  }).observe(settings, { childList: true });
}

// Before the application starts: is there room for a lesson? If there is none, files are kept in memory.
export async function room() {
  const text = noise();
  let found = await writes(text);
  if (found === null) found = writesPlainly(text);
  else if (!found) {
    await letGo();
    found = await writes(text);
  }
  if (!found) inMemory();
  return found;
}

// The notebook in front as it is on the page, saved or not.
function download(app) {
  const { content, context } = app.shell.currentWidget;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content.model.toJSON(), null, 1)], { type: "application/x-ipynb+json" }));
  link.download = context.path.split("/").pop();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const NOTHING = "This browser keeps nothing for this page: site data are blocked, or the device is full. You can work all the same.";
const FULL = "This browser has no room left for your work: your last changes are not kept.";
const ADVICE = "Before you close this page, download the notebook; it opens in any Jupyter.";

// Watch over the learner's work while the application runs.
export function watch(app, found) {
  const { contents } = app.serviceManager;
  const save = contents.save.bind(contents);
  const unkept = new Set();
  const tell = (words) => notice("conslaw-room", [[words, " ", ADVICE]], () => {}, ["Download the notebook", () => download(app)]);
  if (!found) tell(NOTHING);
  const done = (path, model) => {
    if (!found) unkept.add(path);
    else if (unkept.delete(path) && !unkept.size) document.getElementById("conslaw-room")?.remove();
    return model;
  };
  let again = false;
  const retry = async (path) => {
    const context = app.shell.currentWidget?.context;
    if (!unkept.has(path) || context?.path !== path) return;
    again = true;
    try {
      await context.save();
    } finally {
      again = false;
    }
  };
  contents.save = async (path, model) => {
    try {
      return done(path, await save(path, model));
    } catch (problem) {
      if (!/quota|storage|space/i.test(`${problem?.name} ${problem?.message}`)) throw problem;
      await letGo();
    }
    try {
      return done(path, await save(path, model));
    } catch (problem) {
      console.warn("conslaw_nb: no room for", path, problem);
      if (!again) tell(FULL); // JupyterLab would open a window without a reason every time
      unkept.add(path);
      setTimeout(retry, 1000 * PAUSE, path);
      return { ...model, path, name: path.split("/").pop(), last_modified: new Date().toISOString() };
    }
  };
  addEventListener("beforeunload", (event) => unkept.size && event.preventDefault());
  // A phone ends a page that is out of sight, and asks nobody.
  document.addEventListener("visibilitychange", () => {
    const context = app.shell.currentWidget?.context;
    if (document.visibilityState === "hidden" && context?.model?.dirty) context.save();
  });
  // What is written here is asked to stay when the device runs short of room.
  addEventListener("keydown", () => navigator.storage?.persist?.().catch(() => {}), { once: true });
}
