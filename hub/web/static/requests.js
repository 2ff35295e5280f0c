// Finds guests while their name is being typed: a name that no address holds. Without scripts the form has a button.

import { parse } from "./parse.js";
import { send } from "./send.js";

const PAUSE_MS = 200;

const field = document.querySelector("[data-find]");
const place = document.querySelector("[data-found]");
let pause = 0;
let asked = 0;

async function find() {
  const turn = ++asked;
  const typed = new URLSearchParams({ who: field.value });
  const answer = await send("/staff/requests/new?part=found", typed);
  if (!answer.ok || turn !== asked) return; // a later one has been asked
  const fresh = parse(await answer.text());
  place.replaceChildren(...fresh);
}

function soon() {
  clearTimeout(pause);
  pause = setTimeout(() => find().catch(() => {}), PAUSE_MS);
}

field?.addEventListener("input", soon);
if (field?.value) soon(); // who types fast was there before this script
// Enter must not send the form with whichever button comes first.
field?.form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
});
