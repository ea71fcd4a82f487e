// What makes a page of the site alive.

import { figures } from "./figures.js";

figures();
if (document.querySelector("a[href*='lite/notebooks/']")) import("./ahead.js").then(({ ahead }) => ahead());
if (document.querySelector("form.cl-box")) import("./boxes.js").then(({ boxes }) => boxes());

const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
if ("serviceWorker" in navigator && document.querySelector("meta[name=conslaw-offline]"))
  navigator.serviceWorker.register(new URL("offline.js", root)).catch(() => {});
