// The theme's captions say that they are headings, and not of which level; and whoever scrolls with the keyboard can
// only reach what takes the focus.
addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  for (const box of document.querySelectorAll("pre, .cell_output, .table-wrapper, nav[aria-label^='Level map']"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
});
