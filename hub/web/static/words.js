// The page's own sentences, written by the server in its language, with places to fill in.

const words = JSON.parse(document.querySelector('meta[name="yingbin-words"]').content);

export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
