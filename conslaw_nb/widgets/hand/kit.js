// What the figures share: a small plot in the house style, handles to drag, sliders, a table, words for a screen reader.
//
// A figure is a module with a default export { render({ model, el }) }, as anywidget loads it. It asks of its model
// get, set, save_changes and on, so that a page without a kernel can hand it a plain object (see README.md here).
// What it computes, it computes in floats, for the picture: nothing is decided here.

// Colour in light and in dark, dash pattern, width, marker: the same as STYLES of drawing/picture.py (a test compares).
export const STYLES = {
  flow: ["#0072b2", "#56b4e9", "", 2.6, "circle"],
  descent: ["#d55e00", "#e69f00", "1 5", 2.2, "square"],
  fit: ["#007a59", "#2fc79a", "9 5", 2, "diamond"],
  extra: ["#a8457c", "#dd92bb", "10 4 2 4", 2.2, "triangle"],
  level: ["#6e7781", "#8b949e", "", 1.1, "cross"],
  behind: ["#6e7781", "#8b949e", "1 4", 1.1, "cross"],
  plain: ["#1f2328", "#e6edf3", "", 1.4, "circle"],
};
const BASE = { ink: ["#1f2328", "#e6edf3"], soft: ["#57606a", "#a4adb7"], grid: ["#dfe3e8", "#33393f"] };
const PAPER = ["#ffffff", "#111111"];

const variables = (dark) =>
  "{" + [...Object.entries(BASE), ...Object.entries(STYLES)].map(([name, tones]) => `--cl-${name}:${tones[dark]}`).join(";") +
  `;--cl-paper:var(--jp-layout-color0,${PAPER[dark]})}`;

const CSS = `
.cl-hand${variables(0)}
@media (prefers-color-scheme:dark){.cl-hand${variables(1)}}
[data-jp-theme-light="true"] .cl-hand,[data-theme="light"] .cl-hand,.vscode-light .cl-hand${variables(0)}
[data-jp-theme-light="false"] .cl-hand,[data-theme="dark"] .cl-hand,.vscode-dark .cl-hand${variables(1)}
.cl-hand{display:flex;flex-flow:row wrap;gap:8px 24px;color:var(--cl-ink);width:100%;
font:14px/1.45 system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
.cl-hand-picture{flex:1 1 25em;max-width:38em;min-width:0;container-type:inline-size}
.cl-hand-two>.cl-hand-picture{flex-basis:36em;max-width:52em}
.cl-hand-side{flex:1 1 24em;max-width:34em;min-width:0;overflow-x:auto}
.cl-hand svg{display:block;width:100%;height:auto;overflow:visible;user-select:none;-webkit-user-select:none}
.cl-hand svg text{fill:var(--cl-ink);font-size:14px}
.cl-hand svg .cl-tick{fill:var(--cl-soft);font-size:12px}
@container (max-width:445px){.cl-hand svg text{font-size:16.5px}.cl-hand svg :is(.cl-tick,.cl-key){font-size:15.3px}}
.cl-hand .cl-halo{paint-order:stroke;stroke:var(--cl-paper);stroke-width:5px;stroke-linejoin:round}
.cl-hand .cl-i,.cl-hand i{font-family:'STIX Two Text','Cambria Math',Georgia,'DejaVu Serif',serif;font-style:italic;font-size:1.08em}
.cl-hand .cl-grip{cursor:grab;touch-action:none;outline:none}
.cl-hand .cl-grip:active{cursor:grabbing}
.cl-hand .cl-grip .cl-ring{fill:var(--cl-ink);fill-opacity:.07;stroke:var(--cl-ink);stroke-opacity:.35;stroke-width:1}
.cl-hand .cl-grip:hover .cl-ring{fill-opacity:.14}
.cl-hand .cl-grip:focus-visible .cl-ring{stroke-opacity:1;stroke-width:2.5}
.cl-hand .cl-ground{cursor:move;outline:none}
.cl-hand .cl-ground:focus-visible{stroke:var(--cl-ink);stroke-width:2}
.cl-hand-row{display:grid;grid-template-columns:6.5em minmax(6em,1fr) 3.6em;gap:0 10px;align-items:center;min-height:27px}
.cl-hand-row output{font-variant-numeric:tabular-nums;text-align:right}
.cl-hand-row input,.cl-hand-box input{accent-color:var(--cl-flow);margin:0}
.cl-hand-row input[type=range]{width:100%}
.cl-hand-row select{grid-column:2/4;font:inherit;color:inherit;background:var(--cl-paper);border:1px solid var(--cl-soft);
border-radius:4px;padding:3px}
.cl-hand-box{display:flex;gap:8px;align-items:center;min-height:27px}
.cl-hand-side button{font:inherit;color:inherit;background:var(--cl-paper);border:1px solid var(--cl-soft);border-radius:4px;
padding:3px 12px;margin:4px 8px 4px 0;cursor:pointer}
.cl-hand table{border-collapse:collapse;margin:8px 0 0;line-height:1.6;font-variant-numeric:tabular-nums}
.cl-hand table th,.cl-hand table td{font-weight:normal;text-align:right;padding:0 0 0 .9em;white-space:nowrap;border:0;background:none}
.cl-hand table th:first-child{text-align:left;padding:0}
.cl-hand table.cl-slim{font-size:.93em}
.cl-hand table.cl-slim :is(th,td):not(:first-child){padding-left:.5em}
.cl-hand table.cl-words td{text-align:left}
.cl-hand p{margin:6px 0 0}
.cl-hand .cl-aside{color:var(--cl-soft);font-size:12.5px}
.cl-hand .cl-said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`;

