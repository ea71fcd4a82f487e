// One loss on the plane of z, a metric that the start has chosen, and the ways it makes: the flow, and a geodesic.

import { Plot, clamp, dist, dot, figure, follow, range, round, short } from "./kit.js";

const REACH = 2.5, STEPS = 200, DOTS = 60;

// A model lifts z to a θ with the law δ; θ is made of blocks in which u² − ‖v‖² is kept, u first.
const MODELS = [
  {
    blocks: [[0, 1, 2]],
    lift(z, delta) {
      const u = Math.sqrt(delta + Math.hypot(delta, ...z));
      return u > 1e-9 ? [u, z[0] / u, z[1] / u] : [0, Math.sqrt(Math.max(0, -2 * delta)), 0];
    },
    z: ([u, v, w]) => [u * v, u * w],
    back: ([u, v, w], [p, q]) => [p * v + q * w, u * p, u * q],
    matrix: ([u, v, w]) => [u * u + v * v, v * w, u * u + w * w],
    reduced(z, delta) {
      const s = delta + Math.hypot(delta, ...z);
      return [s + (z[0] * z[0]) / s, (z[0] * z[1]) / s, s + (z[1] * z[1]) / s];
    },
  },
  {
    blocks: [[0, 1], [2, 3]],
    lift: (z, delta) => z.flatMap((x) => {
      const u = Math.sqrt((delta + Math.hypot(delta, 2 * x)) / 2);
      return [u, u > 1e-9 ? x / u : Math.sqrt(Math.max(-delta, 0))];
    }),
    z: ([a, b, c, d]) => [a * b, c * d],
    back: ([a, b, c, d], [p, q]) => [p * b, p * a, q * d, q * c],
    matrix: ([a, b, c, d]) => [a * a + b * b, 0, c * c + d * d],
    reduced: (z, delta) => [Math.hypot(2 * z[0], delta), 0, Math.hypot(2 * z[1], delta)],
  },
];
const times = ([p, q, r], [x, y]) => [p * x + q * y, q * x + r * y];
const solve = ([p, q, r], [x, y]) => [(r * x - q * y) / (p * r - q * q), (p * y - q * x) / (p * r - q * q)];

// The metric is that of the surface of all θ with this law: a geodesic is bent by the surface alone.
function bent(model, theta, speed) {
  const n = theta.length, out = [...speed, ...range(n, () => 0)];
  for (const block of model.blocks) {
    const sign = (k) => (k === block[0] ? 1 : -1);
    const bend = block.reduce((s, k) => s + sign(k) * speed[k] ** 2, 0) / block.reduce((s, k) => s + theta[k] ** 2, 0);
    for (const k of block) out[n + k] = -bend * sign(k) * theta[k];
  }
  return out;
}

// The geodesic from θ whose z ends at the goal: its first speed is found by Newton's method, the goal moving away.
function geodesic(model, theta, goal) {
  const n = theta.length, from = model.z(theta), M = model.matrix(theta);
  const shoot = (speed) => follow((s) => bent(model, s.slice(0, n), s.slice(n)), [...theta, ...model.back(theta, solve(M, speed))], 1, 48);
  const land = (path) => (path.length === 49 ? model.z(path.at(-1)) : [NaN, NaN]);
  let speed = [0, 0];
  for (let k = 1; k <= 8; k++) {
    const aim = from.map((x, i) => x + (k / 8) * (goal[i] - x));
    if (k === 1) speed = aim.map((x, i) => x - from[i]);
    else speed = speed.map((x) => (x * k) / (k - 1));
    for (let tries = 0; tries < 4; tries++) {
      const hit = land(shoot(speed)), miss = aim.map((x, i) => x - hit[i]), e = 1e-4;
      if (Math.hypot(...miss) < 1e-6) break;
      const [a, b] = [[e, 0], [0, e]].map((d) => land(shoot(speed.map((x, i) => x + d[i]))).map((x, i) => (x - hit[i]) / e));
      const det = a[0] * b[1] - a[1] * b[0];
      speed = [speed[0] + (miss[0] * b[1] - miss[1] * b[0]) / det, speed[1] + (a[0] * miss[1] - a[1] * miss[0]) / det];
    }
  }
  const path = shoot(speed);
  if (!(dist(land(path), goal) < 1e-3)) return null;
  return { way: path.map((s) => model.z(s)), length: Math.hypot(...path[0].slice(n)) };
}

// Where z can be a little later for all slopes of length one, to scale.
function oval(place, M) {
  const longest = (M[0] + M[2]) / 2 + Math.hypot((M[0] - M[2]) / 2, M[1]);
  if (longest < 1e-9) return [place];
  return range(41, (k) => times(M, [Math.cos((Math.PI * k) / 20), Math.sin((Math.PI * k) / 20)]).map((x, i) => place[i] + (0.42 / longest) * x));
}

// Three places on the way, a third of its length apart.
function stations(way) {
  const steps = way.slice(1).map((p, k) => dist(p, way[k])), total = steps.reduce((a, b) => a + b, 0), found = [0];
  let walked = 0;
  steps.forEach((step, k) => {
    walked += step;
    if (found.length < 3 && total > 0.05 && walked >= (total * found.length) / 2.02) found.push(k + 1);
  });
  return found;
}

// When the formula for K(z) ends, because a factor u has become 0.
function silence(scalar, path, time, { delta, z1, z2 }) {
  if (!scalar) return delta || (z1 && z2) ? Infinity : 0;
  if (Math.abs(path[0][0]) < 1e-9) return 0;
  const k = path.findIndex((theta) => theta[0] * path[0][0] <= 0);
  return k < 0 ? Infinity : (time * k) / STEPS;
}

