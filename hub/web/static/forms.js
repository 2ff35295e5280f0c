// Buttons that change something: sent without leaving the page, and the answer told in a line.

import { say } from "./words.js";

const DOUBLE_TAP_MS = 700;
const TOAST_MS = 6_000;

const toast = document.getElementById("toast");
let hide = 0;
let quietUntil = 0;

export function tell(text) {
  clearTimeout(hide);
  toast.textContent = text;
  toast.hidden = false;
  hide = setTimeout(() => {
    toast.hidden = true;
  }, TOAST_MS);
}

// after(): called when an answer came, whatever it was, so that the page shows how things stand.
export function listen(after) {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-send]")) return;
    event.preventDefault();
    // The second tap of a double tap must not hit the button that took the first one's place.
    if (performance.now() >= quietUntil) send(event.target, event.submitter, after);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
}

async function send(form, button, after) {
  quietUntil = Infinity;
  if (button) button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form, button)),
      headers: { Accept: "application/problem+json" },
    });
    if (!answer.ok) tell((await answer.json()).title);
  } catch {
    tell(say("live.not_sent"));
  }
  quietUntil = performance.now() + DOUBLE_TAP_MS;
  if (button) button.disabled = false;
  after();
}
