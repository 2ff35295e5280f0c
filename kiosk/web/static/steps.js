// What a guest types. The kiosk keeps it; this only tells it, and shows the letters at once.

import { turnKeys } from "./fit.js";
import { act } from "./post.js";

const stage = document.getElementById("stage");

let telling = Promise.resolve();
let untold = null;

// One telling at a time, and always of all that stands there: letters cannot arrive in another order.
function tell(text) {
  const waiting = untold !== null;
  untold = { id: stage.dataset.id, text };
  if (waiting) return;
  telling = telling.then(() => {
    const { id, text } = untold;
    untold = null;
    return id === stage.dataset.id ? act(id, "type", text) : null;
  });
}

function field() {
  return stage.querySelector(".field");
}

// What stands in the field, where something is typed.
export function typed() {
  return field()?.textContent;
}

export function type(key) {
  if (key === "layer") return turnKeys();
  const text = key === "delete" ? typed().slice(0, -1) : typed() + key;
  if (text.length > Number(field().dataset.most)) return;
  field().textContent = text;
  field().scrollLeft = field().scrollWidth;
  tell(text);
}

// A keyboard that is plugged in writes too.
addEventListener("keydown", (event) => {
  if (!field() || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key === "Backspace" ? "delete" : event.key.toUpperCase();
  const there = stage.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!there || (key === " " && event.target.closest("button"))) return;
  event.preventDefault();
  type(key);
});
