// What a learner sees while a lesson opens: its first paragraphs at once, and how far Python has come.

import { megabytes } from "./bring.js";
import { start as keep } from "./keep.js";
import { isReady, listen, queue } from "./queue.js";
import { room, watch } from "./room.js";

const QUIET = 20; // seconds after the kernel is there, in which the first cells run

const STYLE = `
#conslaw-preview{position:fixed;inset:0;z-index:2000;overflow:auto;background:#fff;color:#1f2328;font:17px/1.6 system-ui,sans-serif}
#conslaw-preview article{max-width:46rem;margin:1.2rem auto 6rem;padding:0 1rem}
#conslaw-preview h1{line-height:1.25}
#conslaw-start{position:fixed;left:0;right:0;bottom:0;z-index:2001;background:#eef4fa;color:#1f2328;border-top:2px solid #0072b2;
padding:8px 16px;font:15px/1.5 system-ui,sans-serif}
#conslaw-start progress{width:100%;height:6px;display:block;accent-color:#0072b2}
@media (prefers-color-scheme:dark){#conslaw-preview{background:#111;color:#e6edf3}#conslaw-start{background:#16222e;color:#e6edf3}}
.jp-DirListing-item[data-conslaw-hidden]{display:none}
#jp-NotebookLogo{display:flex;align-items:center;padding:0 8px;font:15px system-ui,sans-serif;white-space:nowrap;color:var(--jp-content-link-color,#0b57d0)}
@media (max-width:600px){.jp-Notebook{padding:4px!important}.jp-Notebook .jp-InputPrompt,.jp-Notebook .jp-OutputPrompt{
min-width:0;width:28px;flex:0 0 28px;padding:4px 0;font-size:9px;overflow:hidden}.jp-Notebook .jp-Collapser{width:4px;min-width:4px}
.jp-MarkdownCell .jp-InputPrompt{display:none}#top-panel-wrapper #jp-title,#jp-kernelLogo{min-width:0}}
`;

function put(tag, id, parent = document.body) {
  const made = document.createElement(tag);
  made.id = id;
  parent.append(made);
  return made;
}

// Three steps, in words and as a bar; it goes when the last one is done.
function steps() {
  const box = put("div", "conslaw-start");
  box.setAttribute("role", "status");
  const words = put("span", "conslaw-start-words", box);
  const bar = put("progress", "conslaw-start-bar", box);
  bar.max = 1;
  bar.setAttribute("aria-label", "How far Python has come");
  return {
    say(text, share) {
      if (words.textContent !== text) words.textContent = text;
      if (share === undefined) bar.removeAttribute("value");
      else bar.value = share;
    },
    end: () => box.remove(),
  };
}

async function preview(root, path) {
  const answer = await fetch(new URL(`conslaw/preview/${path.replace(/\.ipynb$/, ".html")}`, root));
  if (!answer.ok) return null;
  const box = put("div", "conslaw-preview");
  box.innerHTML = await answer.text(); // a file of this site, made by its builder
  return box;
}

// Python starts while the application itself is still on its way: the worker that the application will ask for is made
// now. One that it asks for later, as when a kernel is started anew, is of the same kind.
function kernels(root, told) {
  const Plain = self.Worker;
  const make = () => new Plain(new URL("conslaw/kernel.js?_=@VERSION@", root), { type: "module" });
  let first = self.crossOriginIsolated ? null : make();
  first?.addEventListener("message", ({ data }) => data?.conslaw && told(data.conslaw));
  self.Worker = class extends Plain {
    constructor(address, options) {
      if (!/\/comlink\.worker\./.test(address)) return new Plain(address, options);
      const given = first || make();
      first = null;
      return given;
    }
  };
  return Plain;
}

// While the reader reads, a picture of Python is kept for the next visit; small devices have no room for a second Python.
function picture(root, Plain) {
  const begin = () => new Plain(new URL("conslaw/picture.js?_=@VERSION@", root), { type: "module", name: "notebook" });
  if ((navigator.deviceMemory || 8) >= 4) setTimeout(begin, 1000 * QUIET);
}

function titles(editions) {
  const show = () => {
    for (const item of document.querySelectorAll(".jp-DirListing-item")) {
      const text = item.querySelector(".jp-DirListing-itemName, .jp-DirListing-itemText");
      const name = item.dataset.conslawName || text?.textContent;
      if (!name) continue;
      item.dataset.conslawName = name;
      if (name === "conslaw-progress.json") item.dataset.conslawHidden = "";
      const label = item.querySelector(".jp-DirListing-itemText > span") || item.querySelector(".jp-DirListing-itemText");
      const title = editions[name]?.title;
      if (title && label && label.textContent === name) label.textContent = title;
    }
  };
  new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
}

function application() {
  return new Promise((resolve) => {
    const look = () => {
      const app = window.jupyterapp;
      if (app?.commands && app.shell?.currentWidget?.context?.isReady) resolve(app);
      else setTimeout(look, 50);
    };
    look();
  });
}

// The window of a lesson has the lesson's name, whatever the application calls it when it thinks of it.
function name(title) {
  const put = () => document.title !== title && (document.title = title);
  if (/\/notebooks\//.test(location.pathname)) new MutationObserver(put).observe(document.querySelector("title"), { childList: true });
  put();
}

// The Notebook app's logo leads to a list of files that is not here; in its place there is a way to the lessons.
function wayBack(root) {
  const link = document.getElementById("jp-NotebookLogo");
  if (!link) return;
  link.href = new URL("index.html", root).href;
  link.removeAttribute("target");
  link.textContent = "All lessons";
}

// The Notebook app takes the arrow keys for its cells, also those that are meant for a slider in one.
function sliders() {
  addEventListener("focusin", ({ target }) => {
    if (target.matches(".noUi-handle, input[type=range]")) target.dataset.lmSuppressShortcuts = "true";
  });
}

export async function start(root) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
  const path = new URL(location.href).searchParams.get("path");
  const told = steps();
  sliders();
  const keys = listen();
  let [come, total, shown] = [0, 0, false];
  const say = () => {
    const first = shown ? "Read on, and run what you like: it waits for Python." : "Read on while the notebook opens.";
    if (total && come < total)
      told.say(`${first} Step 1 of 2: Python is coming, ${megabytes(come)} of ${megabytes(total)} MB.`, come / total);
    else told.say(`${first} Step 2 of 2: Python starts.`);
  };
  say();
  const page = path ? preview(root, path).catch(() => null) : null;
  const Plain = kernels(root, (step) => {
    [come, total] = step.starting ? [total, total] : [step.come, step.total];
    say();
  });
  const [found] = await Promise.all([room(), keep(root)]);
  const editions = fetch(new URL("conslaw/editions.json", root)).then((answer) => answer.json());
  editions.then(titles).catch(() => {});
  application().then(async (app) => {
    wayBack(root);
    editions.then((all) => all[path] && name(all[path].title)).catch(() => {});
    queue(app, keys.stop());
    watch(app, found);
    (await page)?.remove();
    shown = true;
    say();
    const end = () => {
      told.end();
      picture(root, Plain);
    };
    const look = () => {
      const panel = app.shell.currentWidget;
      if (isReady(panel)) panel.sessionContext.session.kernel.info.then(end, end);
      else setTimeout(look, 100);
    };
    look();
  });
}
