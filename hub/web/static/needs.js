// Where and what, in two taps; the button then says what it sends.

const form = document.getElementById("needs");
const sum = document.getElementById("sum");

function show() {
  const place = form.querySelector("[name=place]:checked");
  const need = form.querySelector("[name=need]:checked");
  const where = place?.id === "at-seat" ? document.getElementById("seat").value : place?.parentElement.innerText.trim();
  const what = need?.parentElement.innerText.trim();
  sum.textContent = where && what ? `${where} · ${what}` : where ? `${where} · ${sum.dataset.next}` : sum.dataset.idle;
  form.classList.toggle("ready", Boolean(where && what));
}

form?.addEventListener("change", () => {
  if (!document.getElementById("at-seat")?.checked) document.dispatchEvent(new CustomEvent("unpick"));
  show();
});
document.addEventListener("picked", ({ detail }) => {
  document.getElementById("seat").value = detail;
  document.getElementById("at-seat").checked = Boolean(detail);
  show();
});
if (form) show();
