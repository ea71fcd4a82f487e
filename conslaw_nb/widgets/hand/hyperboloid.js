// The flow of a neuron with two inputs: the space turns under the hand, and the start slides on its surface.

import { Plot, View, dot, figure, follow, memory, range, round, short, turned } from "./kit.js";

const REACH = 2.4;
const NAMES = { 1: "a hyperboloid of one sheet", 0: "a cone", "-1": "a hyperboloid of two sheets" };

// Places are (v₁, v₂, u), u upwards; h = v₁² + v₂² − u² is the value of this form.
const form = (p, q) => p[0] * q[0] + p[1] * q[1] - p[2] * q[2];
const outward = (p) => [p[0], p[1], -p[2]];

function sheets(c) {
  if (c > 0) return [range(25, (k) => (REACH * (k - 12)) / 12).map((u) => [Math.sqrt(c + u * u), u])];
  const widest = Math.sqrt(Math.max(REACH * REACH + c, 0));
  const arm = range(13, (k) => (widest * k) / 12).map((r) => [r, Math.sqrt(r * r - c)]);
  return [arm, arm.map(([r, u]) => [r, -u])];
}

function surface(plot, view, c) {
  const turns = range(49, (k) => (2 * Math.PI * k) / 48);
  const around = (r, u) => turns.map((t) => [r * Math.cos(t), r * Math.sin(t), u]);
  const lines = sheets(c).flatMap((sheet) => [
    ...range(12, (k) => sheet.map(([r, u]) => [r * Math.cos(turns[4 * k]), r * Math.sin(turns[4 * k]), u])),
    ...sheet.filter((_, k) => k % (c > 0 ? 4 : 3) === 0).map(([r, u]) => around(r, u)),
  ]);
  const pieces = lines.map((line) => view.split(line, outward));
  for (const [, back] of pieces) plot.curve(back, "behind");
  pieces.forEach(([front], k) => plot.curve(front, "level", { label: k ? "" : "*v*₁² + *v*₂² − *u*² = constant" }));
}

// Without the surface the plane u = 0 shows where in space things are, with plumb lines down to it.
function floor(plot, view, points) {
  for (const k of [-2, -1, 0, 1, 2])
    for (const line of [[[k, -2, 0], [k, 2, 0]], [[-2, k, 0], [2, k, 0]]])
      plot.curve(line.map((p) => view.at(p)), "level", { label: k === -2 && line[1][1] === 2 ? "the plane *u* = 0" : "" });
  for (const p of points) plot.curve([view.at(p), view.at([p[0], p[1], 0])], "behind");
}

// W(θ) as a square around θ, and ∇h as an arrow that stands on it.
function plane(plot, view, p) {
  const normal = outward(p), length = Math.hypot(...normal);
  if (length < 1e-9) return;
  const n = normal.map((x) => x / length);
  const first = Math.abs(n[2]) < 0.99 ? [-n[1], n[0], 0] : [1, 0, 0];
  const a = first.map((x) => x / Math.hypot(...first));
  const b = [n[1] * a[2] - n[2] * a[1], n[2] * a[0] - n[0] * a[2], n[0] * a[1] - n[1] * a[0]];
  const at = (s, t) => view.at(p.map((x, i) => x + 0.9 * (s * a[i] + t * b[i])));
  plot.curve([at(-1, -1), at(1, -1), at(1, 1), at(-1, 1), at(-1, -1)], "fit", { label: "the plane *W*(*θ*)" });
  for (const s of [-0.5, 0, 0.5]) plot.curve([at(s, -1), at(s, 1)], "fit");
  plot.arrow(view.at(p), view.at(p.map((x, i) => x + 1.1 * n[i])), "extra", "∇*h*");
}

// The point of h = c under a place of the picture: of the two on the line of sight the one nearest to where we are, on
// the same sheet; beside the surface the point of it nearest to that line.
function under(view, place, here, c) {
  const t = view.toward, p = view.over(place);
  const [a, b, d] = [form(t, t), form(p, t), form(p, p) - c];
  const now = dot(t, here), root = b * b - a * d;
  if (root > 0 && Math.abs(a) > 1e-9) {
    const both = [1, -1].map((sign) => (-b + sign * Math.sqrt(root)) / a).sort((x, y) => Math.abs(x - now) - Math.abs(y - now));
    const found = both.map((s) => view.over(place, s)).find((q) => c > 1e-9 || q[2] * here[2] >= 0);
    if (found) return found;
  }
  let q = view.over(place, Math.abs(a) > 1e-9 ? -b / a : now);
  for (let k = 0; k < 12; k++) {
    const n = outward(q), size = dot(n, n);
    if (size < 1e-12) break;
    q = q.map((x, i) => x - ((form(q, q) - c) / (2 * size)) * n[i]);
  }
  return q;
}

