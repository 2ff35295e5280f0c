// Passkeys: the hub says what is to be signed, the browser asks its owner and signs, the hub looks at it.

import { send as post } from "./send.js";

const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function send(url, body) {
  const answer = await post(url, body);
  return { ok: answer.ok, ...(await answer.json()) };
}

async function use(form) {
  const body = new URLSearchParams(new FormData(form));
  const asked = await send(`${form.getAttribute("action")}/options`, body);
  if (asked.code === "prove_again") return location.assign(`/again?back=${location.pathname}`);
  if (!asked.ok) throw new Error(asked.title);
  const makes = form.dataset.passkey === "create";
  const made = makes
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked.options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.options) });
  body.set("credential", JSON.stringify(made.toJSON()));
  const answer = await send(form.getAttribute("action"), body);
  if (!answer.ok) throw new Error(answer.title);
  return location.assign(answer.to);
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      await use(form);
    } catch (problem) {
      failed.textContent = problem.name === "Error" ? problem.message : failed.dataset.failed;
      failed.hidden = false;
    }
  });
}

// A link that signs in once has its code in the part of the address that is never sent.
const link = document.getElementById("link");
if (link && /^#[A-Z0-9]{8,40}$/.test(location.hash)) {
  link.elements.code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  link.submit();
}
