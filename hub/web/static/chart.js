// A chart answers "what was it then": to the mouse, to a finger and to the arrow keys; dragging looks closer.

const section = document.getElementById("chart");
const wall = new Intl.DateTimeFormat(document.documentElement.lang, {
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
  timeZone: document.body.dataset.zone,
});
const LEAST_S = 300;
const LEAST_DRAG = 0.01;

let chosen = -1; // the place of the sample under the cross
let from = null; // where a drag began, as a share of the width

const plot = () => document.getElementById("plot");

function samples() {
  return (plot()?.dataset.samples ?? "").split(" ").map((one) => one.split(":").map(Number));
}

function span() {
  const { start, end } = plot().dataset;
  return [Number(start), Number(end) - Number(start)];
}

function show() {
  if (!plot()) return;
  const words = section.querySelector("#reading");
  const cross = section.querySelector("#cross");
  const sample = samples()[chosen];
  const [start, long] = span();
  const x = sample ? `${(100 * sample[0]) / long}%` : "0";
  cross.setAttribute("visibility", sample ? "visible" : "hidden");
  cross.setAttribute("x1", x);
  cross.setAttribute("x2", x);
  words.textContent = sample
    ? `${wall.format(new Date((start + sample[0]) * 1000))} · ${sample[1]} ${plot().dataset.unit}`
    : words.dataset.idle;
  words.classList.toggle("told", Boolean(sample));
}

function share(event) {
  const box = plot().querySelector("svg").getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.x) / box.width));
}

function nearest(at) {
  const second = at * span()[1];
  return samples().reduce((best, [when], place, all) =>
    Math.abs(when - second) < Math.abs(all[best][0] - second) ? place : best, 0);
}

function zone(to) {
  const mark = section.querySelector("#zone");
  mark.setAttribute("x", `${100 * Math.min(from ?? 0, to)}%`);
  mark.setAttribute("width", from === null ? "0" : `${100 * Math.abs(to - from)}%`);
}

function zoom(first, last) {
  const [start, long] = span();
  const middle = start + (long * (first + last)) / 2;
  const half = Math.max(LEAST_S, long * Math.abs(last - first)) / 2;
  const way = new URLSearchParams({
    point: plot().dataset.point,
    from: Math.floor(middle - half),
    to: Math.ceil(middle + half),
  });
  location.assign(`?${way}#chart`);
}

const way = (name) => section.querySelector(`[data-way="${name}"]`)?.click();
const KEYS = {
  ArrowLeft: () => step(-1),
  ArrowRight: () => step(1),
  Home: () => step(-Infinity),
  End: () => step(Infinity),
  "+": () => way("in"),
  "=": () => way("in"),
  "-": () => way("out"),
  PageUp: () => way("earlier"),
  PageDown: () => way("later"),
  0: () => section.querySelector('[data-span="24h"]')?.click(),
  Escape: () => choose(-1),
};

function step(by) {
  const last = samples().length - 1;
  choose(chosen < 0 && by > -Infinity ? last : Math.min(last, Math.max(0, chosen + by)));
}

function choose(place) {
  chosen = place;
  show();
}

section.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#plot") || event.button) return;
  from = share(event);
  plot().setPointerCapture(event.pointerId);
});
section.addEventListener("pointermove", (event) => {
  if (!event.target.closest("#plot")) return;
  choose(nearest(share(event)));
  if (from !== null) zone(share(event));
});
section.addEventListener("pointerup", (event) => {
  if (from === null) return;
  const [first, last] = [from, share(event)];
  from = null;
  zone(0);
  if (Math.abs(last - first) > LEAST_DRAG) zoom(first, last);
});
section.addEventListener("pointercancel", () => {
  from = null;
  if (plot()) zone(0);
});
section.addEventListener("keydown", (event) => {
  if (!event.target.matches("#plot") || event.ctrlKey || event.altKey || event.metaKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
section.addEventListener("refreshed", show);
