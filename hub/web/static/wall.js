// The wall of rooms by keyboard: "/" looks for a room, arrows go from tile to tile, Enter opens one.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CARDS = "#tiles > a, .wall > .device h3 a";

const find = document.getElementById("find");

function cards() {
  return [...document.querySelectorAll(CARDS)].filter((card) => card.checkVisibility());
}

function filter() {
  if (!find) return;
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const tile of document.querySelectorAll("#tiles > a")) {
    tile.hidden = !words.every((word) => tile.dataset.find.includes(word));
    left += !tile.hidden;
  }
  const none = document.getElementById("none-found");
  if (none) none.hidden = left > 0;
}

function middle(node) {
  const box = (node.closest("article") ?? node).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

function next(from, [right, down]) {
  const [x0, y0] = middle(from);
  let best = null;
  let least = Infinity;
  for (const card of cards()) {
    const [x, y] = middle(card);
    const along = (x - x0) * right + (y - y0) * down;
    const far = along + 3 * Math.abs((x - x0) * down + (y - y0) * right);
    if (card !== from && along > 4 && far < least) [best, least] = [card, far];
  }
  return best;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && find && !typing) find.focus();
  else if (event.key === "Escape" && event.target === find) {
    find.value = "";
    filter();
  } else if (event.key === "ArrowDown" && event.target === find) cards()[0]?.focus();
  else if (STEPS[event.key] && event.target.matches(CARDS)) next(event.target, STEPS[event.key])?.focus();
  else return;
  event.preventDefault();
});

find?.addEventListener("input", filter);
find?.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const left = cards();
  if (left.length === 1) location.assign(left[0].href);
  else left[0]?.focus();
});
document.addEventListener("refreshed", filter);
filter();
