// The page's script: swaps the screen when an event says so, and keeps the clock. The rest is in the modules below.

import { around } from "./around.js";
import { fit } from "./fit.js";
import { focused, listen, refocus } from "./press.js";

const QUIET_MS = 20_000;
const RETRY_S = [1, 2, 4, 5];
const NOTHING = { warning_s: null, volume: null };

const root = document.documentElement;
const stage = document.getElementById("stage");
const stale = document.getElementById("stale");
const notice = document.getElementById("notice");
const clock = document.getElementById("clock");
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.zone });

let source = null;
let tries = 0;
let retry = 0;
let watchdog = 0;
const speed = Number(clock.dataset.speed); // house seconds in a real one: 1, except in a rehearsal
let told = { house: Number(clock.dataset.now), real: Date.now() };

// A step that is drawn anew, as when a name is ticked, stays on the page that was turned to.
function stepOf({ firstElementChild: screen }) {
  if (!screen?.matches(".step")) return "";
  return [screen.dataset.kind, screen.dataset.page, screen.querySelector("h1").textContent].join();
}

function put(nodes, lang) {
  const before = document.body.dataset.kind;
  const step = stepOf(stage);
  const focus = focused();
  stage.replaceChildren(...nodes);
  const kind = stage.firstElementChild?.dataset.kind ?? "";
  document.body.dataset.kind = kind;
  root.lang = lang;
  stage.classList.toggle("entering", kind !== before);
  fit(step !== "" && stepOf(stage) === step);
  refocus(focus);
}

function show(event) {
  const [run] = event.lastEventId.split(".");
  if (!stage.dataset.id.startsWith(`${run}.`)) {
    location.reload(); // the kiosk program was started anew: take its page too
    return;
  }
  alive(event);
  if (stage.dataset.id === event.lastEventId) return;
  const { html, lang, theme, large } = JSON.parse(event.data);
  stage.dataset.id = event.lastEventId;
  root.dataset.theme = theme;
  root.toggleAttribute("data-large", large);
  put(new DOMParser().parseFromString(html, "text/html").body.children, lang);
}

// What staff are asked to see to stands beneath every screen, and the screen above it is set anew.
function ask(lines) {
  const texts = [...notice.children].map((line, index) => (line.textContent = lines[index]?.text ?? ""));
  const hidden = !texts.some(Boolean);
  if (hidden === notice.hidden) return;
  notice.hidden = hidden;
  fit(true);
}

function alive(event) {
  if (event.data) {
    const said = JSON.parse(event.data);
    told = { house: said.now_ms, real: Date.now() };
    ask(said.notice);
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
  around(NOTHING);
  put(document.getElementById("away").content.cloneNode(true).children, root.lang);
  watch();
  connect();
}

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource("/events");
  source.addEventListener("open", () => around(NOTHING));
  source.addEventListener("screen", show);
  source.addEventListener("around", (event) => (alive(event), around(JSON.parse(event.data))));
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
  clock.textContent = time.format(new Date(told.house + (Date.now() - told.real) * speed));
}

listen(lost);
watch();
setInterval(tick, 1000);
tick();
fit();
connect();
