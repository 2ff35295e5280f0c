// A room's panel goes back to its first page by itself, and is left by a key as well as by a finger.

const IDLE_MS = 60_000;
const TIGHTEST = 6;

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
document.addEventListener("submit", (event) => event.target.id === "form-broken" && back());
stir();

// What is said above the agenda takes its room; then the agenda says less, and nothing is cut in half.
function fit() {
  for (let tight = 0; tight <= TIGHTEST; tight += 1) {
    agenda.dataset.tight = tight;
    if (agenda.scrollHeight <= agenda.clientHeight) return;
  }
}

document.addEventListener("refreshed", fit);
addEventListener("resize", fit);
document.fonts.ready.then(fit);
