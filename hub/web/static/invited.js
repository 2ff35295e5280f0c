// An invitation's address brings its code in the part that is never sent.

const field = document.querySelector("[name=code]");
if (/^#[A-Za-z0-9]{8,40}$/.test(location.hash)) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  document.querySelector("[name=password]").focus();
}
