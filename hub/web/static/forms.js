// Buttons that change something: sent without leaving the page, and the answer told in a line.

import { send } from "./send.js";
import * as taps from "./taps.js";
import { say } from "./words.js";

const DOUBLE_TAP_MS = 700;
const TOAST_MS = 6_000;

const toast = document.getElementById("toast");
const resting = new Map(); // a thing's id to when its buttons may be pressed again
let hide = 0;

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
    if (!event.target.matches("[data-send], [data-keep]")) return;
    event.preventDefault();
    if (event.target.dataset.ask && !confirm(event.target.dataset.ask)) return;
    if (event.submitter?.ariaDisabled === "true") return;
    if ("keep" in event.target.dataset) sendOrKeep(event.target, event.submitter, after);
    else sendForm(event.target, event.submitter, after);
  });
  document.addEventListener("change", (event) => event.target.form?.matches("[data-change]") && event.target.form.requestSubmit());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("refreshed", () => {
    rest();
    taps.show();
  });
  taps.show();
}

// Send the taps that wait: the hub is back, as far as anybody knows.
export function sendWaiting(after) {
  if (taps.waiting().length) taps.flush(tell, after);
}

async function sendOrKeep(form, button, after) {
  const node = form.closest("li[id], form[id]");
  const body = taps.stamp(new URLSearchParams(new FormData(form, button)));
  const what = node?.querySelector(".kind > span")?.textContent ?? "";
  resting.set(node?.id, Infinity);
  rest();
  const answer = taps.waiting().length ? null : await taps.post(form.action, body);
  if (!answer) taps.keep(form.action, body, node?.id, what);
  else if (!answer.ok) tell(answer.title);
  resting.set(node?.id, performance.now() + DOUBLE_TAP_MS);
  rest(); // a button that takes this one's place must not get its second tap
  setTimeout(rest, DOUBLE_TAP_MS);
  if (form.dataset.then && (!answer || answer.ok)) location.assign(form.dataset.then);
  else after();
}

async function sendForm(form, button, after) {
  const thing = form.closest("[id]")?.id;
  resting.set(thing, Infinity);
  rest();
  try {
    const answer = await send(form.action, new FormData(form, button));
    const { title, said, code } = await answer.json();
    if (code === "prove_again") location.assign(`/again?back=${encodeURIComponent(location.pathname + location.search)}`);
    if (code === "sign_in_first") location.reload(); // which leads to where people sign in
    if (!answer.ok) tell(title);
    else if (said) tell(said.join("\n"));
    if (answer.ok && "empties" in form.dataset) form.reset();
    if (answer.ok && "anew" in form.dataset) location.reload(); // it is somebody else's page from now on: alerts, too
  } catch {
    tell(say("live.not_sent"));
  }
  // The second tap of a double tap must not hit the button that takes the first one's place.
  resting.set(thing, performance.now() + DOUBLE_TAP_MS);
  setTimeout(rest, DOUBLE_TAP_MS);
  after();
}

function rest() {
  for (const [thing, until] of resting) {
    const over = performance.now() >= until;
    if (over) resting.delete(thing);
    for (const button of document.getElementById(thing)?.querySelectorAll("button") ?? []) {
      button.ariaDisabled = over ? null : "true";
    }
  }
}
