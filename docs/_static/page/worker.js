// The engine of a page: Python with conslaw_nb, started when a reader asks the first question.

let python;

async function start({ bringer, root }) {
  const { bring, engine } = await import(bringer);
  const listed = await engine(root, "page");
  const files = await bring(listed.files, (come, total) => postMessage({ come, total }));
  // Pyodide fetches what has just come: it is handed over, and nothing is asked for twice.
  const fetched = self.fetch;
  self.fetch = (request, options) => {
    const found = files.get(new URL(request.url || request, location.href).href);
    return found ? Promise.resolve(found.clone()) : fetched(request, options);
  };
  postMessage({ starting: true });
  const { loadPyodide } = await import(`${listed.pyodide}pyodide.mjs`);
  python = await loadPyodide({
    indexURL: listed.pyodide,
    lockFileURL: listed.lock,
    packages: listed.packages,
    env: { HOME: "/home/pyodide", CONSLAW_ARRIVALS: "on demand" },
  });
  python.runPython("from conslaw_nb.teaching.page import ask");
  postMessage({ ready: true });
}

self.onmessage = async ({ data }) => {
  if (data.start) {
    try {
      await start(data.start);
    } catch (problem) {
      postMessage({ failed: String(problem.message || problem) });
    }
    return;
  }
  try {
    const ask = python.globals.get("ask");
    postMessage({ number: data.number, answer: JSON.parse(ask(JSON.stringify(data.question))) });
  } catch (problem) {
    const last = String(problem.message || problem).trim().split("\n").at(-1);
    postMessage({ number: data.number, problem: last });
  }
};
