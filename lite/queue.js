// A keystroke is never lost: what is run before Python is there waits for it, and is marked as waiting.

const ONE = {
  "notebook:run-cell": null,
  "notebook:run-cell-and-select-next": "notebook:move-cursor-down",
  "notebook:run-cell-and-insert-below": "notebook:insert-cell-below",
};
const MANY = ["notebook:run-all-cells", "notebook:run-all-above", "notebook:run-all-below", "notebook:restart-run-all"];

export function isReady(panel) {
  const session = panel?.sessionContext;
  const kernel = session?.isReady && session.session?.kernel;
  return Boolean(kernel) && !["unknown", "starting"].includes(kernel.status) && kernel.connectionStatus === "connected";
}

function until(isTrue, every = 100) {
  return new Promise((resolve) => {
    const look = () => (isTrue() ? resolve() : setTimeout(look, every));
    look();
  });
}

export function queue(app, pressedBefore = 0) {
  const execute = app.commands.execute.bind(app.commands);
  const front = () => (app.shell.currentWidget?.content?.widgets ? app.shell.currentWidget : null);
  let waiting = [];

  async function run(panel) {
    await until(() => panel.isDisposed || (isReady(panel) && front() === panel));
    if (panel.isDisposed) return;
    await panel.sessionContext.session.kernel.info;
    while (waiting.length) {
      const { cell, id, args } = waiting.shift();
      if (!cell) {
        await execute(id, args);
        continue;
      }
      const place = panel.content.widgets.indexOf(cell);
      if (place < 0) continue; // deleted meanwhile
      const here = panel.content.activeCellIndex;
      panel.content.activeCellIndex = place;
      const done = execute("notebook:run-cell");
      panel.content.activeCellIndex = here;
      await done;
    }
  }

  app.commands.execute = (id, args) => {
    const panel = front();
    const known = id in ONE || MANY.includes(id);
    if (!known || !panel || (isReady(panel) && !waiting.length)) return execute(id, args);
    const cell = id in ONE ? panel.content.activeCell : null;
    if (cell && cell.model.type !== "code") return execute(id, args); // text is rendered without Python
    waiting.push({ cell, id, args });
    if (cell) cell.setPrompt("*");
    if (waiting.length === 1) run(panel);
    const then = ONE[id];
    return then ? execute(then) : Promise.resolve();
  };

  for (let k = 0; k < pressedBefore; k++) app.commands.execute("notebook:run-cell-and-select-next");
}

// The presses of Shift + Enter before there is a notebook on the page; `stop` tells how many.
export function listen() {
  let pressed = 0;
  const count = (event) => {
    if (event.key !== "Enter" || !event.shiftKey) return;
    pressed += 1;
    event.preventDefault();
  };
  addEventListener("keydown", count, true);
  return {
    stop() {
      removeEventListener("keydown", count, true);
      return pressed;
    },
  };
}