// Numbers and texts.

export const range = (count, at = (k) => k) => Array.from({ length: count }, (_, k) => at(k));
export const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
export const dist = (a, b) => Math.hypot(...a.map((x, k) => x - b[k]));
export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
// To a thousandth: short on its way to the kernel and back, and the same number there.
export const round = (x, places = 1000) => Math.round(x * places) / places + 0;

export function short(value, digits = 2) {
  if (!Number.isFinite(value)) return "—";
  if (Math.abs(value) >= 1e5) return value.toExponential(0).replace("-", "−");
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? (0).toFixed(digits) : text).replace("-", "−");
}

const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const italics = (text, tag) => escape(text).replace(/\*([^*]+)\*/g, tag);
const inSvg = (text) => italics(text, '<tspan class="cl-i">$1</tspan>');
export const inHtml = (text) => italics(text, "<i>$1</i>");

// Following a flow: the classical Runge-Kutta method; a path that runs away is cut short.
export function follow(field, start, time, steps) {
  const h = time / steps;
  const path = [start];
  const along = (p, k, size) => p.map((x, i) => x + size * k[i]);
  for (let n = 0, p = start; n < steps; n++) {
    const a = field(p), b = field(along(p, a, h / 2)), c = field(along(p, b, h / 2)), d = field(along(p, c, h));
    const step = a.map((_, i) => (a[i] + 2 * b[i] + 2 * c[i] + d[i]) / 6);
    p = along(p, step, h);
    if (!p.every((x) => Math.abs(x) < 1e9)) break;
    path.push(p);
  }
  return path;
}

// The ends of a flow that stay as rings until the start moves, each with the way that led to it.
export function memory() {
  let from = "", ways = [];
  return (start, path) => {
    const key = start.map((x) => x.toFixed(3)).join(), end = path.at(-1);
    if (key !== from) [from, ways] = [key, []];
    const others = ways.filter((way) => dist(end, way.at(-1)) > 1e-3);
    if (others.length === ways.length) ways = [...ways, path.filter((_, k) => k % 8 === 0 || k === path.length - 1)].slice(-60);
    return others;
  };
}

// A parallel projection of space, z upwards, as drawing/space.py has it; angles in degrees.
export class View {
  constructor(turn, tilt) {
    const [a, b] = [turn, tilt].map((degrees) => (degrees * Math.PI) / 180);
    this.right = [Math.cos(a), -Math.sin(a), 0];
    this.up = [Math.sin(a) * Math.sin(b), Math.cos(a) * Math.sin(b), Math.cos(b)];
    this.toward = [-Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)];
  }
  at(p) {
    return [dot(this.right, p), dot(this.up, p)];
  }
  // A curve on a surface, cut into what faces the reader and what is turned away.
  split(points, normal) {
    const gap = [NaN, NaN], sides = [[], []];
    let before = null;
    for (const p of points) {
      const place = this.at(p), away = dot(this.toward, normal(p)) > 0 ? 0 : 1;
      if (before !== null && before !== away) sides[1 - away].push(place, gap);
      sides[away].push(place);
      before = away;
    }
    return sides;
  }
  // The point of space over a place of the picture, so far towards the reader.
  over([x, y], depth = 0) {
    return range(3, (i) => x * this.right[i] + y * this.up[i] + depth * this.toward[i]);
  }
}

