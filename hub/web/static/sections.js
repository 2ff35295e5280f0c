// The parts of a page that change: each is fetched anew when an event names it, and swapped in place.

import { morphChildren } from "./morph.js";
import { parse } from "./parse.js";

const PAUSE_MS = 500;
const WAIT_MS = 8_000;
const RETRY_S = [1, 2, 4, 5];

export class Section {
  #node;
  #wants;
  #pause;
  #running = false;
  #timer = 0;
  #tries = 0;
  #last = -Infinity;
  #spread = 0;
  dirtySince = 0;

  constructor(node) {
    this.#node = node;
    this.#wants = (node.dataset.on ?? "").split(" ").filter(Boolean);
    this.#spread = Number(node.dataset.spread ?? 0); // ms in which many pages look, so that who is called comes first
    this.#pause = node.dataset.pause ? Number(node.dataset.pause) * 1000 : PAUSE_MS;
    const every = Number(node.dataset.every ?? 300);
    setInterval(() => document.hidden || this.refresh(), every * 1000);
  }

  concerns(kind, key) {
    return this.#wants.includes(kind) || this.#wants.includes(`${kind}:${key}`);
  }

  // Say whether what stands here was true only until now: a part of the agenda is over.
  isOver(moment) {
    const until = this.#node.querySelector("[data-until]")?.dataset.until;
    return until && moment >= Date.parse(until);
  }

  // Fetch soon: at once after a quiet time, else when the pause since the last fetch is over.
  refresh() {
    this.dirtySince ||= performance.now();
    if (this.#running || this.#timer) return;
    const wait = Math.max(0, this.#last + this.#pause - performance.now()) + Math.random() * this.#spread;
    this.#timer = setTimeout(() => this.#fetch(), wait);
  }

  async #fetch() {
    this.#timer = 0;
    this.#running = true;
    const dirtySince = this.dirtySince;
    this.dirtySince = 0;
    try {
      this.#put(await this.#ask());
      this.#tries = 0;
    } catch {
      this.dirtySince = dirtySince;
      this.#tries += 1;
    }
    this.#running = false;
    this.#last = performance.now();
    if (this.#tries) this.#timer = setTimeout(() => this.#fetch(), 1000 * RETRY_S[Math.min(this.#tries, RETRY_S.length) - 1]);
    else if (this.dirtySince) this.refresh();
  }

  async #ask() {
    const url = new URL(location.href);
    url.hash = "";
    url.searchParams.set("part", this.#node.dataset.part);
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(WAIT_MS) });
    if (answer.status === 404) location.reload();
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  }

  #put(html) {
    const fresh = this.#node.cloneNode(false);
    fresh.append(...parse(html));
    const focus = this.#node.contains(document.activeElement) ? document.activeElement : null;
    const within = focus?.closest("[id]")?.id;
    morphChildren(this.#node, fresh);
    if (focus && !focus.isConnected) this.#focus(within);
    this.#node.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
  }

  // What had the focus is gone: stay with the same thing, else with the section.
  #focus(within) {
    const thing = within && document.getElementById(within);
    const next = thing?.querySelector("button, a, input");
    if (next) next.focus({ preventScroll: true });
    else {
      this.#node.tabIndex = -1;
      this.#node.focus({ preventScroll: true });
    }
  }
}
