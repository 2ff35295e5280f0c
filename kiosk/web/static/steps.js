// What a guest touches and types on a step. The kiosk decides what a touch means; this only tells it, and shows letters.

const stage = document.getElementById("stage");

let telling = Promise.resolve();
let untold = null;

function press(action, value) {
  const body = new URLSearchParams({ version: stage.dataset.id, action, value });
  return fetch("/press", { method: "POST", cache: "no-store", body }).catch(() => {});
}

// One telling at a time, and always of all that stands there: letters cannot arrive in another order.
function tell(text) {
  const waiting = untold !== null;
  untold = { id: stage.dataset.id, text };
  if (waiting) return;
  telling = telling.then(() => {
    const { id, text } = untold;
    untold = null;
    return id === stage.dataset.id ? press("type", text) : null;
  });
}

function typed() {
  return stage.querySelector(".field");
}

function type(key) {
  const field = typed();
  const text = key === "delete" ? field.textContent.slice(0, -1) : field.textContent + key;
  if (text.length > Number(field.dataset.most)) return;
  field.textContent = text;
  field.scrollLeft = field.scrollWidth;
  tell(text);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-action], [data-key]");
  if (!button || button.disabled) return;
  if (button.dataset.key) return type(button.dataset.key);
  const { action, value = "" } = button.dataset;
  press(action, action === "enter" && typed() ? typed().textContent : value);
});

// A keyboard that is plugged in writes too.
document.addEventListener("keydown", (event) => {
  if (!typed() || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key === "Backspace" ? "delete" : event.key.toUpperCase();
  const there = stage.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!there || (key === " " && event.target.closest("button"))) return;
  event.preventDefault();
  type(key);
});
