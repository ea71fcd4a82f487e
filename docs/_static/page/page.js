// What makes a page of the site alive.

import { figures } from "./figures.js";

figures();
if (document.querySelector("a[href*='lite/notebooks/']")) import("./ahead.js").then(({ ahead }) => ahead());
if (document.querySelector("form.cl-box")) import("./boxes.js").then(({ boxes }) => boxes());

const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
if ("serviceWorker" in navigator && document.querySelector("meta[name=conslaw-offline]"))
  navigator.serviceWorker.register(new URL("offline.js", root)).then(keep).catch(() => {});

// What came before there was somebody to keep it is asked for once more, and with it what the engine starts from: one
// visit is enough for the train.
async function keep() {
  const { serviceWorker } = navigator;
  if (!serviceWorker.controller) await new Promise((go) => serviceWorker.addEventListener("controllerchange", go, { once: true }));
  const engine = ["bring.js", "engine.json", "memory.js", "picture.js", "python.js"].map((name) => `lite/conslaw/${name}`);
  const more = ["", ...engine, "_static/page/worker.js"].map((name) => new URL(name, root).href);
  const seen = performance.getEntriesByType("resource").map(({ name }) => name);
  for (const address of new Set([location.href.split("#")[0], ...more, ...seen]))
    if (address.startsWith(root.origin) && !(await caches.match(address))) await fetch(address);
}
