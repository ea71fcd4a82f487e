// Python in a worker, for the boxes of a page and for the kernel of a notebook.
//
// It starts from its files and imports what the first answers need. From the second visit on it starts from a picture of
// its memory instead, which was taken on this device (memory.js): nothing is unpacked, compiled or imported again.

import { bring, engine } from "./bring.js";
import { forget, known, recall } from "./memory.js";

// What the first answers need; and what later ones do, for which a first visit does not wait.
const FIRST = {
  page: "from conslaw_nb.teaching import page",
  notebook: `
import pyodide_kernel, micropip, piplite.piplite, anywidget, ipywidgets
import conslaw_nb as cl
cl.widgets.hyperbola_explorer, cl.widgets.flow_portrait
shell = pyodide_kernel.ipython_shell
shell.run_cell("pass", store_history=False, silent=True)
shell.display_formatter.format(cl.teaching.exercise("1.1"))
cl.check_law("u**2 - v**2", cl.parametrization("u*v"))`,
};
const LATER = {
  page: `
page.ask('{"what": "law", "with": ["phi(u*v)", "u^2 - v^2"]}'); page.ask('{"what": "answer", "with": ["1.1", ""]}')`,
  notebook: `
cl.widgets.law_checker; cl.certify(cl.check_law("u**2 - v**2", cl.parametrization("u*v"))).verify()`,
};

async function begin(listed, files, options, part) {
  // Pyodide fetches what has just come: it is handed over, and nothing is asked for twice.
  const fetched = self.fetch;
  self.fetch = (request, more) => {
    const found = files.get(new URL(request.url || request, location.href).href);
    return found ? Promise.resolve(found.clone()) : fetched(request, more);
  };
  const { loadPyodide } = await import(`${listed.pyodide}pyodide.mjs`);
  const shared = { indexURL: listed.pyodide, lockFileURL: listed.lock, env: { HOME: "/home/pyodide", CONSLAW_ARRIVALS: "on demand" } };
  const python = await loadPyodide({ ...shared, ...options });
  if (!options._loadSnapshot) await run(python, FIRST[part] + (options._makeSnapshot ? LATER[part] : ""));
  return python;
}

async function run(python, code) {
  const globals = python.toPy({ __name__: "conslaw_start" }); // what a person has in sight begins empty
  await python.runPythonAsync(code, { globals });
  globals.destroy();
}

async function again(listed, picture, files, part) {
  const python = await begin(listed, files, {
    _loadSnapshot: picture.memory,
    _snapshotDeserializer: (number) => known(picture.module.API)[number],
    async createPyodideModule(settings) {
      const { default: create } = await import(`${listed.pyodide}pyodide.asm.mjs`);
      picture.module = await create(settings);
      picture.module.growMemory(picture.memory.length); // it begins with less than it had when the picture was taken
      return picture.module;
    },
  }, part);
  for (const [path, content] of picture.files) {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, content);
  }
  Object.assign(python.loadedPackages, picture.packages);
  python.runPython("import importlib, random; importlib.invalidate_caches(); random.seed()");
  await run(python, FIRST[part]); // all of it is there; the browser compiles what it takes while the page is still busy
  return python;
}

// Start Python for a "page" or a "notebook"; tell how far it has come. With `options`, from its files in any case.
export async function python(root, part, tell = () => {}, options = null) {
  const listed = await engine(root, part);
  const picture = options ? null : await recall(listed, part);
  if (picture) {
    try {
      const files = await bring(listed.files.filter(([name]) => !name.endsWith(".whl")));
      tell({ starting: true });
      return await again(listed, picture, files, part);
    } catch (problem) {
      console.warn("conslaw_nb: Python starts from its files, for it did not start from what was kept.", problem);
      await forget(part);
    }
  }
  const files = await bring(listed.files, (come, total) => tell({ come, total }));
  tell({ starting: true });
  return begin(listed, files, { packages: listed.packages, ...options }, part);
}
