// A room's panel goes back to its first page by itself, and is left by a key as well as by a finger.

const IDLE_MS = 60_000;
// How the agenda gives way, the least needed first: heading, parts and title on one line or left out (panel.css).
const TIGHT = ["", "h1", "h1 p1", "h0", "h0 p1", "h0 p1 last0", "h0 p0", "h0 p0 t1", "h0 p0 t1 one", "h0 p0 t1 one bare"];

const agenda = document.querySelector(".agenda");

let idle = 0;

function back() {
  if (document.querySelector(".sheet:target")) location.replace("#room");
}

function stir() {
  clearTimeout(idle);
  idle = setTimeout(back, IDLE_MS);
}

for (const kind of ["pointerdown", "keydown", "hashchange"]) addEventListener(kind, stir);
addEventListener("keydown", (event) => event.key === "Escape" && back());
document.addEventListener("submit", (event) => event.target.matches(".choice") && back());
stir();

// What is said above the agenda takes its room; then the agenda says less, and nothing is cut in half.
function fit() {
  for (const tight of TIGHT) {
    agenda.dataset.tight = tight;
    if (agenda.scrollHeight <= agenda.clientHeight) return;
  }
}

document.addEventListener("refreshed", fit);
addEventListener("resize", fit);
document.fonts.ready.then(fit);
