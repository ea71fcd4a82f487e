// The eigenvalues of AAᵀ along the flow of uᵀAv, pulled along one curve: two integrals run, and their sum stands still.

import { Plot, clamp, dist, figure, follow, range, round, short } from "./kit.js";

const A = [1.5, 0.9], U = 1.1, V = 0.8, REACH = 2, STEP = 0.02;
const COUNT = Math.round(REACH / STEP);

const shown = (y) => Math.sign(y) * Math.sqrt(Math.abs(y)); // the ovals are flat beside the open branch
const product = (x, ends) => ends.reduce((p, e) => p * (x - e), 1);

// ∇φ/|∇φ| for θ = (u, A, v): the flow in steps of equal length.
function slope([u1, u2, a, b, c, d, v1, v2]) {
  const full = [a * v1 + b * v2, c * v1 + d * v2, u1 * v1, u1 * v2, u2 * v1, u2 * v2, a * u1 + c * u2, b * u1 + d * u2];
  const size = Math.hypot(...full);
  return full.map((x) => x / size);
}

const roots = (trace, det) => [1, -1].map((s) => trace / 2 + s * Math.sqrt(Math.max(0, (trace * trace) / 4 - det)));

// The eigenvalues X of S = AAᵀ, and y = (Av)·adj(X − S)u over each.
function points([u1, u2, a, b, c, d, v1, v2]) {
  const S = [a * a + b * b, a * c + b * d, c * c + d * d], trace = S[0] + S[2];
  const w = [a * v1 + b * v2, c * v1 + d * v2];
  const y = (x) => w[0] * ((x - S[2]) * u1 + S[1] * u2) + w[1] * (S[1] * u1 + (x - S[0]) * u2);
  return roots(trace, S[0] * S[2] - S[1] ** 2).map((x) => [x, y(x)]);
}

// The zeros of R(x) = x·det(x + P)·det(x − Q), the largest first; the flow moves none of them.
function zeros([u1, u2, a, b, c, d, v1, v2]) {
  const P = [u1 * u1 - a * a - b * b, u1 * u2 - a * c - b * d, u2 * u2 - c * c - d * d];
  const Q = [a * a + c * c - v1 * v1, a * b + c * d - v1 * v2, b * b + d * d - v2 * v2];
  const both = [...roots(-P[0] - P[2], P[0] * P[2] - P[1] ** 2), ...roots(Q[0] + Q[2], Q[0] * Q[2] - Q[1] ** 2)];
  return [...both, 0].sort((x, y) => y - x);
}

function simpson(f, end, n = 48) {
  return (end / n / 3) * range(n + 1, (k) => (k % n ? (k % 2 ? 4 : 2) : 1) * f((end * k) / n)).reduce((x, y) => x + y, 0);
}

// The integrals of dx/y from the left end of a piece of the curve: on the open branch x = e + s², on the oval
// x = middle − half·cos t, which take the root at the end out of the denominator.
function open([x, y], ends) {
  return Math.sign(y || 1) * simpson((s) => 2 / Math.sqrt(Math.abs(product(ends[0] + s * s, ends.slice(1)))), Math.sqrt(Math.max(0, x - ends[0])));
}
function arc(angle, ends) {
  const [high, low] = [ends[1], ends[2]], others = [ends[0], ends[3], ends[4]];
  return simpson((t) => 1 / Math.sqrt(Math.abs(product((low + high) / 2 - ((high - low) / 2) * Math.cos(t), others))), angle);
}
function closed([x, y], ends) {
  return Math.sign(y || 1) * arc(Math.acos(clamp((ends[2] + ends[1] - 2 * x) / (ends[1] - ends[2]), -1, 1)), ends);
}

// Both ways along the path from its start, with the integrals; a period is added where X₂ passes the end of its oval.
function journey(turnU, turnV) {
  const [a, b] = [turnU, turnV].map((x) => (x * Math.PI) / 180);
  const start = [U * Math.cos(a), U * Math.sin(a), A[0], 0, 0, A[1], V * Math.cos(b), V * Math.sin(b)];
  const ahead = follow((p) => slope(p), start, REACH, COUNT), behind = follow((p) => slope(p).map((x) => -x), start, REACH, COUNT);
  const path = [...behind.slice(1).reverse(), ...ahead], ends = zeros(start), period = 2 * arc(Math.PI, ends);
  const tracks = path.map(points);
  const parts = tracks.map(([one, two]) => [open(one, ends), closed(two, ends)]);
  let turns = 0;
  const sums = parts.map(([one, two], k) => {
    if (k && Math.abs(two - parts[k - 1][1]) > period / 2) turns += two < parts[k - 1][1] ? 1 : -1;
    return [one, two + turns * period];
  });
  return { ends, tracks, sums, at: (k) => (k - COUNT) * STEP };
}

// A piece of the curve y² = R(x), its lower half and its upper half, close points at its ends.
function piece(low, high, ends, loop) {
  const places = range(41, (k) => low + (high - low) * (loop ? Math.sin((Math.PI * k) / 80) ** 2 : (k / 40) ** 2));
  const upper = places.map((x) => [x, shown(Math.sqrt(Math.max(0, product(x, ends))))]);
  return [...upper.map(([x, y]) => [x, -y]).reverse(), ...upper.slice(1)];
}

