// What is pasted into the text keeps its headings, lists, tables and links. Ctrl+Z takes it back, and
// a button offers it as plain text. An address makes a link of the words that are selected.

import { link, nextNote } from "./commands.js";
import { apply, stateOf } from "./field.js";
import { convert, fitted, visible, withoutStyles } from "./paste.js";

const ADDRESS = /^https?:\/\/\S+$/;
const WORDS = /^(?!https?:)[^\n[\]]*\S[^\n[\]]*$/;
const AS_TYPED = ["vscode-editor-data"]; // programs whose text is Markdown already

export function setUpPasting(field, told) {
  field.addEventListener("paste", (event) => {
    const { clipboardData: data } = event;
    const copied = data.getData("text/plain");
    const plain = visible(copied);
    const { value, start, end } = stateOf(field);
    if (ADDRESS.test(plain.trim()) && WORDS.test(value.slice(start, end))) {
      event.preventDefault();
      apply(field, link({ value, start, end }, "", plain.trim()));
      return;
    }
    const { markdown, images } = converted(data, field) ?? { markdown: plain };
    if (markdown === copied.replace(/\r\n?/g, "\n")) return;
    event.preventDefault();
    const text = markdown === plain ? plain : fitted(markdown, value.slice(0, start), value.slice(end));
    const place = start + text.length;
    apply(field, { from: start, to: end, text, select: [place, place] });
    if (text !== plain) offer(field, told, { start, text, plain, images });
  });
}

// What HTML says as Markdown; null if it says no more than the plain text.
function converted(data, field) {
  const html = data.getData("text/html");
  if (!html || AS_TYPED.some((type) => data.types.includes(type))) return null;
  const parsed = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  const found = convert(parsed.body, { firstNote: nextNote(field.value) });
  return found.isPlain || !found.markdown ? null : found;
}

function offer(field, told, { start, text, plain, images }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = "Als reinen Text einfügen";
  button.addEventListener("click", () => {
    const from = field.value.indexOf(text, Math.max(0, start - 1));
    if (from >= 0) {
      apply(field, { from, to: from + text.length, text: plain, select: [from, from + plain.length] });
    }
    told.replaceChildren();
  });
  const left = images === 1 ? " Ein Bild wurde nicht übernommen." : ` ${images} Bilder wurden nicht übernommen.`;
  told.replaceChildren(`Mit Formatierung eingefügt.${images ? left : ""} `, button);
  field.addEventListener("input", () => told.replaceChildren(), { once: true });
}
