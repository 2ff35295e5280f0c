// The page's only script: swaps the screen when an event says so, keeps the clock, presses the buttons.

const QUIET_MS = 20_000;
const RETRY_S = [1, 2, 4, 5];
// How a screen is set, from generous to dense: size, air, and whether lines break between phrases only. The first
// setting in which all of it is to be seen is taken; size 1 is the smallest that the house's own texts ever need.
const SIZES = [1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1];
const SETTINGS = [
  ...SIZES.map((size) => [size, size, "phrases"]),
  [1, 0.5, "phrases"],
  [1.2, 1, "anywhere"],
  [1.1, 1, "anywhere"],
  [1, 1, "anywhere"],
  [1, 0.5, "anywhere"],
  [1, 0.5, "dense"],
  ...[0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3].map((size) => [size, 0.4, "dense"]),
];

const stage = document.getElementById("stage");
const stale = document.getElementById("stale");
const notice = document.getElementById("notice");
const clock = document.getElementById("clock");
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.zone });

let source = null;
let tries = 0;
let retry = 0;
let watchdog = 0;
let ahead = Number(clock.dataset.now) - Date.now();

function isWhole(screen) {
  const lines = [screen, ...screen.querySelectorAll("h1, h2, p, div, header")];
  return screen.scrollHeight <= screen.clientHeight && lines.every((box) => box.scrollWidth <= box.clientWidth);
}

function fit() {
  const screen = stage.firstElementChild;
  for (const [size, air, breaks] of SETTINGS) {
    stage.dataset.size = size;
    stage.dataset.breaks = breaks;
    stage.style.setProperty("--size", size);
    stage.style.setProperty("--air", air);
    if (isWhole(screen)) return;
  }
}

function put(nodes, lang) {
  const before = document.body.dataset.kind;
  stage.replaceChildren(...nodes);
  const kind = stage.firstElementChild?.dataset.kind ?? "";
  document.body.dataset.kind = kind;
  document.documentElement.lang = lang;
  stage.classList.toggle("entering", kind !== before);
  fit();
}

function show(event) {
  const [run] = event.lastEventId.split(".");
  if (!stage.dataset.id.startsWith(`${run}.`)) {
    location.reload(); // the kiosk program was started anew: take its page too
    return;
  }
  alive(event);
  if (stage.dataset.id === event.lastEventId) return;
  const { html, lang } = JSON.parse(event.data);
  stage.dataset.id = event.lastEventId;
  put(new DOMParser().parseFromString(html, "text/html").body.children, lang);
}

// What staff are asked to see to stands beneath every screen, and the screen above it is set anew.
function ask(lines) {
  const texts = [...notice.children].map((line, index) => (line.textContent = lines[index]?.text ?? ""));
  const hidden = !texts.some(Boolean);
  if (hidden === notice.hidden) return;
  notice.hidden = hidden;
  fit();
}

function alive(event) {
  if (event.data) {
    const told = JSON.parse(event.data);
    ahead = told.now_ms - Date.now();
    ask(told.notice);
  }
  tries = 0;
  stale.hidden = true;
  watch();
  tick();
}

function watch() {
  clearTimeout(watchdog);
  watchdog = setTimeout(lost, QUIET_MS);
}

// Nothing heard for 20 s: say so, and leave no guest's name on a screen that nobody looks after.
function lost() {
  stale.hidden = false;
  stage.dataset.id = `${stage.dataset.id.split(".")[0]}.0`;
  put(document.getElementById("away").content.cloneNode(true).children, document.documentElement.lang);
  watch();
  connect();
}

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource("/events");
  source.addEventListener("screen", show);
  source.addEventListener("ping", alive);
  source.addEventListener("error", again);
}

function again() {
  source.close();
  clearTimeout(retry);
  retry = setTimeout(connect, 1000 * RETRY_S[Math.min(tries, RETRY_S.length - 1)]);
  tries += 1;
}

function tick() {
  clock.textContent = time.format(new Date(Date.now() + ahead));
}

for (const button of document.querySelectorAll("[data-post]")) {
  button.addEventListener("click", () => {
    fetch(button.dataset.post, { method: "POST", cache: "no-store" }).catch(lost);
  });
}

// A long press means nothing here.
addEventListener("contextmenu", (event) => event.preventDefault());

watch();
addEventListener("resize", fit);
document.fonts.ready.then(fit);
setInterval(tick, 1000);
tick();
fit();
connect();
