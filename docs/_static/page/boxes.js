// Boxes of a page that the engine answers: a model and a law, and an answer to each exercise.

import { ask, running, start, stop, watch, weight } from "./engine.js";

const mega = (bytes) => (bytes / 1e6).toFixed(1);

async function typeset(element) {
  await window.MathJax?.startup?.promise;
  await window.MathJax?.typesetPromise?.([element]);
}

function note(box) {
  const words = box.querySelector(".cl-note");
  const bar = box.querySelector("progress");
  return (text, share) => {
    words.textContent = text;
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
  };
}

// What is typed starts the engine already: while a person writes, it comes.
function warm(box) {
  box.addEventListener("input", () => start().catch(() => {}), { once: true });
}

async function question(box, output, button, what, given, show) {
  const say = note(box);
  const early = setTimeout(() => running() && say("It computes …"), 400);
  button.textContent = "Stop";
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(what, ...given);
    show(answer);
    await typeset(output);
  } catch (problem) {
    output.innerHTML = "";
    const told = output.appendChild(document.createElement("p"));
    told.textContent = problem.message;
  } finally {
    clearTimeout(early);
    say("");
    button.textContent = button.dataset.words;
    box.removeAttribute("aria-busy");
  }
}

function certificate(output, { certificate: text, checked }, number) {
  const line = output.appendChild(document.createElement("p"));
  line.className = "cl-certificate";
  if (text) {
    const link = line.appendChild(document.createElement("a"));
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `law-${number}.json`;
    link.textContent = "Download the certificate";
    line.append(": ");
  }
  line.append(checked);
}

let certificates = 0;

// What is typed stays on this device, and stands in its box on the next visit.
const ANSWERS = "conslaw_nb answers";

function answers() {
  try {
    return JSON.parse(localStorage.getItem(ANSWERS)) || {};
  } catch {
    return {}; // nothing may be read, or it is not ours
  }
}

function keep(number, text) {
  try {
    localStorage.setItem(ANSWERS, JSON.stringify({ ...answers(), [number]: text }));
    return true;
  } catch {
    return false;
  }
}

function lawBox(box) {
  const { model, law } = box.elements;
  const output = box.querySelector("output");
  const button = box.querySelector("button[type=submit]");
  button.dataset.words = button.textContent;
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.getAttribute("aria-busy")) return stop();
    question(box, output, button, "law", [model.value, law.value], (answer) => {
      output.innerHTML = answer.html;
      if (answer.checked) certificate(output, answer, ++certificates);
    });
  });
  for (const example of box.querySelectorAll("[data-model]"))
    example.addEventListener("click", () => {
      [model.value, law.value] = [example.dataset.model, example.dataset.law];
      box.requestSubmit();
    });
  warm(box);
}

function exerciseBox(box) {
  const number = box.dataset.exercise;
  const field = box.elements.answer;
  const output = box.querySelector("output");
  const [check, hint] = box.querySelectorAll("button");
  for (const button of [check, hint]) button.dataset.words = button.textContent;
  field.value = answers()[number] ?? field.value;
  field.addEventListener("input", () => {
    if (!keep(number, field.value)) note(box)("This browser keeps nothing for this page: your answer is gone when you close it.");
  });
  const show = (answer) => {
    output.innerHTML = answer.html;
    if (answer.outcome === "right") box.dataset.solved = "";
  };
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.getAttribute("aria-busy")) return stop();
    question(box, output, check, "answer", [number, field.value], show);
  });
  hint.addEventListener("click", () => question(box, output, hint, "hint", [number], show));
  field.addEventListener("keydown", (event) => {
    // In a field of several lines Enter makes a new line, as in a cell; there Shift + Enter answers.
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      box.requestSubmit();
    }
  });
  warm(box);
}

export function boxes() {
  const all = [...document.querySelectorAll("form.cl-box")];
  for (const box of all) {
    if (box.dataset.exercise) exerciseBox(box);
    else lawBox(box);
    const say = note(box);
    watch((text, share) => box.getAttribute("aria-busy") && say(text, share));
  }
  const first = all.find((box) => !box.dataset.exercise);
  if (first)
    weight().then((bytes) => {
      const told = bytes ? `The first question fetches the engine, ${mega(bytes)} MB, once.` : "The engine is here already.";
      if (!running()) note(first)(`${told} It runs on this device: nothing you type is sent anywhere.`);
    }, () => {});
}
