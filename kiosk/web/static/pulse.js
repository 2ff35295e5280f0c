// Tells the kiosk every three seconds, and with each new screen, that this page runs and which screen is drawn; a page
// that falls silent is started anew. The word is given by the frame after the screen's own, so that a page that runs and
// is not drawn (hidden, no screen) says nothing.

const EVERY_MS = 3_000;

const stage = document.getElementById("stage");

function tell(id) {
  if (id !== stage.dataset.id) return; // the next screen is there already, and will speak for itself
  fetch("/alive", { method: "POST", cache: "no-store", body: new URLSearchParams({ version: id }) }).catch(() => {});
}

function drawn() {
  requestAnimationFrame(() => {
    const { id } = stage.dataset;
    requestAnimationFrame(() => tell(id));
  });
}

drawn();
setInterval(drawn, EVERY_MS);
new MutationObserver(drawn).observe(stage, { attributeFilter: ["data-id"] });