function drawing() {
  let known = "", trip = null;
  return (values, name, narrow) => {
    const { turn_u, turn_v, place } = values, key = `${turn_u},${turn_v}`;
    if (key !== known) [known, trip] = [key, journey(turn_u, turn_v)];
    const { ends, tracks, sums } = trip, here = clamp(Math.round(place / STEP) + COUNT, 0, 2 * COUNT);
    const drawn = [0, 1].map((i) => tracks.map((both) => [both[i][0], shown(both[i][1])]));
    const far = Math.max(ends[0] + 0.6, ...drawn[0].map(([x]) => x).filter((x) => x < ends[0] + 2.5));
    const tall = 1.15 * Math.max(...drawn.flat().filter(([x]) => x <= far).map(([, y]) => Math.abs(y)));
    const wide = narrow ? 400 : 330;
    const left = new Plot({ x: [Math.min(ends[4], 0) - 0.3, far], y: [-tall, tall], xLabel: "*x*", yLabel: "±√|*y*|", aspect: narrow ? 0.8 : 1.1, wide, name });
    left.curve(piece(ends[4], ends[3], ends, true), "level");
    left.curve(piece(ends[2], ends[1], ends, true), "level");
    left.curve(piece(ends[0], far, ends, false), "level", { label: "*y*² = *R*(*x*)" });
    ["flow", "descent"].forEach((style, i) => {
      left.curve(drawn[i], style);
      left.point(drawn[i][here], style, { text: `*X*${"₁₂"[i]}` });
    });
    const every = sums.flatMap(([a, b]) => [a, b, a + b]), room = 0.12 * (Math.max(...every) - Math.min(...every));
    const right = new Plot({ x: [-REACH, REACH], y: [Math.min(...every) - room, Math.max(...every) + room], xLabel: "place on the path",
      yLabel: "integrals", aspect: narrow ? 0.8 : 1.1, wide, name: `${name}r`, left: narrow ? 0 : wide, drop: narrow ? left.height : 0 });
    [["flow", "up to *X*₁"], ["descent", "up to *X*₂"]].forEach(([style, label], i) => {
      right.curve(sums.map((both, k) => [trip.at(k), both[i]]), style, { label });
      right.point([trip.at(here), sums[here][i]], style, { size: 4 });
    });
    right.curve(sums.map(([a, b], k) => [trip.at(k), a + b]), "fit", { label: "their sum *h*" });
    const [a, b] = sums[here], now = [trip.at(here), a + b];
    right.point(now, "fit");
    const totals = sums.map(([one, two]) => one + two), spread = Math.max(...totals) - Math.min(...totals);
    const nearest = (i) => (aim) => {
      const window = range(2 * COUNT + 1).filter((k) => Math.abs(k - here) < 25);
      return { place: round(trip.at(window.reduce((x, k) => (dist(drawn[i][k], aim) < dist(drawn[i][x], aim) ? k : x)))) };
    };
    const step = (dx, dy) => ({ place: round(place + 0.1 * (dx + dy)) });
    const say = `place ${short(place)}: X₁ = ${short(tracks[here][0][0], 3)}, X₂ = ${short(tracks[here][1][0], 3)}`;
    const list = ends.map((e) => short(e, 3)).join(", ");
    return {
      plots: [left, right],
      handles: [
        { name: "first", plot: left, at: drawn[0][here], label: "Eigenvalue X₁: pull it along the curve, or use the arrow keys", say, move: nearest(0), step },
        { name: "second", plot: left, at: drawn[1][here], label: "Eigenvalue X₂: pull it along the curve, or use the arrow keys", say, move: nearest(1), step },
        { name: "sum", plot: right, at: now, label: "Place on the path: drag it, or use the arrow keys", say: `h = ${short(a + b, 6)}`,
          move: ([x]) => ({ place: round(Math.round(x / STEP) * STEP) }), step },
      ],
      table: { head: ["", "*X*₁", "*X*₂", "together"], rows: [
        ["eigenvalue", short(tracks[here][0][0], 4), short(tracks[here][1][0], 4), ""],
        ["integral of *dx*/*y*", short(a, 6), short(b, 6), short(a + b, 6)],
      ] },
      notes: [`Over the whole path the sum *h* moves by less than ${spread < 1e-12 ? "10⁻¹²" : `10${superscript(Math.ceil(Math.log10(spread)))}`}.`],
      words: `u at ${turn_u} and v at ${turn_v} degrees, place ${short(place)}. The curve y² = R(x) has the zeros ${list}; X₁ = ` +
        `${short(tracks[here][0][0], 3)} is on the open branch and X₂ = ${short(tracks[here][1][0], 3)} on an oval. The integrals of dx/y up to ` +
        `them are ${short(a, 4)} and ${short(b, 4)}; their sum is ${short(a + b, 4)}.`,
    };
  };
}

const superscript = (k) => String(k).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));

export default {
  render: ({ model, el }) =>
    figure({
      model, el,
      title: "Two eigenvalues on a curve",
      hint: "Pull an eigenvalue along the curve: the other one follows. Or press Tab and use the arrow keys.",
      draw: drawing(),
    }),
};
