// Along X, along Y, back along X, back along Y: the walk is pulled along by hand, and does not come home.

import { Plot, View, clamp, dist, figure, follow, range, round, short, turned } from "./kit.js";

const STEPS = 16, LONGEST = 0.8, NET = 6, ASPECT = 0.8, TILT = 24, ROOM = 1.7;

// A field is three polynomials, each a list of [coefficient, [[coordinate, exponent], ...]]; the engine hands them over.
const evaluate = (field) => (p) => field.map((terms) => terms.reduce((sum, [c, powers]) => sum + powers.reduce((x, [i, e]) => x * p[i] ** e, c), 0));

function walk(field, start, time, steps = STEPS) {
  return time ? follow((p) => field(p).map((v) => Math.sign(time) * v), start, Math.abs(time), steps) : range(steps + 1, () => start);
}

function loop([X, Y], start, side) {
  const legs = [];
  let place = start;
  for (const [field, time] of [[X, side], [Y, side], [X, -side], [Y, -side]]) {
    legs.push(walk(field, place, time));
    place = legs.at(-1).at(-1);
  }
  return legs;
}

// Curves on the surface "first along X, then along Y"; the legs of the loop lie on lines of the net.
function net([X, Y], start, side) {
  const times = range(NET, (k) => (side * (k - 1)) / 3);
  const along = times.map((time) => {
    const base = walk(X, start, time).at(-1);
    return [...walk(Y, base, times[0], STEPS / 4).reverse(), ...walk(Y, base, times.at(-1)).slice(1)];
  });
  const count = along[0].length;
  return [...along, ...range(NET, (k) => along.map((curve) => curve[Math.round((k * (count - 1)) / (NET - 1))]))];
}

function extent(fields, start) {
  const points = loop(fields, start, LONGEST).flat();
  const centre = range(3, (i) => (Math.min(...points.map((p) => p[i])) + Math.max(...points.map((p) => p[i]))) / 2);
  return [centre, ROOM * Math.max(...points.map((p) => dist(centre, p)))];
}

const triple = (p, digits = 3) => `(${p.map((x) => short(Math.abs(x) < 5e-4 ? 0 : x, digits)).join(", ")})`;
const minus = (text) => text.replace(/-/g, "−");
const LEGS = ["along X", "along Y", "back along X", "back along Y"];

