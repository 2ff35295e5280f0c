// The large clock of the part that is on: counts down to its end, and on beyond it.

import * as clock from "./clock.js";
import { say } from "./words.js";

function tick() {
  for (const timer of document.querySelectorAll("[data-countdown]")) {
    const left = Date.parse(timer.dataset.countdown) - clock.now();
    const tone = clock.tone(left, Number(timer.dataset.soon));
    const text = clock.countdown(left);
    const shown = timer.querySelector("[data-left]");
    if (shown.textContent !== text) shown.textContent = text;
    if (timer.dataset.tone !== tone) timer.dataset.tone = tone;
    const over = timer.querySelector("[data-over]");
    const words = say(left <= 0 ? "agenda.over_time" : "agenda.left");
    if (over.textContent !== words) over.textContent = words;
  }
}

setInterval(tick, 250);
tick();
