// What is wrong, by keyboard: "/" goes to the first filter, up and down go from line to line, Tab into one.

const find = document.getElementById("find");

function next(down) {
  const lines = [...document.querySelectorAll("#troubles > li")];
  const at = lines.indexOf(document.activeElement?.closest("#troubles > li"));
  return at < 0 ? lines[0] : lines[at + (down ? 1 : -1)];
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, select, textarea")) return;
  if (event.key === "/") find.focus();
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") next(event.key === "ArrowDown")?.focus();
  else return;
  event.preventDefault();
});
