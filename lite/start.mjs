// What JupyterLite's kernel loads in the place of pyodide.mjs: the Python that its worker has started already.

export async function loadPyodide(options) {
  const begun = self.conslawPython;
  self.conslawPython = null;
  try {
    const python = await begun;
    if (python) {
      python.setStdout({ batched: options.stdout });
      python.setStderr({ batched: options.stderr });
      // The learner's folder is looked through last: each look asks the page, which may be busy.
      python.runPython("import sys; sys.path[:] = [*filter(None, sys.path), '']; import sitecustomize; sitecustomize.begin()");
      return python;
    }
  } catch (problem) {
    console.warn("conslaw_nb: Python is started anew.", problem);
  }
  return (await import("./pyodide.mjs")).loadPyodide(options);
}
