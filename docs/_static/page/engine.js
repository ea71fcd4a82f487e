// The page's side of its engine: one worker for all boxes of a page, started at the first question.

const root = new URL(`${document.documentElement.dataset.content_root || "./"}lite/`, location.href);
const QUIET = 15; // seconds after the engine has come, in which the first questions are answered
const listeners = new Set();
let [worker, ready, isReady, next] = [null, null, false, 0];
let waiting = new Map();

const mega = (bytes) => (bytes / 1e6).toFixed(1);
const tell = (text, share) => listeners.forEach((listener) => listener(text, share));

// Be told how far the engine has come: a sentence, and a share from 0 to 1 where one is known.
export function watch(listener) {
  listeners.add(listener);
}

export const running = () => isReady;

// How many bytes the first question will fetch: none of them has to come if they are here already.
export async function weight() {
  const { engine, missing } = await import(new URL("conslaw/bring.js", root));
  const files = await missing((await engine(root, "page")).files);
  return files.reduce((sum, [, wire]) => sum + wire, 0);
}

// The next visit starts from a picture of this engine, which another worker takes while the reader reads.
let remember = () => {
  remember = () => {};
  const begin = () => new Worker(new URL("conslaw/picture.js", root), { type: "module", name: "page" });
  if ((navigator.deviceMemory || 8) >= 4) setTimeout(begin, 1000 * QUIET);
};

export function start() {
  if (ready) return ready;
  tell("The engine is on its way.");
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  ready = new Promise((resolve, reject) => {
    const fail = (text) => {
      stop();
      reject(new Error(`The engine did not start: ${text}. Is there a connection? The button tries again.`));
    };
    worker.onerror = (event) => fail(event.message || "the page's worker could not be loaded");
    worker.onmessage = ({ data }) => {
      if ("come" in data) tell(`The engine is on its way: ${mega(data.come)} of ${mega(data.total)} MB.`, data.come / data.total);
      else if (data.starting) tell("It is here, and starts.");
      else if (data.ready) {
        isReady = true;
        remember();
        tell("");
        resolve();
      } else if ("failed" in data) fail(data.failed);
      else if (waiting.has(data.number)) {
        waiting.get(data.number)(data);
        waiting.delete(data.number);
      }
    };
  });
  worker.postMessage({ start: root.href });
  return ready;
}

// End the engine with whatever it computes; the next question starts another one from what is kept.
export function stop() {
  worker?.terminate();
  for (const answer of waiting.values()) answer({ problem: "You have stopped it." });
  [worker, ready, isReady, waiting] = [null, null, false, new Map()];
  tell("");
}

export async function ask(what, ...given) {
  await start();
  const number = next++;
  const answered = new Promise((resolve) => waiting.set(number, resolve));
  worker.postMessage({ number, question: { what, with: given } });
  const { answer, problem } = await answered;
  if (problem !== undefined) throw new Error(problem);
  return answer;
}
