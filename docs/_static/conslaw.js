// The theme's captions say that they are headings, and not of which level; and whoever scrolls with the keyboard can
// only reach what takes the focus.
addEventListener("DOMContentLoaded", () => {
  const drawers = { ".sidebar-drawer": "The site", ".toc-drawer": "This page" };
  for (const [name, label] of Object.entries(drawers)) document.querySelector(name)?.setAttribute("aria-label", label);
  const heading = document.querySelector("article h1, article h2"); // the page of the search has only the lower one
  if (heading?.localName === "h2") heading.outerHTML = heading.outerHTML.replace(/^<h2/, "<h1").replace(/h2>$/, "h1>");
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  const reach = (name) => {
    for (const box of document.querySelectorAll(name)) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  };
  reach("pre, .cell_output, .table-wrapper, nav[aria-label^='Level map']");
  // A formula is no stop of the Tab key, unless it is wider than its page.
  addEventListener("load", () => window.MathJax?.startup?.promise?.then(() => reach("mjx-container[display=true]")));
});
