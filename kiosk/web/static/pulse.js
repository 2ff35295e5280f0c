// Tells the kiosk every three seconds that this page runs and is drawn; a page that falls silent is started anew.
// The word is given by the next frame, so that a page that runs and is not drawn (hidden, no screen) says nothing.

const EVERY_MS = 3_000;

function tell() {
  fetch("/alive", { method: "POST", cache: "no-store" }).catch(() => {});
}

requestAnimationFrame(tell);
setInterval(() => requestAnimationFrame(tell), EVERY_MS);
