// Time as the hub tells it: clocks of tablets differ. Keeps spans, deadlines and the agenda moving between events.

import { say } from "./words.js";

const SOON = 0.25;
const wall = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  timeZone: document.body.dataset.zone,
});

// House seconds in a real one: 1, except in a rehearsal. What a network or a finger takes stays in real time.
export const speed = Number(document.body.dataset.speed);

let told = { house: Number(document.body.dataset.now), real: Date.now() };

export function now() {
  return told.house + (Date.now() - told.real) * speed;
}

export function set(milliseconds) {
  told = { house: milliseconds, real: Date.now() };
}

export function onTheWall(milliseconds) {
  return wall.format(new Date(milliseconds));
}

export function tick() {
  const moment = now();
  for (const node of document.querySelectorAll("[data-ago]")) write(node, ago(moment - Date.parse(node.dateTime)));
  for (const node of document.querySelectorAll("[data-lasts]")) write(node, lasted(moment - Date.parse(node.dataset.lasts)));
  for (const node of document.querySelectorAll("[data-due]")) drain(node, Date.parse(node.dataset.due) - moment);
  for (const node of document.querySelectorAll("[data-from]")) place(node, moment);
  for (const node of document.querySelectorAll("[data-ends]")) run(node, Date.parse(node.dataset.ends) - moment);
  for (const node of document.querySelectorAll("[data-wall]")) write(node, onTheWall(moment));
}

function drain(task, left) {
  const span = Number(task.dataset.span) * 1000;
  const words = say(left < 0 ? "left.over" : "left.left", { time: countdown(left) });
  if (!("calm" in task.dataset)) task.dataset.haste = left < 0 ? "late" : left <= span * SOON ? "soon" : "calm";
  write(task.querySelector("[data-left]"), words);
  const bar = task.querySelector("[data-drain]");
  if (bar) bar.value = Math.max(0, Math.floor(left / 1000));
}

function run(part, left) {
  write(part.querySelector("[data-minutes]"), say("left.minutes", { n: Math.max(0, Math.ceil(left / 60_000)) }));
  part.querySelector("progress").value = Math.max(0, Math.floor(left / 1000));
  if (part.dataset.soon) part.dataset.tone = tone(left, Number(part.dataset.soon));
}

// A talk is nearly over, or over its time.
export function tone(left, soon) {
  return left <= 0 ? "over" : left <= soon * 1000 ? "soon" : "calm";
}

function place(part, moment) {
  const state = moment >= Date.parse(part.dataset.to) ? "over" : moment >= Date.parse(part.dataset.from) ? "now" : "later";
  part.dataset.state = state;
  if (state === "now") part.setAttribute("aria-current", "time");
  else part.removeAttribute("aria-current");
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function ago(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds >= 86_400) return say("ago.days", { n: Math.floor(seconds / 86_400) });
  if (seconds >= 3_600) return say("ago.hours", { n: Math.floor(seconds / 3_600) });
  if (seconds >= 60) return say("ago.minutes", { n: Math.floor(seconds / 60) });
  return say("ago.now");
}

// Always with hours: else it would look like a time of day.
function lasted(milliseconds) {
  const text = countdown(Math.max(0, milliseconds));
  return text.split(":").length > 2 ? text : `0:${text.padStart(5, "0")}`;
}

export function countdown(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
