// What every tool's page can do. Nothing is sent and nothing is kept: only a click on the link to the
// form takes anything along, in the fragment of its address.

import { DECIMAL } from "./numbers.js";
import { _ } from "./words.js";

const MARK = "#ergebnis=";
const FORMULA = /^[=+\-@\t\r]/;

// `reckon` gives what to show, or the problems that stand in its way; `sample` fills the form.
export function start({ reckon, sample, file }) {
  const tool = document.querySelector(".tool");
  const form = tool.querySelector("form");
  const parts = Object.fromEntries(
    [...tool.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]),
  );
  let shown;
  let typed = false;
  const mayReplace = () => {
    typed &&= !confirm(_("Damit gehen Ihre Eingaben verloren. Möchten Sie fortfahren?"));
    return !typed;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    shown = reckon(form);
    show(parts, shown);
  });
  form.addEventListener("input", () => {
    typed = true;
    outdate(parts, shown);
  });
  form.addEventListener("reset", (event) => {
    if (!mayReplace()) return event.preventDefault();
    shown = undefined;
    show(parts, { problems: [] });
    parts.status.textContent = _("Die Eingaben sind gelöscht.");
  });
  tool.addEventListener("click", ({ target }) => {
    const { does } = target.dataset;
    if (does === "sample") {
      if (!mayReplace()) return;
      sample(form);
      form.requestSubmit();
    } else if (does === "print") print();
    else if (does === "csv") save(file, csv(shown.table));
    else if (does === "take")
      target.href = target.dataset.form + MARK + encodeURIComponent(parts.text.value.trim());
  });
  return { tool, form, parts };
}

function show(parts, { problems, notes = [], sentence, content, anonymous }) {
  const failed = problems.length > 0;
  parts.problems.replaceChildren(...(failed ? [list(problems)] : []));
  parts.problems.hidden = !failed;
  parts.result.hidden = !sentence || failed;
  parts.found.hidden = parts.result.hidden;
  if (failed) {
    parts.status.textContent = _("Noch kein Ergebnis: Sehen Sie sich die Hinweise zur Eingabe an.");
    parts.problems.focus();
  }
  if (parts.result.hidden) return;
  parts.status.textContent = sentence;
  parts.notes.replaceChildren(...(notes.length ? [list(notes)] : []));
  for (const [name, nodes] of Object.entries(content)) {
    parts[name].replaceChildren(...nodes);
    const section = parts[name].closest("[data-section]");
    if (section) section.hidden = !nodes.length;
  }
  parts.text.value = anonymous;
}

function outdate(parts, shown) {
  if (shown && !parts.result.hidden) {
    parts.status.textContent = _(
      "Die Eingaben haben sich geändert. Das Ergebnis ist von vorher: Rechnen Sie neu.",
    );
  }
}

export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Leads to the entry that is wrong.
export function problem(field, words) {
  return make("a", { href: `#${field.id}` }, words);
}

export function noNumber(field) {
  const words = { label: labelOf(field), entry: field.value };
  return problem(
    field,
    _("%(label)s: Bitte geben Sie statt „%(entry)s“ eine Zahl ab null ein.", words),
  );
}

export function labelOf({ labels }) {
  return labels[0].firstChild.data.trim();
}

export function list(items) {
  return make("ul", {}, ...items.map((item) => make("li", {}, item)));
}

// Columns: heading, and whether they hold figures. The first cell of a row names it.
export function table(label, columns, rows) {
  const aligned = (at) => (columns[at][1] ? { "data-align": "right" } : {});
  const head = columns.map(([title], at) => make("th", { scope: "col", ...aligned(at) }, title));
  const body = rows.map((cells) =>
    make(
      "tr",
      {},
      ...cells.map((cell, at) =>
        at ? make("td", aligned(at), cell) : make("th", { scope: "row" }, cell),
      ),
    ),
  );
  const made = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
  return make(
    "section",
    { class: "table", "aria-label": _("Tabelle: %(label)s", { label }), tabindex: "0" },
    made,
  );
}

// Terms with a figure, and a line that says what it means.
export function figures(items) {
  const rows = items.map(([term, figure, meaning = ""]) =>
    make(
      "div",
      { class: "figures__item" },
      make("dt", {}, term),
      make("dd", { class: "figures__figure" }, figure),
      ...(meaning ? [make("dd", { class: "figures__meaning" }, meaning)] : []),
    ),
  );
  return make("dl", { class: "figures" }, ...rows);
}

// The first figure is what the tool is asked for; the others can be opened below it.
export function keyFigures([first, ...others]) {
  const summary = make("summary", {}, _("Mehr Kennzahlen"));
  const headline = figures([first]);
  headline.dataset.variant = "headline";
  if (!others.length) return [headline];
  return [headline, make("details", { class: "tool__more" }, summary, figures(others))];
}

export function figure(chart, caption) {
  return make("figure", { class: "figure" }, chart, make("figcaption", {}, caption));
}

// With the mark by which Excel knows UTF-8, and the separator that it expects. A cell that begins like a formula must not become one.
export function csv(rows) {
  const separator = DECIMAL === "," ? ";" : ",";
  const cell = (value) => {
    const text = String(value);
    const safe =
      FORMULA.test(text) && Number.isNaN(Number(text.replace(DECIMAL, "."))) ? `'${text}` : text;
    return /["\r\n]/.test(safe) || safe.includes(separator)
      ? `"${safe.replaceAll('"', '""')}"`
      : safe;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(separator)).join("\r\n")}\r\n`;
}

function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
