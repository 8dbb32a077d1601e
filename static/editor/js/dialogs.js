// What is asked before something is put into the text: link, image, box, table, footnote.

import * as commands from "./commands.js";
import { apply, stateOf } from "./field.js";

const PAUSE = 150; // milliseconds without a key, before targets are looked for

const EDITS = {
  link: (state, { words, target }) => target.trim() && commands.link(state, words.trim(), target.trim()),
  image: (state, { alt, target }) => commands.image(state, alt, target),
  box: (state, { kind, title }) => commands.box(state, kind, title.trim()),
  table: (state, { columns, rows }) => commands.table(state, Number(columns), Number(rows)),
  footnote: (state, { note }) => note.trim() && commands.footnote(state, note.trim().replace(/\s+/g, " ")),
};

// Asks, and then puts the answer into the text; or uses it otherwise.
export function openDialog(name, field, use) {
  const dialog = document.querySelector(`#dialog-${name}`);
  const form = dialog.querySelector("form");
  const state = stateOf(field);
  form.reset();
  dialog.returnValue = "";
  if (name === "link") {
    form.elements.words.value = state.value.slice(state.start, state.end).replace(/\s+/g, " ");
    form.querySelector("[data-found]").replaceChildren();
    if (form.elements.words.value) form.elements.target.autofocus = true;
  }
  dialog.dispatchEvent(new Event("open"));
  dialog.onclose = () => {
    const answers = dialog.returnValue === "ok" && Object.fromEntries(new FormData(form));
    const edit = answers && !use && EDITS[name](state, answers);
    if (edit) apply(field, edit);
    else field.focus();
    if (answers && use) use(answers);
  };
  dialog.showModal();
}

// Offers our own texts and their headings while somebody types a title.
export function setUpLinkTargets(input, found) {
  let waiting;
  let asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  found.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { words } = input.form.elements;
    input.value = button.dataset.target;
    if (!words.value) words.value = button.dataset.label;
    found.replaceChildren();
    input.form.querySelector("[value=ok]").focus();
  });

  async function look() {
    const text = input.value.trim();
    const number = ++asked;
    if (!text || /^(?:https?:|mailto:|\/|#)/.test(text)) return found.replaceChildren();
    const address = `${input.dataset.targets}&suche=${encodeURIComponent(text)}`;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || number !== asked) return undefined;
    const { targets } = await answer.json();
    return found.replaceChildren(...targets.map(choice));
  }
}

function choice({ label, hint, target }) {
  const button = document.createElement("button");
  const more = document.createElement("span");
  button.type = "button";
  button.className = "popup__choice";
  button.dataset.target = target;
  button.dataset.label = label;
  more.className = "popup__hint";
  more.textContent = hint;
  button.append(label, " ", more);
  return button;
}
