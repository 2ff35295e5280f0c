// What rings for the person at this tablet: one line each with its buttons, heard by how pressing it is, silent at once
// when somebody else has it. What is older than its ring time is shown and not heard, as after a sleep (S20).

import { speed, tick } from "./clock.js";
import { tell } from "./forms.js";
import { keep, post, stamp, waiting } from "./taps.js";

const AGAIN_MS = 3_000;
const HERE_MS = 15_000;
const LOOK_MS = 20_000;
const TAKEN_MS = 6_000;
const SPREAD_MS = 400;
const MOST = 2; // more would cover the list, in which all of them stand
const LOUD = [[880, 0], [660, 0.22], [880, 0.44]];

const list = document.getElementById("alerts");
const heard = new Set(); // alerts that have been heard once
const told = new Set(); // alerts whose "shown" was sent
const gone = new Map(); // tag to when its "taken" line goes
let shown = [];
let until = new Map(); // alert to when its ringing ends
let audio = null;
let asking = false;
let askAgain = false;
let turn = 0; // counts what the stream has brought

async function look() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  const asked = turn;
  try {
    const answer = await fetch("/staff/alerts", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8_000) });
    const { alerts } = answer.ok ? await answer.json() : {};
    if (alerts && asked === turn) take(alerts);
  } catch {
    // the bar says that the connection is lost; what rings goes on until its time is over
  }
  asking = false;
  if (askAgain) {
    askAgain = false;
    look();
  }
}

// The event brings what rings: it is newer than any answer that is still on its way.
function hearNow(alerts) {
  askAgain = false;
  turn += 1;
  take(alerts);
}

function take(alerts) {
  const known = new Set(shown.map((one) => one.tag));
  shown = alerts.filter((one) => !one.over || known.has(one.tag));
  for (const one of shown) {
    if (one.over && !gone.has(one.tag)) gone.set(one.tag, performance.now() + TAKEN_MS);
    if (!one.over) gone.delete(one.tag);
    if (!one.over && !until.has(one.id)) until.set(one.id, performance.now() + one.rings_ms / speed);
  }
  draw();
  for (const one of shown) if (!one.over) receipt(one);
  ring();
}

function draw() {
  const now = performance.now();
  const all = shown.filter((one) => (one.over ? now < (gone.get(one.tag) ?? 0) : !isTaken(one)));
  const lines = all.slice(0, MOST);
  const ids = new Set(lines.map((one) => `alert-${one.tag}`));
  for (const node of [...list.children]) if (node.id.startsWith("alert-") && !ids.has(node.id)) node.remove();
  for (const one of lines) list.append(line(one));
  tick();
  document.getElementById("alerts-more")?.remove();
  if (all.length > MOST) list.append(more(all.length - MOST));
}

// Taken here while the hub is away: it waits to be sent, and rings nobody.
function isTaken(one) {
  return one.task && waiting().some((tap) => tap.thing === `task-${one.task}` && tap.url.endsWith("/accept"));
}

function more(n) {
  const made = document.createElement("li");
  made.id = "alerts-more";
  const link = document.createElement("a");
  link.href = "/staff";
  link.textContent = list.dataset.more.replace("{n}", n);
  made.append(link);
  return made;
}

function line(one) {
  const fresh = document.createElement("li");
  const known = document.getElementById(`alert-${one.tag}`);
  const key = `${one.id} ${one.line} ${one.over} ${one.taken}`;
  if (known?.dataset.key === key) return known;
  known?.remove();
  fresh.id = `alert-${one.tag}`;
  fresh.dataset.key = key;
  fresh.dataset.priority = one.priority;
  const words = document.createElement("strong");
  words.textContent = one.over ? `${list.dataset.taken.replace("{by}", one.taken)} · ${one.line}` : one.line;
  fresh.append(words);
  if (one.due) {
    const left = document.createElement("span");
    left.dataset.left = "";
    fresh.dataset.due = one.due;
    fresh.dataset.span = one.span_s;
    fresh.append(left);
  }
  for (const [what, said] of one.buttons) fresh.append(button(one, what, said));
  return fresh;
}

