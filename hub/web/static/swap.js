// A scanner types a label and presses Enter: after the first label the second one is next, after that it is sent.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#scans input")) return;
  const empty = [...event.target.form.elements].find((field) => field.matches("input") && !field.value.trim());
  if (!empty) return;
  event.preventDefault();
  empty.focus();
});
