// The start of one neuron's flow, dragged: the flow stays on its hyperbola wherever you let go.

import { Plot, figure, follow, memory, range, round, short } from "./kit.js";

const REACH = 3;
const LEVELS = [-6, -3, -1, 0, 1, 3, 6];

// The two branches of u² − v² = c.
function branches(c) {
  const size = Math.sqrt(Math.abs(c));
  if (size < 1e-4) return [[[-REACH, -REACH], [REACH, REACH]], [[-REACH, REACH], [REACH, -REACH]]];
  const last = Math.asinh(REACH / size) + 0.05;
  const arm = range(49, (k) => (last * (k - 24)) / 24).map((t) => [size * Math.cosh(t), size * Math.sinh(t)]);
  const one = c < 0 ? arm.map(([a, b]) => [b, a]) : arm;
  return [one, one.map(([a, b]) => [-a, -b])];
}

// Where u·v is the product that fits the example.
function fit(product) {
  if (Math.abs(product) < 1e-9) return [[[-REACH, 0], [REACH, 0]], [[0, -REACH], [0, REACH]]];
  const low = Math.max(0.02, Math.min(REACH, Math.abs(product) / REACH) * 0.98);
  const arm = range(51, (k) => low * (REACH / low) ** (k / 50));
  return [arm.map((u) => [u, product / u]), arm.map((u) => [-u, -product / u])];
}

function descend(field, start, tau, steps) {
  const path = [start];
  for (let k = 0; k < steps; k++) {
    const [p, slope] = [path.at(-1), field(path.at(-1))];
    const next = p.map((x, i) => x + tau * slope[i]);
    if (!next.every((x) => Math.abs(x) < 1e9)) return { path, away: true };
    path.push(next);
  }
  return { path, away: false };
}

const h = ([u, v]) => u * u - v * v;

function drawing(remember) {
  return (values, name) => {
    const { u, v, x, y, tau, count, curves } = values;
    const start = [u, v];
    const field = ([a, b]) => [(y - a * b * x) * x * b, (y - a * b * x) * x * a];
    // Slow data (small x) get more time, so that the path always has the chance to arrive.
    const path = follow(field, start, 6 / Math.max(x * x, 0.01), 600);
    const end = path.at(-1), c = h(start);
    const plot = new Plot({ x: [-REACH, REACH], y: [-REACH, REACH], xLabel: "*u*", yLabel: "*v*", name });
    if (curves) {
      for (const level of LEVELS) if (Math.abs(level - c) > 0.05) for (const branch of branches(level)) plot.curve(branch, "level");
      branches(c).forEach((branch, k) => plot.curve(branch, "extra", { label: k ? "" : `*u*² − *v*² = ${short(c)}` }));
    }
    if (x) fit(y / x).forEach((arm, k) => plot.curve(arm, "fit", { label: k ? "" : "loss 0" }));
    for (const way of remember(start, path)) plot.point(way.at(-1), "flow", { hollow: true, size: 3.2 });
    plot.curve(path, "flow", { label: "flow", arrow: 0.5 });
    const row = (title, [a, b]) => [title, ...[a, b, a * b, a * a + b * b, h([a, b])].map((n) => short(n, 3))];
    const rows = [row("start", start), row("flow ends", end)];
    const notes = x ? [] : ["With *x* = 0 the output is 0 whatever *u* and *v* are: nothing moves."];
    if (tau !== undefined) {
      const { path: steps, away } = descend(field, start, tau, count);
      plot.curve(steps, "descent", { label: "descent", markers: true });
      rows.push(row(away ? "descent, cut short" : "descent ends", steps.at(-1)));
      if (away) notes.push("These steps are too long: the descent runs away.");
    }
    plot.point(end, "flow", { text: "end" });
    plot.point(start, "plain", { text: "start", hollow: true });
    const say = `u = ${short(u)}, v = ${short(v)}`;
    return {
      plots: [plot],
      handles: [{
        name: "start", plot, at: start, label: "Start of the flow: drag it, or use the arrow keys", say,
        move: ([a, b]) => ({ u: round(a, 100), v: round(b, 100) }),
        step: (a, b) => ({ u: round(u + 0.1 * a), v: round(v + 0.1 * b) }),
      }],
      table: { head: ["", "*u*", "*v*", "*uv*", "*u*² + *v*²", "*u*² − *v*²"], rows },
      notes,
      words: `For the example x = ${short(x)}, y = ${short(y)} the flow goes from (${short(u)}, ${short(v)}) to ` +
        `(${short(end[0])}, ${short(end[1])}); u² − v² is ${short(c, 3)} at the start and ${short(h(end), 3)} at the end.`,
    };
  };
}

export default {
  render: ({ model, el }) =>
    figure({
      model, el,
      title: "Where the flow of one neuron goes",
      hint: "Drag the start; or press Tab until it is marked, and use the arrow keys.",
      draw: drawing(memory()),
    }),
};
