// The engine of a page: Python with conslaw_nb, started when a reader asks the first question.

let page;

async function start(root) {
  const started = await import(new URL("conslaw/python.js", root));
  const python = await started.python(root, "page", (told) => postMessage(told));
  page = python.pyimport("conslaw_nb.teaching.page");
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
    const { ask } = page;
    postMessage({ number: data.number, answer: JSON.parse(ask(JSON.stringify(data.question))) });
  } catch (problem) {
    const last = String(problem.message || problem).trim().split("\n").at(-1);
    postMessage({ number: data.number, problem: last });
  }
};
