// The theme's captions say that they are headings, and not of which level; and whoever scrolls with the keyboard can
// only reach what takes the focus.
addEventListener("DOMContentLoaded", () => {
  const drawers = { ".sidebar-drawer": "The site", ".toc-drawer": "This page" };
  for (const [name, label] of Object.entries(drawers)) document.querySelector(name)?.setAttribute("aria-label", label);
  const heading = document.querySelector("h1, [role=main] h2, article h2");
  if (heading?.localName === "h2") [heading.role, heading.ariaLevel] = ["heading", "1"];
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  for (const box of document.querySelectorAll("pre, .cell_output, .table-wrapper, nav[aria-label^='Level map']"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
});
