// Keeps a page true without reloading it: follows the event stream, refreshes what changed, says when it cannot.

import * as clock from "./clock.js";
import { listen, sendWaiting } from "./forms.js";
import { Section } from "./sections.js";
import { Stream } from "./stream.js";
import { say } from "./words.js";

const QUIET_MS = 20_000;
const SLEPT_MS = 5_000;
const RESEND_MS = 5_000;
const LEAVES_MS = 10_000; // as long as an answer may take
const TICK_MS = 1000 / Math.min(4, clock.speed); // oftener where the house's seconds are shorter

const { since, kinds } = document.body.dataset;
const pulse = document.querySelector("[data-pulse]");
const lost = document.getElementById("lost");
const sections = [...document.querySelectorAll("[data-part]")].map((node) => new Section(node));

// A form's answer may be on its way, such as a code that is shown once: loading anew would cut it off.
let leftAt = -LEAVES_MS;
addEventListener("beforeunload", () => (leftAt = performance.now()));

let heardAt = clock.now();
let silentSince = performance.now();
let tickedAt = Date.now();

function hear(kind, key, now_ms, alerts) {
  if (kind === "error") {
    show("connecting");
    return;
  }
  if (kind === "reload") setTimeout(() => location.reload(), Math.max(0, leftAt + LEAVES_MS - performance.now()));
  document.dispatchEvent(new CustomEvent("heard", { detail: { kind, key, alerts } }));
  clock.set(now_ms);
  heardAt = now_ms;
  silentSince = performance.now();
  show("live");
  sendWaiting(refreshAll);
  for (const section of sections) if (section.concerns(kind, key)) section.refresh();
  watch();
}

function show(state) {
  if (pulse.dataset.pulse === state) return;
  pulse.dataset.pulse = state;
  pulse.querySelector(".word").textContent = pulse.dataset[state];
}

// Data are old when nothing was heard for 20 s, or when a part could not be fetched for so long.
function watch() {
  const oldest = Math.min(silentSince, ...sections.map((section) => section.dirtySince || Infinity));
  const isOld = performance.now() - oldest > QUIET_MS;
  if (isOld && lost.hidden) lost.textContent = say("live.lost", { time: clock.onTheWall(heardAt) });
  lost.hidden = !isOld;
}

function refreshAll() {
  sections.forEach((section) => section.refresh());
}

const stream = new Stream(since, kinds, hear);

function wake() {
  silentSince = performance.now();
  stream.open();
}

// A device that slept has missed seconds: its stream may be dead without knowing, so open a new one, and look at all.
function wakeAfterSleep() {
  const slept = Date.now() - tickedAt;
  tickedAt = Date.now();
  if (slept < SLEPT_MS) return;
  document.dispatchEvent(new CustomEvent("woke"));
  if (kinds) wake();
  refreshAll();
}

setInterval(() => {
  wakeAfterSleep();
  clock.tick();
  for (const section of sections) if (section.isOver(clock.now())) section.refresh();
  watch();
}, TICK_MS);
document.addEventListener("visibilitychange", () => document.hidden || wakeAfterSleep());
setInterval(() => sendWaiting(refreshAll), RESEND_MS);
listen(refreshAll);
if (!document.querySelector("[data-always]")) stream.sleepWhenHidden(wake);
addEventListener("pageshow", (event) => event.persisted && wake());
if (kinds) wake();
