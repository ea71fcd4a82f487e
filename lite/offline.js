// What a second visit needs no line for. The builder puts this before JupyterLite's own service worker, which answers
// what is left to it; on the site's pages it stands alone.
//
// Files whose names change with their contents are kept for ever; everything else is asked for, and what was last seen
// of it answers where there is no line. The site's own programs are asked for whatever the browser has stored: an old
// one beside the others of an updated site would not know what to do.

const KEPT = "conslaw_nb kept"; // as in bring.js
const EDITION = "@EDITION@"; // another one makes the browser look through what it keeps
const LASTING = /\/(pyodide|wheels)\/|\/(build|extensions)\/.*(\.[0-9a-f]{7,}\.|_=)|\/_static\/.*\?v=/;
const OWN = /\/conslaw\/[^/]*$/;
const LEFT = /\/api\/(drive|stdin|service-worker-heartbeat)/;

async function keep(request, answer) {
  if (!answer.ok || answer.type !== "basic") return;
  try {
    await (await caches.open(KEPT)).put(request, answer);
  } catch {
    // No room: it is asked for again.
  }
}

async function lasting(event) {
  const found = await (await caches.open(KEPT)).match(event.request.url);
  if (found) return found;
  const answer = await fetch(event.request);
  event.waitUntil(keep(event.request.url, answer.clone()));
  return answer;
}

async function fresh(event) {
  const { request } = event;
  try {
    const answer = await fetch(request, OWN.test(new URL(request.url).pathname) ? { cache: "no-cache" } : {});
    event.waitUntil(keep(request.url, answer.clone()));
    return answer;
  } catch (problem) {
    const cache = await caches.open(KEPT);
    const found = (await cache.match(request.url)) || (await cache.match(request.url, { ignoreSearch: true }));
    if (found) return found;
    throw problem;
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || LEFT.test(address.pathname)) return;
  event.stopImmediatePropagation();
  event.respondWith(LASTING.test(address.pathname + address.search) ? lasting(event) : fresh(event));
});

// Lasting files that this edition does not know are let go.
async function tidy() {
  const cache = await caches.open(KEPT);
  const root = new URL("./", location.href);
  const listed = await (await fetch(new URL("conslaw/lasting.json", root), { cache: "no-cache" })).json();
  const known = new Set(listed.map((name) => new URL(name, root).href));
  for (const request of await cache.keys()) {
    const whole = request.url.split(/[?#]/)[0];
    if (whole.startsWith(root.href) && /\/(pyodide|wheels|build|extensions)\//.test(whole) && !known.has(whole))
      await cache.delete(request);
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(self.clients.claim().then(() => tidy().catch(() => {})).then(() => EDITION)),
);
