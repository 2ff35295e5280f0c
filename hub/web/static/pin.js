// The pad types into the field, and so does a badge's scanner wherever the focus is; six digits are sent by themselves.

const field = document.getElementById("code");
const form = field?.form;

// A scanned invitation brings its code in the part of the address that is never sent.
function takeCode() {
  if (!field || form.dataset.digits !== "8" || !/^#\d{8}$/.test(location.hash)) return;
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

takeCode();
addEventListener("hashchange", takeCode);

form?.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (!key) return;
  event.preventDefault();
  field.value = key.dataset.key === "wipe" ? "" : field.value + key.dataset.key;
  if (/^\d+$/.test(field.value) && field.value.length === Number(form.dataset.digits)) form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key.length === 1 && !event.ctrlKey && document.activeElement !== field) field?.focus();
});
