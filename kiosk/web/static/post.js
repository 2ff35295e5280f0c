// What the page tells the kiosk.

let unanswered = () => {};

export function whenUnanswered(call) {
  unanswered = call;
}

export function post(path, body) {
  return fetch(path, { method: "POST", cache: "no-store", body }).catch(() => unanswered());
}

// A touch of what the screen offers. The screen is named: a touch that comes late means nothing on the next one.
export function act(screen, action, value = "") {
  return post("/press", new URLSearchParams({ version: screen, action, value }));
}