// Turn by so many pixels: a whole width is half a turn.
export const turned = (dx, dy, { turn, tilt }, from) => ({
  turn: ((((Math.round(turn + 0.5 * dx) + 180) % 360) + 360) % 360) - 180,
  tilt: clamp(Math.round((tilt ?? from) + 0.4 * dy), -85, 85),
});

// A plot: what is drawn is given in units of the axes.

const px = (x) => String(Math.round(x * 10) / 10 + 0);
const pair = ([x, y]) => `${px(x)},${px(y)}`;
const ink = (style) => `var(--cl-${style === "behind" ? "level" : style})`;
const width = (text, size) => [...text.replace(/\*/g, "")].reduce((sum, c) => sum + size * ("ijl.,:;'|!()[] ²³".includes(c) ? 0.36 : "mwMW—…−=+".includes(c) ? 0.86 : 0.6), 0);

function ticks(low, high) {
  const raw = (high - low) / 6, size = 10 ** Math.floor(Math.log10(raw));
  const step = size * [1, 2, 5, 10].reduce((a, b) => (Math.abs(Math.log((b * size) / raw)) < Math.abs(Math.log((a * size) / raw)) ? b : a));
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return range(last - first + 1, (k) => (first + k) * step + 0);
}

export function stroke(d, style) {
  const [, , dash, thick] = STYLES[style];
  return `<path d="${d}" fill="none" stroke="${ink(style)}" stroke-width="${thick}" stroke-linecap="round" stroke-linejoin="round"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`;
}

function mark([x, y], style, size, hollow) {
  const look = hollow
    ? `fill="var(--cl-paper)" stroke="${ink(style)}" stroke-width="2.2"`
    : `fill="${ink(style)}" stroke="var(--cl-paper)" stroke-width="1.2"`;
  const corners = {
    square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    diamond: [[0, -1.35], [1.35, 0], [0, 1.35], [-1.35, 0]],
    triangle: [[0, -1.3], [1.2, 0.95], [-1.2, 0.95]],
  }[STYLES[style][4]];
  if (!corners) return `<circle cx="${px(x)}" cy="${px(y)}" r="${px(size)}" ${look}/>`;
  return `<path d="M${corners.map(([a, b]) => pair([x + size * a, y + size * b])).join("L")}Z" ${look}/>`;
}

function arrowHead(places, share, style) {
  const lengths = places.slice(1).map((p, k) => dist(p, places[k]));
  const total = lengths.reduce((a, b) => a + b, 0);
  if (total < 12) return "";
  let walked = 0;
  for (let k = 0; k < lengths.length; k++) {
    if (walked + lengths[k] >= share * total - 1e-9 && lengths[k] > 0) {
      const t = Math.min(1, (share * total - walked) / lengths[k]);
      const [c, s] = [0, 1].map((i) => (places[k + 1][i] - places[k][i]) / lengths[k]);
      const [x, y] = [0, 1].map((i) => places[k][i] + t * (places[k + 1][i] - places[k][i]));
      const sides = [[x, y], ...[5, -5].map((w) => [x - 11 * c + w * s, y - 11 * s - w * c])];
      return `<path d="M${sides.map(pair).join("L")}Z" fill="${ink(style)}"/>`;
    }
    walked += lengths[k];
  }
  return "";
}

