// What stands around a screen: the warning before its end, and the volume while it is read aloud.

const warning = document.getElementById("warning");
const left = document.getElementById("left");
const volume = document.getElementById("volume");
const listen = document.getElementById("listen");

let counting = 0;
let before = null;

function count(seconds) {
  left.textContent = seconds;
  clearTimeout(counting);
  if (seconds > 0) counting = setTimeout(count, 1000, seconds - 1);
}

function warn(seconds) {
  const open = seconds !== null;
  if (open) count(seconds);
  else clearTimeout(counting);
  if (open === !warning.hidden) return;
  if (open) before = document.activeElement;
  warning.hidden = !open;
  if (open) warning.querySelector("button").focus({ preventScroll: true });
  else if (before?.isConnected) before.focus({ preventScroll: true });
}

export function around({ warning_s: seconds, volume: step }) {
  warn(seconds);
  if (!listen) return;
  listen.setAttribute("aria-pressed", step !== null);
  volume.hidden = step === null;
  if (step !== null) volume.querySelector("meter").value = step;
}
