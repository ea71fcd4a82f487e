// The theme's captions say that they are headings, and not of which level; and whoever scrolls with the keyboard can
// only reach what takes the focus.
addEventListener("DOMContentLoaded", () => {
  const drawers = { ".sidebar-drawer": "The site", ".toc-drawer": "This page" };
  for (const [name, label] of Object.entries(drawers)) document.querySelector(name)?.setAttribute("aria-label", label);
  const heading = document.querySelector("article h1, article h2"); // the page of the search has only the lower one
  if (!heading) document.querySelector("article")?.insertAdjacentHTML("afterbegin", "<h1>Search</h1>");
  if (heading?.localName === "h2") heading.outerHTML = heading.outerHTML.replace(/^<h2/, "<h1").replace(/h2>$/, "h1>");
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  const reach = (name) => {
    for (const box of document.querySelectorAll(name)) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  };
  const boxes = "pre, .cell_output, .table-wrapper, nav[aria-label^='Level map'], .cell_output [style*='overflow'], .cl-proof td";
  reach(boxes);
  // Tables of formulas grow when these are set, whenever that is.
  for (const box of document.querySelectorAll(".cell_output [style*='overflow-x']")) box.tabIndex = 0;
  // A formula is no stop of the Tab key, unless it is wider than its page.
  addEventListener("load", () => window.MathJax?.startup?.promise?.then(() => {
    reach(`${boxes}, mjx-container[display=true]`);
    join();
  }));
});

// No line begins with the comma that follows a formula, and none ends with the bracket before one.
function join() {
  for (const formula of document.querySelectorAll("article mjx-container:not([display])")) {
    const whole = formula.closest("span.math") || formula;
    const [before, after] = [whole.previousSibling, whole.nextSibling];
    const first = /[([“‘]+$/.exec(before?.data || "")?.[0] || "";
    const last = /^[)\]’”]*[,.;:!?]*/.exec(after?.data || "")[0];
    if (!first && !last) continue;
    const line = document.createElement("span");
    line.style.whiteSpace = "nowrap";
    whole.before(line);
    line.append(first, whole, last);
    if (first) before.data = before.data.slice(0, -first.length);
    if (last) after.data = after.data.slice(last.length);
  }
}

// What the search shows of a page is its source: formulas are written there in TeX, and here in plain signs.
const SIGNS = {
  alpha: "α", chi: "χ", delta: "δ", Delta: "Δ", varepsilon: "ε", eta: "η", lambda: "λ", Lambda: "Λ", Omega: "Ω", varphi: "φ",
  phi: "φ", Psi: "Ψ", rho: "ρ", sigma: "σ", Sigma: "Σ", tau: "τ", theta: "θ", Theta: "Θ", xi: "ξ", ell: "ℓ", partial: "∂",
  nabla: "∇", infty: "∞", int: "∫", sum: "Σ", in: "∈", times: "×", pm: "±", subseteq: "⊆", le: "≤", ge: "≥", ne: "≠", to: "→",
  mapsto: "↦", iff: "⟺", perp: "⊥", cdot: "·", dots: "…", langle: "⟨", rangle: "⟩", top: "ᵀ", dim: "dim ", ker: "ker ",
  log: "log ", max: "max ", min: "min ", quad: " ",
};
const plain = (tex) =>
  tex
    .replace(/\\t?frac\{([^{}]*)\}\{([^{}]*)\}/g, "$1/$2")
    .replace(/\\mathbb\s*\{?R\}?/g, "ℝ")
    .replace(/\\(?:mathbb|mathcal|mathbf|mathrm|rm|text|left|right|big|begin\{\w+\}|end\{\w+\})/g, "")
    .replace(/\\([A-Za-z]+)/g, (_, name) => SIGNS[name] ?? "")
    .replace(/\\\|/g, "‖")
    .replace(/\\[()[\],;! ]|[{}$]/g, "")
    .replace(/\^ᵀ/g, "ᵀ")
    .replace(/\s+/g, " ");
addEventListener("DOMContentLoaded", () => {
  const results = document.getElementById("search-results");
  if (!results) return;
  new MutationObserver(() => {
    for (const found of results.querySelectorAll(".context")) {
      for (const word of found.querySelectorAll(".highlighted")) {
        const before = word.previousSibling; // the word that was looked for may be the name of a sign
        if (before?.data?.endsWith("\\")) [before.data, word.textContent] = [before.data.slice(0, -1), plain(`\\${word.textContent}`)];
      }
      const walker = document.createTreeWalker(found, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const words = plain(walker.currentNode.data);
        if (words !== walker.currentNode.data) walker.currentNode.data = words;
      }
    }
  }).observe(results, { childList: true, subtree: true });
});
