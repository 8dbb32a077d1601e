// The buttons above the text: one tab stop, arrow keys between them (WAI-ARIA, toolbar pattern).

import * as commands from "./commands.js";
import { openDialog } from "./dialogs.js";
import { apply, stateOf } from "./field.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const KEYS = { b: ["command", "bold"], i: ["command", "italic"], k: ["dialog", "link"] };

export function setUpToolbar(toolbar, field) {
  const buttons = [...toolbar.querySelectorAll("button")];
  buttons[0].tabIndex = 0;
  toolbar.hidden = false;

  toolbar.addEventListener("keydown", (event) => {
    const place = buttons.indexOf(event.target);
    const ends = { Home: 0, End: buttons.length - 1 };
    const next = event.key in STEPS ? (place + STEPS[event.key] + buttons.length) % buttons.length : ends[event.key];
    if (place < 0 || next === undefined) return;
    event.preventDefault();
    buttons[place].tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  });

  toolbar.addEventListener("click", ({ target }) => {
    const { command, dialog } = target.dataset;
    if (command) apply(field, commands[command](stateOf(field)));
    if (dialog) openDialog(dialog, field);
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const [kind, name] = (event.ctrlKey || event.metaKey) && !event.shiftKey ? (KEYS[event.key.toLowerCase()] ?? []) : [];
    if (kind) {
      event.preventDefault();
      if (kind === "command") apply(field, commands[name](stateOf(field)));
      else openDialog(name, field);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const edit = commands.continued(stateOf(field));
      if (!edit) return;
      event.preventDefault();
      apply(field, edit);
    }
  });
}