function button(one, what, said) {
  const made = document.createElement("button");
  made.textContent = said;
  if (what === "accept") made.className = "main";
  made.addEventListener("click", () => answer(one, what));
  return made;
}

async function answer(one, what) {
  until.set(one.id, 0);
  ring();
  const body = stamp(new URLSearchParams());
  const said = await post(`/staff/alerts/${one.id}/${what}`, body);
  if (said && !said.ok) tell(said.title);
  if (!said && what === "accept" && one.task) keep(`/staff/tasks/${one.task}/accept`, body, `task-${one.task}`, one.line);
  draw();
  look();
}

// The hub knows by this that a person can see it: else it tries another way. After an alarm sixty tablets say so, and
// not all at once: how long ago it was is told with it.
async function receipt(one) {
  if (told.has(one.id) || document.hidden) return;
  told.add(one.id);
  const since = performance.now();
  await new Promise((after) => setTimeout(after, Math.random() * SPREAD_MS));
  const said = await post(`/staff/alerts/${one.id}/shown`, new URLSearchParams({ ago: Math.round(performance.now() - since) }));
  if (!said) told.delete(one.id);
}

function ring() {
  const now = performance.now();
  const rings = shown.filter((one) => !one.over && !isTaken(one) && now < (until.get(one.id) ?? 0));
  const loud = rings.filter((one) => one.ring === "loud" && (one.priority === 1 || !heard.has(one.id)));
  const buzz = rings.filter((one) => one.ring === "buzz" && !heard.has(one.id));
  for (const one of rings) heard.add(one.id);
  document.body.classList.toggle("ringing", loud.length > 0);
  list.dataset.rung = Number(list.dataset.rung ?? 0) + (loud.length ? 1 : 0);
  list.dataset.buzzed = Number(list.dataset.buzzed ?? 0) + (buzz.length ? 1 : 0);
  if (loud.length) sound();
  if (loud.length || buzz.length) navigator.vibrate?.(loud.length ? [300, 120, 300] : [120]);
}

function sound() {
  if (audio?.state !== "running") return offer();
  for (const [pitch, after] of LOUD) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.6, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.22);
  }
  return undefined;
}

// A browser lets a page be heard only after a tap: whoever starts a shift taps. Else it asks for one.
function unlock() {
  audio ??= new AudioContext();
  audio.resume().then(() => audio.state === "running" && document.getElementById("unlock")?.remove(), () => {});
}

function offer() {
  if (document.getElementById("unlock")) return;
  const ask = document.createElement("li");
  ask.id = "unlock";
  const tap = document.createElement("button");
  tap.textContent = list.dataset.unlock;
  ask.append(tap);
  list.append(ask);
}

// Say that this tablet is there, and how full its battery is where the browser tells (Chromium, over https).
async function here() {
  const said = new URLSearchParams();
  try {
    const battery = await navigator.getBattery?.();
    if (battery) {
      said.set("battery", Math.round(battery.level * 100));
      said.set("charging", battery.charging ? "yes" : "no");
    }
  } catch {
    // a browser that does not say
  }
  post("/staff/alerts/here", said);
}

async function stayAwake() {
  try {
    if (!document.hidden) await navigator.wakeLock?.request("screen");
  } catch {
    // a browser on plain http has none
  }
}

if (list) {
  document.addEventListener("pointerdown", unlock);
  document.addEventListener("keydown", unlock);
  document.addEventListener("heard", ({ detail: { kind, key, alerts } }) => {
    if (kind === "alerts" && key === list.dataset.person && alerts) hearNow(alerts);
    else if (kind === "hello" || (kind === "alerts" && key === list.dataset.person)) look();
  });
  document.addEventListener("woke", look);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    stayAwake();
    look();
  });
  setInterval(() => {
    draw();
    ring();
  }, AGAIN_MS);
  setInterval(() => document.hidden || here(), HERE_MS);
  setInterval(look, LOOK_MS);
  here();
  try {
    audio = new AudioContext();
  } catch {
    audio = null;
  }
  stayAwake();
  look();
}