function drawing(facts) {
  return (values, name) => {
    const { model, side, x, turn, tilt = TILT, walked = 4 } = values;
    const told = facts.models[model], here = told.starts[x.toFixed(1)];
    const fields = told.fields.map(evaluate), start = [round(x, 10), ...facts.rest];
    const legs = loop(fields, start, side), end = legs[3].at(-1);
    const gap = end.map((v, i) => v - start[i]), length = Math.hypot(...gap), home = walked >= 4;
    const view = new View(turn, tilt);
    const [centre, radius] = extent(fields, start), [cx, cy] = view.at(centre);
    const plot = new Plot({ x: [cx - radius, cx + radius], y: [cy - ASPECT * radius, cy + ASPECT * radius], aspect: ASPECT, frame: false, name });
    const seen = (curve) => curve.map((p) => view.at(p));
    net(fields, start, side).forEach((curve, k) => plot.curve(seen(curve), "level", { label: k ? "" : "first along *X*, then along *Y*" }));
    legs.forEach((leg, k) => {
      const share = clamp(walked - k, 0, 1), done = Math.round(share * STEPS);
      if (share < 1) plot.curve(seen(leg.slice(done)), "behind");
      const label = k < 2 ? `*${"XY"[k]}* and back` : "";
      plot.curve(seen(leg.slice(0, done + 1)), k % 2 ? "fit" : "flow", { label, arrow: share === 1 ? 0.62 : null });
    });
    if (home && length > 1e-9) plot.curve([view.at(start), view.at(end)], "extra", { arrow: 1, label: "the gap" });
    plot.point(view.at(start), "plain", { text: "start", hollow: true });
    const at = (s) => legs[Math.min(3, Math.floor(s))][Math.round((s - Math.min(3, Math.floor(s))) * STEPS)];
    const walker = at(walked), corner = legs[0].at(-1);
    plot.point(view.at(walker), "extra", { text: home ? "end" : "", size: 5 });
    plot.point(view.at(corner), "plain", { hollow: true, size: 4 });
    const tail = [cx - 0.78 * radius, cy - 0.6 * radius];
    ["*x*", "*y*", "*z*"].forEach((axis, i) => {
      const [a, b] = view.at(range(3, (k) => Number(k === i)));
      plot.arrow(tail, [tail[0] + 0.2 * radius * a, tail[1] + 0.2 * radius * b], "plain", axis);
    });
    // The walker looks for its place near where it is: the loop may cross itself in the picture.
    const pull = (place) => {
      const near = range(4 * STEPS + 1, (k) => k / STEPS).filter((s) => Math.abs(s - walked) < 0.6);
      return { walked: near.reduce((a, b) => (dist(view.at(at(b)), place) < dist(view.at(at(a)), place) ? b : a)) };
    };
    const stretch = (place) => {
      const far = (s) => dist(view.at(walk(fields[0], start, s).at(-1)), place);
      return { side: range(71, (k) => round(0.1 + k / 100)).reduce((a, b) => (far(b) < far(a) ? b : a)) };
    };
    const rows = [["*X*", minus(told.X)], ["*Y*", minus(told.Y)], ["gap", home ? triple(gap) : "the walk is not over"]];
    if (home) rows.push(["gap / *t*²", triple(gap.map((v) => v / side ** 2))]);
    rows.push(["[*X*, *Y*]", minus(told.bracket)], ["[*X*, *Y*] at the start", minus(here.value)]);
    const closes = length < 1e-9;
    const sentence = closes ? "The loop closes." : `The loop does not close. [*X*, *Y*] points ${here.inside ? "within" : "out of"} *W*(*θ*), which is ${here.spans} at the start.`;
    const leg = LEGS[Math.min(3, Math.floor(walked))];
    return {
      plots: [plot],
      handles: [
        { name: "side", plot, at: view.at(corner), label: "Side of the loop: drag it, or use the arrow keys", say: `t = ${short(side)}`,
          move: stretch, step: (dx, dy) => ({ side: round(side + 0.05 * (dx + dy)) }) },
        { name: "walker", plot, at: view.at(walker), label: "Walker: pull it along the loop, or use the arrow keys",
          say: home ? `at the end, ${triple(end)}` : `${leg}, at ${triple(walker)}`, move: pull,
          step: (dx, dy) => ({ walked: clamp(Math.round((walked + (dx + dy) / 4) * STEPS) / STEPS, 0, 4) }) },
      ],
      table: { rows, words: true },
      notes: home ? [sentence] : [],
      words: `A walk in space from ${triple(start, 1)} along the gradients X and Y of ${model}, each leg for a time t = ${short(side)}: ` +
        (home ? `along X, along Y, back along X and back along Y. It ends at ${triple(end)}: the loop ${closes ? "closes" : `leaves a gap of ${triple(gap)}`}.`
          : `${leg}, at ${triple(walker)}.`),
    };
  };
}

// Walk the loop in four seconds, or leg by leg where the reader wants no motion.
function play({ change, values, root }) {
  const from = (values().walked ?? 4) >= 4 ? 0 : values().walked;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return change({ walked: Math.floor(from) + 1 });
  const begin = performance.now();
  let last = null;
  const tick = (now) => {
    if (!root.isConnected || (last !== null && values().walked !== last)) return; // another hand has taken over
    last = Math.min(4, Math.round((from + (now - begin) / 1000) * STEPS) / STEPS);
    change({ walked: Math.max(0, last) });
    last = values().walked;
    if (last < 4) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

export default {
  render: ({ model, el }) =>
    figure({
      model, el,
      title: "Along X, along Y, and back",
      hint: "Pull the walker along its loop, drag the corner for longer legs, and the space to turn it; or press Tab and use the arrow keys.",
      draw: drawing(model.get("facts")),
      turn: (dx, dy, values) => turned(dx, dy, values, TILT),
      buttons: [{ label: "Walk", press: play }],
    }),
};