export class Plot {
  constructor({ x, y, xLabel = "", yLabel = "", aspect = 1, frame = true, left = 0, drop = 0, wide = 480, name }) {
    const gutter = frame ? 14 + Math.max(...ticks(...y).map((t) => width(short(t, 1), 12))) : 16;
    Object.assign(this, { x, y, xLabel, yLabel, frame, name, wide, shift: left });
    this.left = left + gutter;
    this.top = drop + (yLabel ? 26 : 12);
    this.across = wide - gutter - 16;
    this.down = this.across * aspect;
    this.below = this.top + this.down + (xLabel ? 46 : frame ? 28 : 14);
    this.under = []; // inside the frame, clipped
    this.above = [];
    this.labels = [];
    this.busy = [];
    this.legend = [];
  }
  to([a, b]) {
    const share = (v, [low, high]) => clamp((v - low) / (high - low), -10, 11);
    return [this.left + share(a, this.x) * this.across, this.top + (1 - share(b, this.y)) * this.down];
  }
  from([a, b]) {
    const [x, y] = [(a - this.left) / this.across, 1 - (b - this.top) / this.down];
    return [this.x[0] + x * (this.x[1] - this.x[0]), this.y[0] + y * (this.y[1] - this.y[0])];
  }
  within([a, b]) {
    return a > this.left - 1 && a < this.left + this.across + 1 && b > this.top - 1 && b < this.top + this.down + 1;
  }
  curve(points, style, { label = "", arrow = null, markers = false, line = true } = {}) {
    const pieces = [[]];
    for (const point of points) {
      if (!point.every(Number.isFinite)) {
        if (pieces.at(-1).length) pieces.push([]);
        continue;
      }
      const place = this.to(point), last = pieces.at(-1).at(-1);
      if (markers || !last || Math.abs(place[0] - last[0]) + Math.abs(place[1] - last[1]) > 2) pieces.at(-1).push(place);
    }
    const d = pieces.filter((piece) => piece.length).map((piece) => "M" + piece.map(pair).join("L")).join("");
    if (line && d) this.under.push(stroke(d, style));
    if (markers) for (const place of pieces.flat()) this.under.push(mark(place, style, 3.4, false));
    if (arrow !== null) this.under.push(arrowHead(pieces[0].filter((place) => this.within(place)), arrow, style));
    if (style !== "level") this.busy.push(...pieces.flat().filter((_, k) => k % 3 === 0));
    if (label) this.legend.push([style, label, line, markers, false]);
  }
  point(at, style, { text = "", hollow = false, size = 6, label = "" } = {}) {
    const place = this.to(at);
    if (this.within(place)) this.above.push(mark(place, style, size, hollow));
    if (text) this.labels.push([place, text]);
    if (label) this.legend.push([style, label, false, true, hollow]);
  }
  arrow(tail, tip, style, text = "") {
    this.curve([tail, tip], style, { arrow: 1 });
    if (text) this.labels.push([this.to(tip), text]);
  }
  text(at, text) {
    this.labels.push([this.to(at), text]);
  }
  get height() {
    return this.below + 23 * this.rows().length;
  }
  rows() {
    const rows = [];
    let used = Infinity;
    for (const entry of this.legend) {
      const need = 48 + width(entry[1], 15.3);
      if (used + need > this.wide - 20) {
        rows.push([]);
        used = 0;
      }
      rows.at(-1).push([used, entry]);
      used += need;
    }
    return rows;
  }
  // Texts near their anchors, off each other and off the ink where there is room.
  write() {
    const boxes = [];
    const overlap = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    const busy = [...this.busy, ...this.labels.flatMap(([place]) => range(6, () => place))];
    const edge = [this.left, this.top, this.left + this.across, this.top + this.down];
    return this.labels.filter(([place]) => this.within(place)).map(([[x, y], text]) => {
      const half = width(text, 14) / 2;
      let best = null;
      for (const away of [13, 24, 36])
        for (const [dx, dy] of [[1, -0.7], [-1, -0.7], [1, 0.9], [-1, 0.9], [0, -1.1], [0, 1.3], [1, 0], [-1, 0]]) {
          const cx = x + dx * away + Math.sign(dx) * half, cy = y + dy * away;
          const box = [cx - half - 2, cy - 9, cx + half + 2, cy + 7];
          const out = Math.max(0, edge[0] - box[0]) + Math.max(0, box[2] - edge[2]) + Math.max(0, edge[1] - box[1]) + Math.max(0, box[3] - edge[3]);
          const inked = busy.filter(([a, b]) => box[0] <= a && a <= box[2] && box[1] <= b && b <= box[3]).length;
          const cost = 40 * out + 20 * boxes.reduce((sum, other) => sum + overlap(box, other), 0) + 3 * inked + away;
          if (!best || cost < best.cost) best = { cost, cx, cy, box };
        }
      boxes.push(best.box);
      return `<text x="${px(best.cx)}" y="${px(best.cy + 5)}" text-anchor="middle" class="cl-halo">${inSvg(text)}</text>`;
    }).join("");
  }
  svg() {
    const [l, t, r, b] = [this.left, this.top, this.left + this.across, this.top + this.down];
    const out = [`<clipPath id="${this.name}"><rect x="${px(l)}" y="${px(t)}" width="${px(r - l)}" height="${px(b - t)}"/></clipPath>`];
    if (this.frame) {
      const lines = [], shown = (v) => String(Math.round(v * 1e6) / 1e6).replace("-", "−");
      for (const v of ticks(...this.x)) {
        const x = this.to([v, this.y[0]])[0];
        lines.push(`M${px(x)},${px(t)}V${px(b)}`);
        out.push(`<text x="${px(x)}" y="${px(b + 16)}" text-anchor="middle" class="cl-tick">${shown(v)}</text>`);
      }
      for (const v of ticks(...this.y)) {
        const y = this.to([this.x[0], v])[1];
        lines.push(`M${px(l)},${px(y)}H${px(r)}`);
        out.push(`<text x="${px(l - 7)}" y="${px(y + 4)}" text-anchor="end" class="cl-tick">${shown(v)}</text>`);
      }
      const [x0, y0] = this.to([0, 0]);
      const zero = (x0 > l && x0 < r ? `M${px(x0)},${px(t)}V${px(b)}` : "") + (y0 > t && y0 < b ? `M${px(l)},${px(y0)}H${px(r)}` : "");
      out.push(`<path d="${lines.join("")}" fill="none" stroke="var(--cl-grid)"/>`);
      out.push(`<path d="${zero}M${px(l)},${px(t)}H${px(r)}V${px(b)}H${px(l)}Z" fill="none" stroke="var(--cl-soft)" stroke-width=".8"/>`);
      if (this.xLabel) out.push(`<text x="${px((l + r) / 2)}" y="${px(b + 35)}" text-anchor="middle">${inSvg(this.xLabel)}</text>`);
      if (this.yLabel) out.push(`<text x="${px(l)}" y="${px(t - 9)}">${inSvg(this.yLabel)}</text>`);
    }
    out.push(`<g clip-path="url(#${this.name})">${this.under.join("")}</g>`, ...this.above, this.write());
    this.rows().forEach((row, k) => {
      const y = this.below + 23 * k + 8;
      for (const [offset, [style, label, line, markers, hollow]] of row) {
        const x = l - 6 + offset;
        if (line) out.push(stroke(`M${pair([x, y])}h28`, style));
        if (markers) out.push(mark([x + 14, y], style, 4.5, hollow));
        out.push(`<text x="${px(x + 34)}" y="${px(y + 5)}" class="cl-key">${inSvg(label)}</text>`);
      }
    });
    return out.join("");
  }
}

