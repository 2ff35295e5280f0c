// Sends what a person has done, with the page's token. A page may be older than its session, as after signing in at
// another one: then it asks for a fresh token, once.

const WAIT_MS = 8_000;

const meta = document.querySelector('meta[name="yingbin-token"]');

export async function send(url, body) {
  const answer = await post(url, body);
  if (answer.status !== 403 || (await answer.clone().json()).code !== "stale_page") return answer;
  const fresh = await fetch("/token", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(WAIT_MS) });
  if (!fresh.ok) return answer;
  meta.content = (await fresh.json()).token;
  for (const field of document.querySelectorAll('input[name="token"]')) field.value = meta.content;
  return post(url, body);
}

function post(url, body) {
  const fields = new URLSearchParams(body);
  fields.delete("token"); // one that was kept may be old: the page's own is sent
  return fetch(url, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/problem+json", "X-Yingbin-Token": meta.content },
    signal: AbortSignal.timeout(WAIT_MS),
  });
}
