// While somebody reads, what the notebook starts from comes already: at once when a hand goes to its door, and after some
// seconds of reading a lesson. Who saves data, or has a slow line, is left alone until then.

const SECONDS = 8;
const root = new URL(`${document.documentElement.dataset.content_root || "./"}lite/`, location.href);

function note(bar) {
  const words = document.createElement("small");
  words.setAttribute("role", "status");
  bar.append(words);
  return (text) => (words.textContent = text);
}

export function ahead() {
  const doors = document.querySelectorAll("a[href*='lite/notebooks/']");
  if (!doors.length) return;
  let begun = false;
  const begin = async () => {
    if (begun) return;
    begun = true;
    try {
      const { bring, engine, megabytes, missing } = await import(new URL("conslaw/bring.js", root));
      const files = await missing((await engine(root, "notebook")).files);
      if (!files.length) return;
      const say = note(doors[0].parentElement);
      await bring(files, (come, total) => say(`Python for the notebook is coming: ${megabytes(come)} of ${megabytes(total)} MB.`));
      say("Python is here: the notebook opens quickly.");
    } catch {
      // Without it the notebook fetches everything itself.
    }
  };
  for (const door of doors)
    for (const kind of ["pointerenter", "focus", "touchstart"]) door.addEventListener(kind, begin, { once: true, passive: true });
  const line = navigator.connection || {};
  const free = !line.saveData && (line.effectiveType || "4g") === "4g" && (line.downlink ?? 10) >= 2;
  if (free && document.querySelector(".cl-doors"))
    setTimeout(() => document.visibilityState === "visible" && begin(), 1000 * SECONDS);
}
