// What is pasted into the text keeps its headings, lists, tables and links. Ctrl+Z takes it back, and
// a button offers it as plain text.

import { nextNote } from "./commands.js";
import { apply, stateOf } from "./field.js";
import { convert, fitted, withoutStyles } from "./paste.js";

const AS_TYPED = ["vscode-editor-data"]; // programs whose text is Markdown already

export function setUpPasting(field, told) {
  field.addEventListener("paste", (event) => {
    const { clipboardData: data } = event;
    const html = data.getData("text/html");
    const plain = data.getData("text/plain");
    if (!html || AS_TYPED.some((type) => data.types.includes(type))) return;
    const parsed = new DOMParser().parseFromString(withoutStyles(html), "text/html");
    const { markdown, images, isPlain } = convert(parsed.body, { firstNote: nextNote(field.value) });
    if (isPlain || !markdown) return;
    event.preventDefault();
    const { value, start, end } = stateOf(field);
    const text = fitted(markdown, value.slice(0, start), value.slice(end));
    const place = start + text.length;
    apply(field, { from: start, to: end, text, select: [place, place] });
    if (text !== plain) offer(field, told, { start, text, plain, images });
  });
}

function offer(field, told, { start, text, plain, images }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = "Als reinen Text einfügen";
  button.addEventListener("click", () => {
    const from = field.value.indexOf(text, Math.max(0, start - 1));
    if (from >= 0) {
      const put = plain.replace(/\r\n?/g, "\n");
      apply(field, { from, to: from + text.length, text: put, select: [from, from + put.length] });
    }
    told.replaceChildren();
  });
  const left = images === 1 ? " Ein Bild wurde nicht übernommen." : ` ${images} Bilder wurden nicht übernommen.`;
  told.replaceChildren(`Mit Formatierung eingefügt.${images ? left : ""} `, button);
  field.addEventListener("input", () => told.replaceChildren(), { once: true });
}
