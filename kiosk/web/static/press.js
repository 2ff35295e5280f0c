// What a guest does: presses (by finger, Tab and Enter, or four keys), and being there, which puts a time-out off.

import { act, post, whenUnanswered } from "./post.js";
import { type, typed } from "./steps.js";

const ACTIVE_MS = 5_000;
const FOCUSABLE = "button:not([disabled]), a[href], input, select, [tabindex='0']";
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

const stage = document.getElementById("stage");
const warning = document.getElementById("warning");

let told = -ACTIVE_MS;
// A click comes when the finger is lifted where it was put down: one that slides off presses nothing.
function press(event) {
  const button = event.target.closest("[data-post], [data-key], [data-action]");
  if (!button) return;
  const { post: path, key, action, value } = button.dataset;
  if (path) post(path);
  else if (key) type(key);
  else act(stage.dataset.id, action, action === "enter" ? (typed() ?? value) : value);
}

function active() {
  if (performance.now() - told < ACTIVE_MS && warning.hidden) return;
  told = performance.now();
  post("/active");
}

function byKeys(are) {
  document.documentElement.toggleAttribute("data-keys", are);
}

function reachable() {
  return [...document.querySelectorAll(FOCUSABLE)].filter((box) => box.checkVisibility({ visibilityProperty: true }));
}

function key(event) {
  byKeys(true);
  if (event.repeat && event.key === "Enter") return event.preventDefault(); // a held key presses once
  active();
  if (event.key === "Escape") {
    const back = document.querySelector("#stage [data-back]");
    return back ? back.click() : post("/leave");
  }
  if (!(event.key in STEPS) || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  const boxes = reachable();
  const at = boxes.indexOf(document.activeElement);
  const next = at < 0 && STEPS[event.key] < 0 ? boxes.length - 1 : at + STEPS[event.key];
  boxes[(next + boxes.length) % boxes.length]?.focus();
}

function sameAs(box) {
  const { post: path, key, action, value } = box.dataset;
  return JSON.stringify([box.id, path, key, action, value]);
}

// What stood in focus, so that it can be found again on the screen that is drawn next.
export function focused() {
  const box = document.activeElement;
  if (!box || box === document.body) return null;
  return { box, same: sameAs(box), kind: document.body.dataset.kind };
}

// The same thing again on the same screen; a new screen begins at its first control, or leaves the focus on the rail.
export function refocus(was) {
  if (was && (was.box.isConnected || document.activeElement !== document.body)) {
    if (was.kind === document.body.dataset.kind || !stage.querySelector(FOCUSABLE)) return;
  }
  const boxes = [...stage.querySelectorAll(FOCUSABLE)];
  const same = was && boxes.find((box) => sameAs(box) === was.same);
  const next = (was?.kind === document.body.dataset.kind && same) || stage.querySelector("[autofocus]") || boxes[0];
  next?.focus({ preventScroll: true });
}

export function listen(onUnanswered) {
  whenUnanswered(onUnanswered);
  addEventListener("click", press);
  addEventListener("pointerdown", () => (byKeys(false), active()));
  addEventListener("keydown", key);
  addEventListener("contextmenu", (event) => event.preventDefault()); // a long press means nothing here
}