function drawing(remember) {
  return (values, name) => {
    const { u, v1, v2, direction, y, turn, tilt = 18 } = values;
    const start = [v1, v2, u], c = form(start, start);
    const x = [Math.cos((direction * Math.PI) / 180), Math.sin((direction * Math.PI) / 180)];
    const field = ([a, b, w]) => {
      const slope = y - w * (a * x[0] + b * x[1]);
      return [slope * w * x[0], slope * w * x[1], slope * (a * x[0] + b * x[1])];
    };
    const path = follow(field, start, 8, 250), end = path.at(-1);
    const view = new View(turn, tilt);
    const bow = (Math.abs(tilt) * Math.PI) / 180; // seen from above the surface needs more room
    const half = Math.max(3.15, 2.5 * Math.cos(bow) + Math.sqrt(Math.max(0, REACH ** 2 + c)) * Math.sin(bow));
    const plot = new Plot({ x: [-half / 0.955, half / 0.955], y: [-half, half], aspect: 0.955, frame: false, name });
    if (values.surface) surface(plot, view, c);
    else floor(plot, view, [start, end]);
    for (const [tip, axis] of [[[2.9, 0, 0], "*v*₁"], [[0, 2.9, 0], "*v*₂"], [[0, 0, 2.9], "*u*"]])
      plot.arrow(view.at([0, 0, 0]), view.at(tip), "plain", axis);
    if (values.plane) plane(plot, view, start);
    const earlier = remember(start, path);
    for (const way of earlier) {
      plot.curve(way.map((p) => view.at(p)), "behind");
      plot.point(view.at(way.at(-1)), "flow", { hollow: true, size: 3.4 });
    }
    plot.curve(path.map((p) => view.at(p)), "flow", { label: "flow", arrow: 0.55 });
    plot.point(view.at(end), "flow", { text: "end" });
    plot.point(view.at(start), "plain", { text: "start", hollow: true });
    const row = (title, p) => [title, p[2], p[0], p[1], p[0] ** 2 + p[1] ** 2, form(p, p)].map((n, k) => (k ? short(n, 3) : n));
    const still = path.every((p) => Math.abs(p[0] - v1) + Math.abs(p[1] - v2) + Math.abs(p[2] - u) < 1e-9);
    const say = `u = ${short(u)}, v₁ = ${short(v1)}, v₂ = ${short(v2)}`;
    const move = (place) => {
      const q = under(view, place, start, c).map((n) => round(n, 1e6));
      return q.every((n) => Math.abs(n) <= 1.6) ? { v1: q[0], v2: q[1], u: q[2] } : {};
    };
    const [a, b] = view.at(start);
    return {
      plots: [plot],
      handles: [{ name: "start", plot, at: [a, b], say, move, step: (dx, dy) => move([a + 0.1 * dx, b + 0.1 * dy]),
        label: "Start of the flow: drag it over its surface, or use the arrow keys" }],
      table: { head: ["", "*u*", "*v*₁", "*v*₂", "*v*₁² + *v*₂²", "*v*₁² + *v*₂² − *u*²"], rows: [row("start", start), row("end", end)] },
      notes: still ? ["Nothing moves from this start: the gradient is zero there."] : [],
      words: `The space of u, v₁ and v₂, seen from ${turn} degrees. For an input at ${direction} degrees with target y = ${short(y)} ` +
        `the flow goes from (${[u, v1, v2].map((n) => short(n)).join(", ")}) to (${[end[2], end[0], end[1]].map((n) => short(n)).join(", ")}); ` +
        `v₁² + v₂² − u² is ${short(c, 3)} at the start and ${short(form(end, end), 3)} at the end.` +
        (values.surface ? ` The surface through the start is ${NAMES[Math.abs(c) < 1e-6 ? 0 : Math.sign(c)]}.` : ""),
    };
  };
}

export default {
  render: ({ model, el }) =>
    figure({
      model, el,
      title: "Where the flow of a neuron with two inputs goes",
      hint: "Drag the space to turn it, and the start over its surface; or press Tab and use the arrow keys.",
      draw: drawing(memory()),
      turn: (dx, dy, values) => turned(dx, dy, values, 18),
    }),
};
