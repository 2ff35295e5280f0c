// One event stream for the page, which comes back by itself and says what it has missed.

const RETRY_S = [1, 2, 4, 5];
const HIDDEN_MS = 30_000;

export class Stream {
  #since;
  #kinds;
  #tell;
  #source = null;
  #tries = 0;
  #retry = 0;
  #hidden = 0;

  // tell(kind, key, now_ms, alerts) for every event, alerts where the hub says what rings here; kind is "hello" once all that was missed has been told.
  constructor(since, kinds, tell) {
    this.#since = since;
    this.#kinds = kinds;
    this.#tell = tell;
  }

  open() {
    this.close();
    const source = new EventSource(`/events?kinds=${this.#kinds}&since=${this.#since}`);
    for (const kind of ["hello", "ping", "reload", ...this.#kinds.split(",")]) {
      source.addEventListener(kind, (event) => this.#hear(kind, event));
    }
    source.addEventListener("error", () => this.#again());
    this.#source = source;
  }

  close() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  // A browser opens six streams to one house at most: pages that nobody looks at give theirs back for a while.
  sleepWhenHidden(wake) {
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#hidden);
      if (document.hidden) this.#hidden = setTimeout(() => this.close(), HIDDEN_MS);
      else if (!this.#source) wake();
    });
  }

  #hear(kind, event) {
    this.#tries = 0;
    if (event.lastEventId) this.#since = event.lastEventId;
    const { key, now_ms, alerts } = JSON.parse(event.data);
    this.#tell(kind, key, now_ms, alerts);
  }

  #again() {
    this.close();
    this.#retry = setTimeout(() => this.open(), 1000 * RETRY_S[Math.min(this.#tries, RETRY_S.length - 1)]);
    this.#tries += 1;
    this.#tell("error");
  }
}
