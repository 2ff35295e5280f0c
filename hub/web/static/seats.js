// The seat map answers "who sits here": to the mouse, to a finger, and to the arrow keys.

const NEAR = 16;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const section = document.getElementById("seats");
let chosen = new URLSearchParams(location.search).get("seat") ?? "";

function marks() {
  return [...section.querySelectorAll("use[data-seat]")];
}

function at(mark) {
  return [Number(mark.getAttribute("x")), Number(mark.getAttribute("y"))];
}

function choose(mark) {
  chosen = mark?.dataset.seat ?? "";
  show(mark);
  section.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: chosen }));
}

function show(mark) {
  const words = section.querySelector("#seat-words");
  const ring = section.querySelector("#seat-ring");
  if (!words || !ring) return;
  const [x, y] = mark ? at(mark) : [-50, -50];
  ring.setAttribute("cx", x);
  ring.setAttribute("cy", y);
  offer("seat-task", mark?.dataset.wants);
  offer("seat-new", mark?.dataset.seat);
  words.textContent = mark ? mark.querySelector("title").textContent : words.dataset.idle;
  words.classList.toggle("told", Boolean(mark));
}

// What can be done about the seat: see its task, note a new one.
function offer(id, key) {
  const link = section.querySelector(`#${id}`);
  if (!link) return;
  link.hidden = !key || "pick" in section.dataset;
  if (key) link.href = link.dataset.base + encodeURIComponent(key);
}

function find() {
  return marks().find((mark) => mark.dataset.seat === chosen);
}

function under(event) {
  const svg = event.target.closest(".seat-map svg");
  if (!svg) return null;
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return nearest(([x, y]) => Math.hypot(x - point.x, y - point.y), NEAR);
}

function nearest(distance, most = Infinity) {
  let best = null;
  let least = most;
  for (const mark of marks()) {
    const far = distance(at(mark));
    if (far < least) [best, least] = [mark, far];
  }
  return best;
}

function step([right, down]) {
  const from = find();
  if (!from) return marks()[0];
  const [x0, y0] = at(from);
  const next = nearest(([x, y]) => {
    const along = (x - x0) * right + (y - y0) * down;
    const aside = Math.abs((x - x0) * down) + Math.abs((y - y0) * right);
    return along > 4 ? along + 2 * aside : Infinity;
  });
  return next ?? from;
}

section.addEventListener("pointermove", (event) => {
  if (event.pointerType === "mouse") show(under(event) ?? find());
});
section.addEventListener("pointerleave", () => show(find()));
section.addEventListener("click", (event) => {
  if (event.target.closest(".seat-map")) choose(under(event));
});
section.addEventListener("keydown", (event) => {
  if (!event.target.matches(".seat-map")) return;
  if (event.key === "Escape") choose(null);
  else if (STEPS[event.key]) choose(step(STEPS[event.key]));
  else return;
  event.preventDefault();
});
section.addEventListener("refreshed", () => show(find()));
document.addEventListener("unpick", () => {
  chosen = "";
  show(null);
});
if (chosen) show(find());
