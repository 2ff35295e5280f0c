// Measures the page in millimetres of its glass: what is cut off, what overlaps, how large letters and buttons are.
(mm) => {
  const problems = [];
  const name = (box) => `${box.tagName}.${box.className.baseVal ?? box.className}${box.id && `#${box.id}`}`;
  const seen = (box) => box.checkVisibility() && !box.closest(".spoken, [data-large] .layer .ahead");
  const within = (box) => box.closest("svg") && box.tagName !== "svg";

  for (const box of document.querySelectorAll("body *")) {
    const rect = box.getBoundingClientRect();
    if (rect.width === 0 || !seen(box) || within(box)) continue;
    const out = rect.left < -1 || rect.top < -1 || rect.right > innerWidth + 1 || rect.bottom > innerHeight + 1;
    if (out && !box.matches("strong")) problems.push(`${name(box)} leaves the screen`);
    // What is typed may be longer than its field, which then shows its end.
    const ended = box.matches(".field") && box.scrollLeft + box.clientWidth >= box.scrollWidth - 1;
    const wide = box.clientWidth && box.scrollWidth > box.clientWidth && !ended;
    if (wide) problems.push(`${name(box)} is ${box.scrollWidth} px of text in ${box.clientWidth}`);
  }
  const stage = document.getElementById("stage").getBoundingClientRect();
  for (const box of document.querySelectorAll(".screen > *")) {
    const rect = box.getBoundingClientRect();
    if (!seen(box)) continue;
    if (rect.bottom > stage.bottom + 1 || rect.top < stage.top - 1) problems.push(`${name(box)} is cut off`);
  }

  const texts = [];
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !seen(box)) continue;
    const style = getComputedStyle(box);
    const size = parseFloat(style.fontSize);
    texts.push({ name: name(box), capitals: size * 0.733 / mm, line: parseFloat(style.lineHeight) / size,
                 color: style.color, staff: Boolean(box.closest("#notice")),
                 single: Boolean(box.closest(".key, .field")) });
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const over = Boolean(box.closest("#warning, #volume"));
    for (const rect of range.getClientRects()) lines.push({ rect, box, over, size });
  }
  // Letters fill the middle of their line: lines that stand close share a little of the air above and below them.
  for (const [index, one] of lines.entries()) {
    for (const other of lines.slice(index + 1)) {
      const air = 0.5 * Math.min(one.size, other.size);
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      if (one.over === other.over && across > 1 && down > air) problems.push(`${name(one.box)} overlaps ${name(other.box)}`);
    }
  }

  const buttons = [...document.querySelectorAll("button, a[href], input, select")].filter(seen).map((button) => {
    const rect = button.getBoundingClientRect();
    return { name: name(button), id: button.id, key: button.matches(".key"), over: Boolean(button.closest("#volume")),
             main: button.matches("#help, #warning *, #volume *, #stage button:not(.key, .small, .row, .order *)"),
             width: rect.width / mm, height: rect.height / mm, x: rect.x / mm, y: rect.y / mm };
  });
  return { problems, texts, buttons, height: innerHeight / mm };
}
