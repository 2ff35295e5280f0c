// Taps that could not be sent stay on this device, and are sent once, in their order, when the hub is back (S22).
// Each has an id of its own: the hub takes it once, however often it is sent. What was typed or shown is not kept.

import { now } from "./clock.js";
import { send } from "./send.js";
import { say } from "./words.js";

const KEY = "yingbin_taps";
const MOST = 200;
const AWAY = [502, 503, 504];

const line = document.getElementById("kept");
let sending = null;

export function waiting() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function store(taps) {
  localStorage.setItem(KEY, JSON.stringify(taps));
  show();
}

// Return the fields of a form with what makes it one tap: its id, when it was, and whose it is.
export function stamp(body) {
  body.delete("token"); // it may wait for days; what is sent gets the token of that time
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  body.set("tap", [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  body.set("tapped", Math.round(now()));
  body.set("by", document.body.dataset.person ?? "");
  return body;
}

export function keep(url, body, thing, what) {
  store([...waiting(), { url, body: String(body), thing, what }].slice(-MOST));
}

// Send one; returns the answer, or null while the hub is away.
export async function post(url, body) {
  try {
    const answer = await send(url, body);
    if (AWAY.includes(answer.status)) return null;
    return { ok: answer.ok, ...(await answer.json()) };
  } catch {
    return null;
  }
}

// Send what waits, the oldest first. tell(text) hears what was refused, after() is called when all was sent.
export function flush(tell, after) {
  sending ??= sendAll(tell).then((sent) => {
    sending = null;
    if (sent) after();
  });
  return sending;
}

async function sendAll(tell) {
  let sent = 0;
  for (let [tap] = waiting(); tap; [tap] = waiting()) {
    const answer = await post(tap.url, tap.body);
    if (!answer || answer.code === "sign_in_first") break; // they wait until their person is back at this tablet
    // Who did not get a task cannot have finished it: what was tapped on it afterwards is dropped, and that is said.
    const rest = waiting().slice(1);
    const dropped = !answer.ok && step(tap) === "accept" ? rest.filter((later) => later.thing === tap.thing) : [];
    store(rest.filter((later) => !dropped.includes(later)));
    sent += 1;
    if (!answer.ok) tell([answer.title, tap.what, dropped.length ? say("live.kept_dropped") : ""].filter(Boolean).join(" · "));
  }
  return sent;
}

function step(tap) {
  return new URL(tap.url, location.href).pathname.split("/").pop();
}

// Mark what waits: on its card, and in one line for all.
export function show() {
  const taps = waiting();
  const things = new Set(taps.map((tap) => tap.thing));
  for (const node of document.querySelectorAll("[data-kept]")) if (!things.has(node.id)) delete node.dataset.kept;
  for (const thing of things) {
    const node = thing && document.getElementById(thing);
    if (node) node.dataset.kept = say("live.kept");
  }
  for (const node of document.querySelectorAll("[data-step]")) if (!things.has(node.id)) unmark(node);
  for (const thing of things) mark(document.getElementById(thing), taps.filter((tap) => tap.thing === thing).map(step));
  if (!line) return; // a room's panel keeps no taps
  line.hidden = !taps.length;
  line.textContent = taps.length ? say("live.kept_all", { n: taps.length }) : "";
}

// A task whose "accept" waits is shown as taken by who tapped, and as not known to the house yet; it may be finished,
// which waits behind it. Other steps leave the card as it is.
function mark(card, steps) {
  if (!card?.classList.contains("task") || card.parentElement?.closest("[data-step]")) return;
  const taken = steps.includes("accept");
  const done = steps.includes("finish");
  if (!taken && !done) return unmark(card);
  const now = done ? "finish" : "accept";
  if (card.dataset.step === now && document.getElementById(`kept-${card.id}`)) return;
  unmark(card);
  card.dataset.step = now;
  const box = document.createElement("div");
  box.className = "act kept-act";
  box.id = `kept-${card.id}`;
  const words = document.createElement("p");
  words.className = "who";
  words.textContent = say(done ? "live.kept_finished" : "live.kept_accepted");
  box.append(words);
  if (!done) box.append("plain" in card.dataset ? finish(card) : later());
  card.append(box);
}

function unmark(card) {
  delete card.dataset.step;
  document.getElementById(`kept-${card.id}`)?.remove();
}

function finish(card) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/staff/tasks/${card.id.replace(/^task-/, "")}/finish`;
  form.dataset.keep = "";
  const button = document.createElement("button");
  button.className = "main";
  button.textContent = say("task.finish");
  form.append(button);
  return form;
}

function later() {
  const words = document.createElement("p");
  words.className = "soft";
  words.textContent = say("live.kept_later");
  return words;
}
