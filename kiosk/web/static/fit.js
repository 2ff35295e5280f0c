// Sets a screen as large as fits. Text keeps its least size: what does not fit then stands on a further page.

const LARGEST = 2;
const SIZES = Array.from({ length: 11 }, (_, step) => LARGEST - step / 10);
// How a screen is set, from generous to dense: size, air, and whether lines break between phrases only. The first
// setting in which all of it is to be seen is taken; size 1 is the smallest that the house's own texts ever need.
const ROOMY = [...SIZES.map((size) => [size, size, "phrases"]), [1, 0.5, "phrases"]];
const CLOSE = [[1.2, 1, "anywhere"], [1.1, 1, "anywhere"], [1, 1, "anywhere"], [1, 0.5, "anywhere"]];
const BRIEF = [[1, 0.5, "brief"], [1, 0.5, "lean"]];
const CLOSEST = [[1, 0.5, "dense"]];
const DENSE = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3].map((size) => [size, 0.4, "dense"]);

// What holds parts that may stand on pages of their own.
const HOLDERS =
  ".step > :is(header, footer, .tiles, .lines), .step .asked, .notice .sayings, .notice section, .greeting > .notes";

// A lying screen that is less high has no room for the rail below the stage and for more than a row of buttons.
const SHALLOW_MM = 100;
const LAYERS = 3;

const root = document.documentElement;
const stage = document.getElementById("stage");
const pager = document.getElementById("pager");
const page = document.getElementById("page");

const hangsHigh = root.hasAttribute("data-lower");

let pages = [];
let turned = 0;
let layer = 1;

// As kiosk.css sets the size of text.
function pxPerMm() {
  return parseFloat(getComputedStyle(root).fontSize) / (root.hasAttribute("data-large") ? 10.05 : 6.6);
}

// A kiosk that hangs high has all that is to be touched in the lower half of its glass (lower.css).
function inReach(screen) {
  if (!root.hasAttribute("data-lower")) return true;
  const tops = [...screen.querySelectorAll("button")].map((box) => box.checkVisibility() && box.getBoundingClientRect().top);
  return tops.every((top) => top === false || top >= innerHeight / 2);
}

function isWhole(screen) {
  const lines = [screen, ...screen.querySelectorAll("h1, h2, p, div, header, button, .names, .name")];
  const fits = (box) => !box.clientWidth || box.scrollWidth <= box.clientWidth;
  return screen.scrollHeight <= screen.clientHeight + 1 && lines.every(fits) && inReach(screen);
}

function set(screen, settings) {
  return settings.some(([size, air, breaks]) => {
    stage.dataset.size = size;
    stage.dataset.breaks = breaks;
    stage.style.setProperty("--size", size);
    stage.style.setProperty("--air", air);
    return isWhole(screen);
  });
}

function show(parts, shown) {
  for (const part of parts) part.hidden = !shown.includes(part);
}

// What may stand on a page of its own: a list gives its rows one by one. The picture beside a notice is on each page.
function partsOf(box) {
  if (root.hasAttribute("data-lower") && box.matches(".step")) return [...box.querySelectorAll(".tiles > *, .lines > *")];
  return [...box.children].flatMap((part) => {
    if (part.matches(".side")) return [];
    return part.matches(HOLDERS) ? partsOf(part) : [part];
  });
}

// Deals the parts of a screen out over pages, as many on each as fit.
function deal(screen) {
  const parts = partsOf(screen);
  pages = [];
  let on = [];
  for (const part of parts) {
    show(parts, [...on, part]);
    if (on.length && !isWhole(screen)) {
      pages.push(on);
      on = [];
    }
    on.push(part);
  }
  pages.push(on);
}

function turnTo(number) {
  turned = number % pages.length;
  const screen = stage.firstElementChild;
  show(partsOf(screen), pages[turned]);
  page.textContent = `${turned + 1}/${pages.length}`;
}

// All keys at once, or where they find no room in layers, of which one is to be seen.
function layOutKeys(screen) {
  delete screen.dataset.layer;
  if (set(screen, [...ROOMY, ...CLOSE, ...CLOSEST])) return;
  screen.dataset.layer = layer;
  set(screen, [...ROOMY, ...CLOSE, ...CLOSEST, ...DENSE]);
}

export function turnKeys() {
  layer = (layer % LAYERS) + 1;
  stage.firstElementChild.dataset.layer = layer;
}

function fitKeys(screen, stay) {
  if (stay !== true) layer = 1;
  layOutKeys(screen);
  const field = screen.querySelector(".field");
  field.scrollLeft = field.scrollWidth;
}

// Takes the screen that stands on the stage and sets it anew, from its first page, or with ``stay`` from where it was.
export function fit(stay = false) {
  const screen = stage.firstElementChild;
  if (!screen) return;
  // The way out asks for no touch: it stands as large on a kiosk that hangs high as on any.
  root.toggleAttribute("data-lower", hangsHigh && !screen.matches(".evacuate"));
  root.toggleAttribute("data-shallow", innerHeight < SHALLOW_MM * pxPerMm());
  if (screen.matches(".typing")) {
    pager.hidden = true;
    return fitKeys(screen, stay);
  }
  const parts = partsOf(screen);
  pager.hidden = true;
  show(parts, parts);
  if (set(screen, [...ROOMY, ...CLOSE])) return;
  // Of a greeting with a choice of drinks the labels give way first, then what to take along, which the slip says too.
  const offers = screen.matches(".greeting:has(.order):has(.icon-bag)");
  if (set(screen, offers && !root.hasAttribute("data-large") ? [...BRIEF, ...CLOSEST] : CLOSEST)) return;
  if (screen.matches(".pages") && dealt(screen, parts)) return turnTo(stay === true ? Math.min(turned, pages.length - 1) : 0);
  set(screen, [...CLOSEST, ...DENSE]);
}

// Says whether all finds room on pages; if not, all stands on one again.
function dealt(screen, parts) {
  pager.hidden = false;
  deal(screen);
  if (pages.every((on) => (show(parts, on), isWhole(screen)))) return true;
  pager.hidden = true;
  show(parts, parts);
  return false;
}

// After the last page of a long list's part comes its next part.
pager.addEventListener("click", () => {
  const ahead = turned === pages.length - 1 && stage.querySelector(".pager [data-value='next']");
  if (ahead) ahead.click();
  else turnTo(turned + 1);
});
addEventListener("resize", fit);
document.fonts.ready.then(fit);
