// A picture of Python's memory: taken once, by a worker that does nothing else (picture.js), and kept on this device.
//
// It holds what was imported before the first question, and nothing of what a person has written. Another edition, or
// another browser, takes its own: a picture fits the very files and the very engine that it was taken with.

import { KEPT } from "./bring.js";

const FOLDERS = ["/home", "/lib/python3.14/site-packages"];

async function address(listed, part) {
  const text = JSON.stringify([listed.files, navigator.userAgent, 1]); // 1: the form of the picture
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const name = [...sum.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${new URL(`./memory/${part}-`, import.meta.url)}${name}`;
}

// The objects of JavaScript that Python holds on to, by number. Whatever else it held would have no place in a picture.
export const known = (api) => {
  const open = api.public_api;
  return [open, open.loadPackage, open.loadPackagesFromImports, api.install, api.loadBinaryFile];
};

// Let go of the pictures of a part: of all, or of all but one.
export async function forget(part, but = "") {
  const cache = await caches.open(KEPT);
  const begin = `${new URL(`./memory/${part}-`, import.meta.url)}`;
  for (const { url } of await cache.keys()) if (url.startsWith(begin) && url !== but) await cache.delete(url);
}

export async function isTaken(listed, part) {
  return Boolean(await (await caches.open(KEPT)).match(await address(listed, part)));
}

function filesIn(FS, folder, found) {
  for (const name of FS.readdir(folder)) {
    if (name === "." || name === ".." || name === "__pycache__") continue;
    const path = `${folder}/${name}`;
    const { mode } = FS.stat(path);
    if (FS.isDir(mode)) filesIn(FS, path, found);
    else if (FS.isFile(mode)) found.push([path, FS.readFile(path)]);
  }
  return found;
}

// Keep a picture of a Python that was started with the option _makeSnapshot, and has done nothing since.
export async function take(python, listed, part) {
  const files = FOLDERS.flatMap((folder) => filesIn(python.FS, folder, []));
  const packages = { ...python.loadedPackages };
  for (const name of Object.keys(packages)) delete python.loadedPackages[name]; // Pyodide asks that there be none
  const numbered = known(python._api);
  const memory = python.makeMemorySnapshot({
    serializer(object) {
      const number = numbered.indexOf(object);
      if (number < 0) throw new Error(`Python holds on to ${object}, for which a picture has no place`);
      return number;
    },
  });
  const head = new TextEncoder().encode(JSON.stringify({ packages, files: files.map(([path, { length }]) => [path, length]) }));
  const whole = new Blob([new Uint32Array([head.length]), head, ...files.map(([, content]) => content), memory]);
  const here = await address(listed, part);
  await forget(part, here);
  const packed = whole.stream().pipeThrough(new CompressionStream("gzip"));
  await (await caches.open(KEPT)).put(here, new Response(packed));
}

// Return the picture of this edition's Python, or null.
export async function recall(listed, part) {
  try {
    const kept = await (await caches.open(KEPT)).match(await address(listed, part));
    if (!kept) return null;
    const whole = await new Response(kept.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    const [length] = new Uint32Array(whole, 0, 1);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
    let place = 4 + length;
    const files = head.files.map(([path, size]) => {
      place += size;
      return [path, new Uint8Array(whole, place - size, size)];
    });
    return { files, packages: head.packages, memory: new Uint8Array(whole.slice(place)) };
  } catch {
    return null; // nothing is kept here, or it was cut off
  }
}
