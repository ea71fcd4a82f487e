// Figures that are moved by hand: the modules of a notebook's widgets, each with a plain object in the place of a kernel.

export function model(state) {
  const heard = new Map();
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const listener of heard.get(`change:${name}`) || []) listener();
    },
    save_changes() {},
    on: (event, listener) => heard.set(event, [...(heard.get(event) || []), listener]),
    off() {},
  };
}

async function mount(place) {
  const { default: figure } = await import(new URL(`../hand/${place.dataset.figure}.js`, import.meta.url));
  const el = document.createElement("div");
  await figure.render({ model: model(JSON.parse(place.dataset.state)), el });
  place.replaceChildren(el); // the still picture goes when the other one stands
}

// A figure is loaded when it comes near the window.
export function figures() {
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      mount(target).catch((problem) => console.warn("The figure stays a still picture.", problem));
    }
  }, { rootMargin: "300px" });
  for (const place of document.querySelectorAll("[data-figure]")) near.observe(place);
}