// The figure: picture, handles, controls, table, words.

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
const svgElement = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);

function controlRow(control, change) {
  const { name, kind, label, tip } = control;
  if (kind === "box") {
    const input = element("input", { type: "checkbox", title: tip, onchange: () => change({ [name]: input.checked }) });
    return { node: element("label", { className: "cl-hand-box", title: tip }, input, label), show: (value) => (input.checked = value) };
  }
  if (kind === "menu") {
    const choices = control.options.map((text) => element("option", { value: text, textContent: text }));
    const select = element("select", { title: tip, onchange: () => change({ [name]: select.value }) }, ...choices);
    return { node: element("label", { className: "cl-hand-row", title: tip }, label, select), show: (value) => (select.value = value) };
  }
  const notched = kind === "notches";
  const [low, high, step] = notched ? [0, control.options.length - 1, 1] : [control.min, control.max, control.step];
  const digits = notched ? 0 : (String(step).split(".")[1] || "").length;
  const output = element("output");
  const read = () => (notched ? control.options[Number(input.value)] : round(Number(input.value)));
  const input = element("input", { type: "range", min: low, max: high, step, title: tip, oninput: () => change({ [name]: read() }) });
  const show = (value) => {
    input.value = notched ? control.options.indexOf(value) : value;
    // A value that was dragged lies between the notches of its slider, and is shown as it is.
    const needed = (String(round(value, 100)).split(".")[1] || "").length;
    output.textContent = notched ? String(value) : short(value, Math.max(digits, needed));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  return { node: element("label", { className: "cl-hand-row", title: tip }, label, input, output), show };
}

function table({ head = [], rows = [], words = false }, slim) {
  if (!rows.length) return "";
  // Where there is no room for many columns they become rows.
  if (slim && head.length > rows.length + 2) [head, rows] = [["", ...rows.map(([name]) => name)], head.slice(1).map((name, k) => [name, ...rows.map((row) => row[k + 1])])];
  const top = head.length ? `<thead><tr>${head.map((cell) => (cell ? `<th scope="col">${inHtml(cell)}</th>` : "<td></td>")).join("")}</tr></thead>` : "";
  const body = rows.map(([name, ...cells]) => `<tr><th scope="row">${inHtml(name)}</th>${cells.map((cell) => `<td>${inHtml(cell)}</td>`).join("")}</tr>`);
  return `<table class="${words ? "cl-words" : ""}${slim ? " cl-slim" : ""}">${top}<tbody>${body.join("")}</tbody></table>`;
}

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let count = 0;

// Build a figure into `el` and return what ends it.
//   title              a few words
//   hint               what can be done with the hands
//   draw(values, id, narrow) returns { plots, handles, table, notes, words }: handles are { name, at, plot, label, say, move, step },
//                      where move(place) and step(dx, dy) return the values that change
//   extras             controls that the kernel knows nothing of; their values begin undefined
//   turn               where the background can be dragged: turn(dx, dy, values) in pixels returns the values that change
export function figure({ model, el, title, hint = "", draw, turn = null, buttons = [], extras = [] }) {
  const id = `clh${Date.now().toString(36)}${count++}`;
  let values = { ...model.get("values") };
  let current = null, spoken = 0;

  const svg = svgElement("svg");
  const paper = svgElement("g"), grips = svgElement("g"), ground = svgElement("rect");
  for (const [key, value] of [["role", "group"], ["aria-label", title], ["aria-describedby", `${id}-words`], ["class", "cl-picture"]]) svg.setAttribute(key, value);
  paper.setAttribute("aria-hidden", "true");
  if (turn) svg.append(ground);
  svg.append(paper, grips);
  if (turn) paper.style.pointerEvents = "none";
  const said = element("p", { className: "cl-said", id: `${id}-words` });
  said.setAttribute("aria-live", "polite");
  const numbers = element("div");
  const controls = [...(model.get("controls") || []), ...extras];
  const rows = controls.map((control) => ({ name: control.name, ...controlRow(control, change) }));
  const pressed = buttons.map(({ label, press }) => element("button", { type: "button", textContent: label, onclick: () => press(tools) }));
  const root = element("div", { className: "cl-hand" }, element("style", { textContent: CSS }),
    element("div", { className: "cl-hand-picture" }, svg, ...(hint ? [element("p", { className: "cl-aside", textContent: hint })] : [])),
    element("div", { className: "cl-hand-side" }, ...rows.map((row) => row.node), ...pressed, numbers), said);
  // JupyterLab leaves the keys to us: its shortcuts by this mark, and its scrolling where it does not hear of them.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.addEventListener("keydown", (event) => {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
  });
  el.append(root);

  function change(changes) {
    const limited = Object.entries(changes).map(([name, value]) => {
      const control = controls.find((one) => one.name === name);
      return [name, control && control.kind === "slider" ? clamp(value, control.min, control.max) : value];
    });
    values = { ...values, ...Object.fromEntries(limited) };
    model.set("values", values);
    model.save_changes();
    show();
  }

  const grip = new Map(); // by name: they outlive a redraw, or a drag would lose its pointer

  function place(handle) {
    let made = grip.get(handle.name);
    if (!made) {
      const node = svgElement("g");
      node.setAttribute("class", "cl-grip");
      node.innerHTML = '<circle r="22" fill="transparent"/><circle class="cl-ring" r="14"/>';
      for (const [key, value] of [["tabindex", "0"], ["role", "slider"], ["data-handle", handle.name]]) node.setAttribute(key, value);
      made = { node, offset: null };
      grip.set(handle.name, made);
      grips.append(node);
      node.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        const [x, y] = inPicture(event), [a, b] = made.handle.plot.to(made.handle.at);
        made.offset = [a - x, b - y];
        node.setPointerCapture(event.pointerId);
        node.focus({ preventScroll: true });
        event.preventDefault();
      });
      node.addEventListener("pointermove", (event) => {
        if (!made.offset) return;
        const [x, y] = inPicture(event);
        change(made.handle.move(made.handle.plot.from([x + made.offset[0], y + made.offset[1]])) || {});
      });
      for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, () => (made.offset = null));
      node.addEventListener("keydown", (event) => {
        const by = KEYS[event.key];
        if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        change(made.handle.step(...by.map((d) => d * (event.shiftKey ? 0.1 : 1))) || {});
      });
    }
    made.handle = handle;
    const [x, y] = handle.plot.to(handle.at);
    made.node.setAttribute("transform", `translate(${px(x)},${px(y)})`);
    made.node.setAttribute("aria-label", handle.label);
    made.node.setAttribute("aria-valuetext", handle.say);
    made.node.setAttribute("aria-valuenow", short(handle.at[0], 3).replace("−", "-"));
  }

  const inPicture = (event) => {
    const matrix = svg.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return [x, y];
  };

  // Whether the figure is narrow, and its column of numbers: at first it may stand on no page yet, and have no width.
  const room = () => [root.clientWidth > 0 && root.clientWidth < 560, numbers.clientWidth > 0 && numbers.clientWidth < 376];
  let [slim, tight] = [false, false]; // as the last picture was drawn
  function show() {
    [slim, tight] = room();
    current = draw(values, id, slim);
    root.classList.toggle("cl-hand-two", current.plots.length > 1);
    const wide = Math.max(...current.plots.map((plot) => plot.shift + plot.wide));
    const high = Math.max(...current.plots.map((plot) => plot.height));
    svg.setAttribute("viewBox", `0 0 ${px(wide)} ${px(high)}`);
    paper.innerHTML = current.plots.map((plot) => plot.svg()).join("");
    if (turn) {
      const { left, top, across, down } = current.plots[0];
      for (const [key, value] of [["x", left], ["y", top], ["width", across], ["height", down]]) ground.setAttribute(key, px(value));
    }
    const there = new Set(current.handles.map((handle) => handle.name));
    for (const [name, { node }] of grip) node.style.display = there.has(name) ? "" : "none";
    current.handles.forEach(place);
    for (const row of rows) row.show(values[row.name] ?? false);
    numbers.innerHTML = table(current.table || {}, slim || tight) + (current.notes || []).map((note) => `<p>${inHtml(note)}</p>`).join("");
    // A screen reader hears where things came to rest, and not every place on the way.
    clearTimeout(spoken);
    if (said.textContent) spoken = setTimeout(() => (said.textContent = current.words), 600);
    else said.textContent = current.words;
  }

  if (turn) {
    let last = null;
    for (const [key, value] of [["fill", "transparent"], ["class", "cl-ground"], ["tabindex", "0"], ["role", "slider"], ["data-handle", "ground"],
      ["aria-label", "The space: drag, or use the arrow keys, to turn it"], ["aria-valuenow", "0"]]) ground.setAttribute(key, value);
    // A finger that moves across turns the space; one that moves down scrolls the page.
    ground.style.touchAction = "pan-y";
    ground.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      last = [event.clientX, event.clientY];
      ground.setPointerCapture(event.pointerId);
    });
    ground.addEventListener("pointermove", (event) => {
      if (!last) return;
      const by = [event.clientX - last[0], event.clientY - last[1]];
      last = [event.clientX, event.clientY];
      change(turn(...by, values));
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) ground.addEventListener(end, () => (last = null));
    ground.addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      change(turn(10 * by[0], -10 * by[1], values));
    });
  }

  const watch = new ResizeObserver(() => {
    if (root.clientWidth > 0 && String(room()) !== String([slim, tight])) show();
  });
  watch.observe(root);
  const tools = { change, values: () => values, root };
  const heard = () => {
    const told = model.get("values");
    if (JSON.stringify(told) === JSON.stringify(values)) return;
    values = { ...told };
    show();
  };
  model.on("change:values", heard);
  show();
  return () => {
    clearTimeout(spoken);
    watch.disconnect();
    if (model.off) model.off("change:values", heard);
  };
}