function drawing(names) {
  return (values, name) => {
    const { delta, z1, z2, angle, y, shortest = false } = values;
    const scalar = values.model === names[0], model = MODELS[scalar ? 0 : 1];
    const a = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const slope = (z) => a.map((x) => (dot(a, z) - y) * x);
    const theta = model.lift([z1, z2], delta), first = model.matrix(theta);
    // Time runs slower where the metric is large, so that the paths arrive and no step is too long.
    const time = 12 / Math.max(0.4, first[0] + first[2], Math.abs(delta));
    const path = follow((t) => model.back(t, slope(model.z(t))).map((x) => -x), theta, time, STEPS);
    const way = path.map(model.z), end = way.at(-1);
    const straight = follow((z) => slope(z).map((x) => -x), way[0], 8, 60);
    const plot = new Plot({ x: [-REACH, REACH], y: [-REACH, REACH], xLabel: "*z*₁", yLabel: "*z*₂", name });
    const foot = a.map((x) => x * y);
    plot.curve([[foot[0] - 8 * a[1], foot[1] + 8 * a[0]], [foot[0] + 8 * a[1], foot[1] - 8 * a[0]]], "fit", { label: "loss 0" });
    stations(way).forEach((k, i) => plot.curve(oval(way[k], model.matrix(path[k])), "extra", { label: i ? "" : "speed for a unit slope" }));
    plot.curve(straight, "level", { label: "Euclidean flow", arrow: 0.6 });
    plot.curve(way, "flow", { label: "flow of θ, seen in z", arrow: 0.5 });
    const silent = silence(scalar, path, time, values);
    if (silent) {
      // Not to the very end: there the formula divides by a number that goes to 0.
      const dots = follow((z) => times(model.reduced(z, delta), slope(z)).map((x) => -x), way[0], Math.min(time, 0.97 * silent), DOTS);
      plot.curve(dots.filter((_, k) => k && k % 3 === 0), "descent", { label: "flow with K(z)", markers: true, line: false });
    }
    const rows = [["start", way[0]], ["flow ends", end], ["Euclidean flow", straight.at(-1)]].map(([title, p]) => [title, ...p.map((x) => short(x, 3))]);
    const notes = silent === Infinity ? [] : [silent ? "On the way *u* passes 0: there the formula for K(z) ends, and the flow of θ goes on."
      : "A factor is 0 at the start, and the formula for K(z) is silent."];
    const handles = [
      { name: "data", plot, at: foot, label: "Line of loss 0: drag it, or use the arrow keys", say: `input angle ${angle}°, target ${short(y)}`,
        move(p) {
          const size = clamp(Math.hypot(...p), 0, 2), turn = Math.round((Math.atan2(p[1], p[0]) * 180) / Math.PI);
          if (size < 0.05) return { y: 0 };
          return Math.abs(turn) <= 90 ? { angle: turn, y: round(size, 100) } : { angle: turn - 180 * Math.sign(turn), y: -round(size, 100) };
        },
        step: (dx, dy) => ({ y: round(y + 0.1 * dx), angle: clamp(Math.round(angle + 5 * dy), -90, 90) }) },
      { name: "start", plot, at: [z1, z2], label: "Start of z: drag it, or use the arrow keys", say: `z₁ = ${short(z1)}, z₂ = ${short(z2)}`,
        move: (p) => ({ z1: round(p[0], 100), z2: round(p[1], 100) }), step: (dx, dy) => ({ z1: round(z1 + 0.1 * dx), z2: round(z2 + 0.1 * dy) }) },
    ];
    plot.point(foot, "fit", { size: 5 });
    plot.point(end, "flow", { text: "end" });
    plot.point(way[0], "plain", { hollow: true, text: "start" });
    if (shortest) {
      const goal = values.goal || end, found = silent ? geodesic(model, theta, goal) : null;
      const flowed = path.slice(1).reduce((sum, p, k) => sum + dist(p, path[k]), 0);
      if (found) plot.curve(found.way, "plain", { label: "geodesic", arrow: 0.5 });
      plot.point(goal, "plain", { size: 5, text: values.goal ? "goal" : "" });
      notes.push(found ? `Length in the metric: the geodesic ${short(found.length, 3)}${values.goal ? "" : `, the flow to the same place ${short(flowed, 3)}`}.` : "No geodesic was found from here to there.");
      const set = (p) => ({ goal: p.map((x) => clamp(round(x, 100), -REACH, REACH)) });
      handles.push({ name: "goal", plot, at: goal, label: "Goal of the geodesic: drag it, or use the arrow keys",
        say: `z₁ = ${short(goal[0])}, z₂ = ${short(goal[1])}`, move: set, step: (dx, dy) => set([goal[0] + 0.1 * dx, goal[1] + 0.1 * dy]) });
    }
    const text = (p) => `(${p.map((x) => short(x, 3)).join(", ")})`;
    return {
      plots: [plot], handles, notes,
      table: { head: ["", "*z*₁", "*z*₂"], rows },
      words: `For the model ${values.model} with δ = ${short(delta)} and one example with input angle ${angle}° and target ${short(y)}, z goes ` +
        `from ${text(way[0])} to ${text(end)}; the Euclidean flow of the same loss ends at ${text(straight.at(-1))}.`,
    };
  };
}

export default {
  render: ({ model, el }) =>
    figure({
      model, el,
      title: "Where z goes, and in which metric",
      hint: "Drag the start, the line of loss 0 by its dot, and the goal of the geodesic; or press Tab and use the arrow keys.",
      extras: [{ name: "shortest", kind: "box", label: "show a geodesic: the way that no data bend", tip: "Draw the curve of this metric from the start to a goal that you can move" }],
      draw: drawing(model.get("facts").models),
    }),
};
